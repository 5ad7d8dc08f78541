# The targets of actor_rt, defined here once for the build tree (CMakeLists.txt) and for an installation
# (actor_rt-config.cmake). Expects actor_rt_include_dir, actor_rt_shared_library, actor_rt_soname, actor_rt_static_library.
#
#   actor_rt::actor_rt  the C library: shared, or static if BUILD_SHARED_LIBS is set and off
#   actor_rt::shared    the shared library
#   actor_rt::static    the static library with what it needs of the system
#   actor_rt::headers   the headers alone, for programs that get the functions otherwise (ACTOR_RT_API_TABLE, a Rust library)
#   actor_rt::cpp       the C++17 wrapper over actor_rt::actor_rt
#   actor_rt::poll      the wrapper and its adapter for poll, which needs nothing more
#   actor_rt::uv        the wrapper, its adapter for libuv, and libuv; see actor_rt-adapters.cmake
#   actor_rt::glib      the same for GLib
#   actor_rt::asio      the same for standalone asio, and actor_rt::boost_asio for Boost.Asio
#   actor_rt::qt        the wrapper, its adapter for Qt 6, and Qt6::Core; likewise
if(TARGET actor_rt::actor_rt)
    return()
endif()

# What `rustc --print native-static-libs` names, but for libgcc_s and libc: the compiler adds those itself, each in the
# form that the rest of the link asks for.
set(actor_rt_native_libraries pthread m)
if(NOT APPLE)
    set(actor_rt_native_libraries util rt pthread m dl)
endif()

add_library(actor_rt::headers INTERFACE IMPORTED GLOBAL)
set_target_properties(actor_rt::headers PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${actor_rt_include_dir}")

add_library(actor_rt::shared SHARED IMPORTED GLOBAL)
set_target_properties(actor_rt::shared PROPERTIES
    IMPORTED_LOCATION "${actor_rt_shared_library}"
    IMPORTED_SONAME "${actor_rt_soname}"
    INTERFACE_LINK_LIBRARIES actor_rt::headers)

add_library(actor_rt::static STATIC IMPORTED GLOBAL)
set_target_properties(actor_rt::static PROPERTIES
    IMPORTED_LOCATION "${actor_rt_static_library}"
    INTERFACE_COMPILE_DEFINITIONS ART_STATIC
    INTERFACE_LINK_LIBRARIES "actor_rt::headers;${actor_rt_native_libraries}")

add_library(actor_rt::actor_rt INTERFACE IMPORTED GLOBAL)
if(DEFINED BUILD_SHARED_LIBS AND NOT BUILD_SHARED_LIBS)
    set_target_properties(actor_rt::actor_rt PROPERTIES INTERFACE_LINK_LIBRARIES actor_rt::static)
else()
    set_target_properties(actor_rt::actor_rt PROPERTIES INTERFACE_LINK_LIBRARIES actor_rt::shared)
endif()

foreach(actor_rt_wrapper cpp poll)
    add_library(actor_rt::${actor_rt_wrapper} INTERFACE IMPORTED GLOBAL)
    set_target_properties(actor_rt::${actor_rt_wrapper} PROPERTIES
        INTERFACE_COMPILE_FEATURES cxx_std_17
        INTERFACE_LINK_LIBRARIES actor_rt::actor_rt)
endforeach()
