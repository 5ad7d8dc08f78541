//! Link arguments of the shared library; the runtime needs no build step.
//!
//! There is no version script here: rustc passes one of its own, which exports the C functions and nothing else, and GNU
//! ld refuses a second one ("anonymous version tag cannot be combined with other version tags"), while LLD ignores the
//! version of a name that the first has listed. So what is installed is linked from the static library, by
//! `cmake/actor_rt.map`; the `cdylib` that cargo makes has the same functions without versions.
//!
//! Cargo passes these arguments on to every `cdylib` that depends on this crate, and puts them behind that crate's own, so the
//! last word would be ours. A library of somebody else's must not take our name: so the name is a feature, which only the build
//! of this library itself asks for (`--features soname`).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let elf = matches!(os.as_str(), "linux" | "android" | "freebsd" | "netbsd" | "openbsd");
    if elf {
        // A library that is unloaded while a thread still holds a thread-local of it crashes at that thread's exit.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        // A process may have several copies, as a program that links this library and has Python load its module: each calls its own functions.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-Bsymbolic-functions");
    }
    if std::env::var_os("CARGO_FEATURE_SONAME").is_some() {
        // rustc gives a cdylib no name of its own; the number is ART_ABI_VERSION.
        if elf {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libactor_rt.so.1");
        } else if os == "macos" {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libactor_rt.1.dylib");
        }
    }
}
