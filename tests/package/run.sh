#!/usr/bin/env bash
# The library as a consumer finds it: as a subdirectory, installed, in a moved prefix, and through pkg-config with the plain
# compiler; and so the programs of cpp-example find it, each alone. Each program is built and run. (Inside a Rust library of an application's own: docs/rust-in-cpp.md, which the suite
# readme builds and runs.)
#
# Projects, prefixes and builds lie in a directory of their own outside of the repository, which goes at the end. The last line is
# `N passed, N failed`; the exit code says the same.
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit 1
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
[[ $target == /* ]] || target=$root/$target
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
cp -a -- tests/package/consumer tests/package/fetch tests/package/makefile "$work"
passed=0
failed=0

# check NAME COMMAND…: runs it; its output is shown only if it fails.
check() {
    local name=$1
    shift
    if "$@" >"$work/output" 2>&1; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
        echo "        \$ $*"
        sed 's/^/        /' "$work/output" | tail -n 40
    fi
}

# A consumer must find the library by what its build says, not by the environment of this shell.
unset LD_LIBRARY_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH CMAKE_PREFIX_PATH PKG_CONFIG_PATH

everything=(from_c from_c_shared from_c_static from_cpp from_cpp_poll from_cpp_uv from_cpp_qt from_cpp_glib from_cpp_asio from_cpp_boost_asio)
programs=("${everything[@]}")
project=consumer
cmake=(cmake)
# The oldest CMake of all that cmake_minimum_required lets in (tools/setup installs it).
oldest_cmake=$target/tools/oldest-cmake/cmake/data/bin/cmake
# consumer NAME CMAKE_ARGUMENTS…: configures, builds and runs the programs of a consumer's project, with one or the other CMake.
consumer() {
    local name=$1 program
    shift
    check "$name: configures" "${cmake[@]}" -S "$work/$project" -B "$work/$name" -DCMAKE_BUILD_TYPE=Release "$@"
    check "$name: builds" "${cmake[@]}" --build "$work/$name" --parallel 2 --target "${programs[@]}"
    for program in "${programs[@]}"; do
        check "$name: $program runs" "$work/$name/$program"
    done
    check "$name: no program looks for a library in the repository" outside_of_the_repository "${programs[@]/#/$work/$name/}"
}

# Each has to be there, and none may find by chance what a user does not have.
outside_of_the_repository() {
    local program
    for program in "$@"; do
        readelf -d "$program" >"$work/dynamic" || return 1
        ! grep -E 'RPATH|RUNPATH' "$work/dynamic" | grep -F -e "$root" -e "$target" || return 1
    done
}

links_shared() { readelf -d "$1" | grep -q 'NEEDED.*libactor_rt\.so\.1\]'; }
links_static() { test -x "$1" && ! readelf -d "$1" | grep -q 'NEEDED.*libactor_rt'; }
same() { [[ $1 == "$2" ]] || { echo "$1 is not $2"; return 1; }; }

# -- (a) add_subdirectory, with both of CMake's usual generators ---------------------------------------------------------

consumer subdirectory -G Ninja "-DACTOR_RT_SOURCE=$root"
oldest=$(sed -n 's/^cmake_minimum_required(VERSION \(.*\))$/\1/p' CMakeLists.txt)
is_oldest() { "$oldest_cmake" --version | grep -q "version ${oldest/./\\.}\."; }
check "the oldest CMake is $oldest" is_oldest
cmake=("$oldest_cmake")
consumer subdirectory_make -G "Unix Makefiles" "-DACTOR_RT_SOURCE=$root" -DBUILD_SHARED_LIBS=OFF
cmake=(cmake)
check "subdirectory: the default is shared" links_shared "$work/subdirectory/from_c"
check "subdirectory: BUILD_SHARED_LIBS=OFF makes the default static" links_static "$work/subdirectory_make/from_c"
builds_nothing() {
    cmake --build "$1" >"$work/second" 2>&1 || { cat "$work/second" && return 1; }
    ! grep -E 'Linking|Building C' "$work/second"
}
check "subdirectory: a second build compiles and links nothing" builds_nothing "$work/subdirectory"

# -- (b) installed, and (c) moved ----------------------------------------------------------------------------------------

check "installed: configures" cmake -S . -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release
check "installed: builds" cmake --build "$work/build"
check "installed: installs" cmake --install "$work/build" --prefix "$work/first prefix"
mv -- "$work/first prefix" "$work/prefix" && cp -a -- "$work/prefix" "$work/first prefix"
consumer installed "-DCMAKE_PREFIX_PATH=$work/first prefix"
rm -rf -- "$work/first prefix"
mkdir -- "$work/some where" && mv -- "$work/prefix" "$work/some where/else"
prefix="$work/some where/else"
consumer moved "-DCMAKE_PREFIX_PATH=$prefix"
consumer moved_static "-DCMAKE_PREFIX_PATH=$prefix" -DBUILD_SHARED_LIBS=OFF
cmake=("$oldest_cmake")
programs=(from_c from_cpp_poll)
consumer moved_oldest "-DCMAKE_PREFIX_PATH=$prefix"
programs=("${everything[@]}")
cmake=(cmake)
# A program is found by where its library was when it was linked, and that is the prefix.
names_its_library() { readelf -d "$1" | grep -q "RUNPATH.*\[$(dirname -- "$(find "$prefix" -name libactor_rt.a)")"; }
check "moved: a program looks for the library in the prefix" names_its_library "$work/moved/from_c"
check "moved_static: the default is static" links_static "$work/moved_static/from_cpp"

libdir=$(dirname -- "$(find "$prefix" -name libactor_rt.a)")
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
check "the library has its versioned name" test -f "$libdir/libactor_rt.so.1.$version" -a ! -L "$libdir/libactor_rt.so.1.$version"
check "libactor_rt.so.1 points to it" same "$(readlink "$libdir/libactor_rt.so.1")" "libactor_rt.so.1.$version"
check "libactor_rt.so points on" same "$(readlink "$libdir/libactor_rt.so")" libactor_rt.so.1
check "its SONAME is libactor_rt.so.1" same \
    "$(readelf -d "$libdir/libactor_rt.so.1" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')" libactor_rt.so.1
versioned() { [[ $(nm -D --defined-only "$1" | grep -c ' T art_.*@@ACTOR_RT_[0-9.]*$') -eq $(grep -vc '^#' tests/abi/symbols.txt) ]]; }
check "each of its functions carries the version that brought it" versioned "$libdir/libactor_rt.so.1"
check "no text file of the installation names this machine's directories" bash -c \
    "! grep -rIlE '$root|$work' '$prefix'"
check "every header is installed" diff -r -q include "$prefix/include"
sed 's/COMPONENTS poll uv qt glib asio boost_asio/COMPONENTS nothing_of_the_kind/' "$work/consumer/CMakeLists.txt" >"$work/output.cmake"
missing() {
    mkdir -p "$work/missing" && cp "$work/consumer"/consumer.* "$work/missing" &&
        cp "$work/output.cmake" "$work/missing/CMakeLists.txt" &&
        ! cmake -S "$work/missing" -B "$work/missing/build" "-DCMAKE_PREFIX_PATH=$prefix" >"$work/missing/said" 2>&1 &&
        grep -q "there is no adapter called nothing_of_the_kind" "$work/missing/said"
}
check "an unknown component is refused with a sentence" missing

# -- (c') the examples, each alone ---------------------------------------------------------------------------------------

# Each is a project that somebody may copy.
examples=(poll uv qt glib asio game)
mkdir -- "$work/examples"
for example in "${examples[@]}"; do
    cp -a -- "cpp-example/$example" "$work/examples"
done
build_example() {
    local from=$1/examples/$3
    cmake -S "$from" -B "$from/build" -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_PREFIX_PATH=$2" && cmake --build "$from/build"
}
export -f build_example
# Several at once; what one says is shown if it failed.
printf '%s\0' "${examples[@]}" | xargs -0 -P 2 -I {} bash -c 'build_example "$1" "$2" "$3" >"$1/examples/$3/log" 2>&1' - "$work" "$prefix" {}
# example NAME WANTED WORDS…: builds it, runs it with these words, and looks for what it prints at the end.
example() {
    local name=$1 wanted=$2
    shift 2
    check "example $name, alone: builds" bash -c 'test -x "$1" || { cat "$2" && false; }' - "$work/examples/$name/build/example_$name" "$work/examples/$name/log"
    check "example $name, alone: runs" bash -c 'wanted=$1; shift; said=$(timeout 60 "$@") && [[ $said == *"$wanted" ]] || { echo "$said" && false; }' - \
        "$wanted" "$work/examples/$name/build/example_$name" "$@"
    check "example $name, alone: looks for no library in the repository" outside_of_the_repository "$work/examples/$name/build/example_$name"
}
example poll "100 numbers, sum 5050" < <(seq 1 100)
example uv ""
QT_QPA_PLATFORM=offscreen example qt "" --screenshot "$work/examples/qt.png"
check "example qt, alone: has drawn" test -s "$work/examples/qt.png"
example glib "done"
example asio "5 connections, 505 lines" --clients 5
example game "at most 8 messages a frame" --virtual 300

# -- (d) pkg-config and the plain compiler -------------------------------------------------------------------------------

export PKG_CONFIG_PATH=$libdir/pkgconfig
check "pkg-config: the version is the project's" same "$(pkg-config --modversion actor_rt)" "$version"
# pkg-config escapes the space in the prefix; eval reads that as a shell does in a Makefile.
plain() { # plain OUTPUT COMPILER SOURCE WORDS…
    local output=$1 compiler=$2 source=$3
    shift 3
    eval "$compiler \"$source\" -o \"$output\" $*"
}
cflags=$(pkg-config --cflags actor_rt)
shared_flags=$(pkg-config --libs actor_rt)
static_flags=$(pkg-config --static --libs actor_rt)
check "pkg-config: C, shared, compiles" plain "$work/pc_shared" cc "$work/consumer/consumer.c" "$cflags" "$shared_flags"
check "pkg-config: C, shared, runs" env "LD_LIBRARY_PATH=$libdir" "$work/pc_shared"
check "pkg-config: C, shared, needs the library by its SONAME" links_shared "$work/pc_shared"
check "pkg-config: C++, shared, compiles" plain "$work/pc_cpp" "c++ -std=c++17" "$work/consumer/consumer.cpp" "$cflags" "$shared_flags"
check "pkg-config: C++, shared, runs" env "LD_LIBRARY_PATH=$libdir" "$work/pc_cpp"
check "pkg-config: C, our library static, compiles" plain "$work/pc_static" cc "$work/consumer/consumer.c" "$cflags" \
    -Wl,-Bstatic -lactor_rt "${static_flags/-lactor_rt/-Wl,-Bdynamic}" "-L${libdir// /\\ }"
check "pkg-config: C, our library static, needs no shared one" links_static "$work/pc_static"
check "pkg-config: C, our library static, runs" "$work/pc_static"
check "pkg-config: C, wholly static, compiles" plain "$work/pc_whole" "cc -static" "$work/consumer/consumer.c" "$cflags" "$static_flags"
check "pkg-config: C, wholly static, runs" "$work/pc_whole"
check "pkg-config: C++, our library static, compiles" plain "$work/pc_cpp_static" "c++ -std=c++17" "$work/consumer/consumer.cpp" "$cflags" \
    -Wl,-Bstatic -lactor_rt "${static_flags/-lactor_rt/-Wl,-Bdynamic}" "-L${libdir// /\\ }"
check "pkg-config: C++, our library static, needs no shared one" links_static "$work/pc_cpp_static"
check "pkg-config: C++, our library static, runs" "$work/pc_cpp_static"
check "pkg-config: C++, wholly static, compiles" plain "$work/pc_cpp_whole" "c++ -std=c++17 -static" "$work/consumer/consumer.cpp" "$cflags" "$static_flags"
check "pkg-config: C++, wholly static, runs" "$work/pc_cpp_whole"
cp -- "$work/consumer/consumer.c" "$work/makefile"
cp -- "$work/consumer/consumer.cpp" "$work/makefile/consumer_cpp.cpp"
check "a Makefile: builds" make -C "$work/makefile" --no-print-directory
check "a Makefile: C runs" env "LD_LIBRARY_PATH=$libdir" "$work/makefile/consumer"
check "a Makefile: C++ runs" env "LD_LIBRARY_PATH=$libdir" "$work/makefile/consumer_cpp"
check "pkg-config, and a Makefile: no program looks for a library in the repository" outside_of_the_repository \
    "$work"/pc_{shared,cpp,static,cpp_static} "$work"/makefile/{consumer,consumer_cpp}
unset PKG_CONFIG_PATH

# -- (e) FetchContent, from an archive of the sources -----------------------------------------------------------------------

sources() { tar -C "$root" -czf "$work/sources.tar.gz" --exclude=./target --exclude=./build --exclude=./.venv --exclude=./.git .; }
check "an archive of the sources is made" sources
project=fetch
programs=(from_c from_cpp_poll from_cpp_uv)
consumer fetched -G Ninja "-DACTOR_RT_ARCHIVE=$work/sources.tar.gz"

# -- (f) the tarball of `make dist`, where there is no Rust ---------------------------------------------------------------

check "make dist" make --no-print-directory dist
mkdir -p -- "$work/unpacked"
check "the tarball unpacks" tar -C "$work/unpacked" --strip-components=1 -xzf "$(echo build/dist/actor_rt-"$version"-*-*.tar.gz)"
for file in README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT THIRD-PARTY.md; do
    check "the tarball has $file" test -s "$work/unpacked/share/doc/actor_rt/$file"
done
check "no text file of the tarball names this machine's directories" bash -c "! grep -rIlE '$root|$work' '$work/unpacked'"
without_rust() { env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$work" "$@"; }
check "there is no cargo" bash -c '! env -i PATH=/usr/local/bin:/usr/bin:/bin sh -c "command -v cargo"'
cmake=(without_rust cmake)
project=consumer
programs=(from_c from_c_static from_cpp_poll)
consumer without_rust "-DCMAKE_PREFIX_PATH=$work/unpacked"

# -- (g) the archive of the sources, where there is no network and no crate but its own ------------------------------------

archive="build/dist/actor_rt-$version-source.tar.gz"
cp -- "$archive" "$work/first.tar.gz"
check "the same commit makes the same archive of sources" tools/source-archive
check "byte by byte" cmp "$work/first.tar.gz" "$archive"
mkdir -p -- "$work/source"
check "the archive of the sources unpacks" tar -C "$work/source" --strip-components=1 -xzf "$archive"
# Not our cargo's directory, so that nothing is there; and cargo may ask nobody. rustup has its own.
alone() { env -u CARGO_TARGET_DIR "CARGO_HOME=$work/no cargo home" CARGO_NET_OFFLINE=true "RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}" "$@"; }
cmake=(alone cmake)
check "its sources: configure" "${cmake[@]}" -S "$work/source" -B "$work/source_build" -DCMAKE_BUILD_TYPE=Release
check "its sources: build" "${cmake[@]}" --build "$work/source_build"
check "its sources: install" "${cmake[@]}" --install "$work/source_build" --prefix "$work/from source"
programs=(from_c from_cpp_poll)
consumer from_source "-DCMAKE_PREFIX_PATH=$work/from source"

echo
echo "$passed passed, $failed failed"
((failed == 0))
