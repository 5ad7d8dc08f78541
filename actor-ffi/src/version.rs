//! Versions: of the library (crate, header, package) and of the ABI (the number behind `.so.`); and how the library was built.

/// Major version of the library this header belongs to. Crates, header, wheel and packages share one version.
pub const ART_VERSION_MAJOR: u32 = 0;
/// Minor version of the library this header belongs to.
pub const ART_VERSION_MINOR: u32 = 1;
/// Patch version of the library this header belongs to.
pub const ART_VERSION_PATCH: u32 = 0;
/// The version as one comparable number: major * 1000000 + minor * 1000 + patch.
pub const ART_VERSION: u32 = 1000;
/// Generation of the ABI, the number in `libactor_rt.so.1`. Within one generation functions, constants and trailing
/// struct fields are only added.
pub const ART_ABI_VERSION: u32 = 1;

const _: () = {
    const fn number(text: &str) -> u32 {
        let bytes = text.as_bytes();
        let mut value = 0;
        let mut at = 0;
        while at < bytes.len() {
            value = value * 10 + (bytes[at] - b'0') as u32;
            at += 1;
        }
        value
    }
    assert!(ART_VERSION_MAJOR == number(env!("CARGO_PKG_VERSION_MAJOR")));
    assert!(ART_VERSION_MINOR == number(env!("CARGO_PKG_VERSION_MINOR")));
    assert!(ART_VERSION_PATCH == number(env!("CARGO_PKG_VERSION_PATCH")));
    assert!(ART_VERSION == ART_VERSION_MAJOR * 1_000_000 + ART_VERSION_MINOR * 1_000 + ART_VERSION_PATCH);
};

/// Returns the version of the loaded library in the form of `ART_VERSION`. Compare it with `ART_VERSION` to learn
/// whether the library is older than the header you compiled against.
///
/// Thread: any. May call: nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn art_version() -> u32 {
    ART_VERSION
}

/// A panic in Rust code ends the process, whatever the configuration says: the library was built with `panic = "abort"`. `art_create` says so
/// through `log`.
pub const ART_BUILD_PANIC_ABORT: u32 = 1;

/// Returns how the loaded library was built, ART_BUILD_... bits; 0 is the usual way. Later versions may have more of them.
///
/// Thread: any. May call: nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn art_build_flags() -> u32 {
    if cfg!(panic = "abort") { ART_BUILD_PANIC_ABORT } else { 0 }
}
