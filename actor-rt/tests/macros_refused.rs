//! What must not compile. Each program in `ui/` breaks one rule; the file beside it holds what the compiler says.
//!
//! The texts are those of the toolchain that continuous integration uses. After a change of toolchain, or of a message on purpose,
//! `TRYBUILD=overwrite cargo test -p actor-rt --test macros_refused` writes them anew: review the difference like code.

// Elsewhere the compiler is another one, or cannot be started.
#![cfg(not(any(miri, sanitized)))]

#[test]
fn programs_that_break_a_rule_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
