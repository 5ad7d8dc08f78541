"""Which suites `make test` and `make deep` run, in which order.

Owns: the two lists. A suite is a command, the way its output is counted (`lib.counts`), extra environment and a time limit in
seconds after which it is ended and has failed. Cheap suites come first, so that a slip shows within seconds.

Target directories, since each one costs a build of its own on a cold machine:
  target/               everything of `make test` that plain cargo commands build; debug for tests, release for what ships
                        (the C library, the wheel, the bench programs)
  target/loom           `--cfg loom` changes every crate's flags and would evict all of target/ at each change of sides
  target/readme/build   the README's Rust programs, a workspace of their own that must not leave artefacts among ours
  target/companions     crates published for Stakker, patched to depend on this runtime
  target/tmp            what tests build for themselves, among it Stakker without features
  target/miri, target/address-sanitizer, target/thread-sanitizer, target/portable, target/fuzz
                        `make deep` only: another compiler or instrumented code
  target/mutants        `make deep` only: copies of the clone, each with a target directory of its own
  target/bench/native   `make deep` and `make bench` only: the programs on foreign loops, built by CMake
  target/bench-peers    `make deep` only: a workspace of its own, in debug; `make bench` builds it in release beside ours
  target/release-check  `make deep` only: what the suite `release` installs
  target/size           `make deep` and `make bench` only: the generated programs
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from lib.environment import ROOT, TARGET


@dataclass(frozen=True)
class Suite:
    """One row of the table that the runner prints."""

    name: str
    what: str
    command: list[str]
    counter: str = "tally"
    env: dict[str, str] = field(default_factory=dict)
    limit: float = 600


def _python(path: str, *arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / path), *arguments]


# The models need optimised code, or they take minutes; link-time optimisation would only lengthen their build. Debug assertions
# stay on, since the runtime's own laws are checked under them.
LOOM = {
    "RUSTFLAGS": "--cfg loom",
    "CARGO_TARGET_DIR": str(TARGET / "loom"),
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS": "true",
}
_LOOM_COMMAND = ["cargo", "test", "-p", "actor-rt", "--release", "--lib", "--locked", "--no-fail-fast"]

TEST = [
    Suite("setup", "what the suites need is installed", _python("tools/setup", "test"), "exit", limit=1200),
    Suite("tools", "the project's own scripts", _python("tests/tools/run.py"), "unittest", limit=120),
    Suite("format", "rustfmt", ["cargo", "fmt", "--all", "--check"], "exit", limit=60),
    Suite(
        "lint", "clippy, warnings are errors",
        ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], "exit",
    ),
    Suite(
        "rust-docs", "the crate's documentation, warnings are errors",
        ["cargo", "doc", "-p", "actor-rt", "--no-deps", "--all-features", "--locked"], "exit", {"RUSTDOCFLAGS": "-D warnings"},
    ),
    Suite("docs-site", "the documentation as a site, warnings and dead links are errors", _python("tools/build-docs"), limit=120),
    Suite(
        "rust", "unit, integration and documentation tests of the crates",
        ["cargo", "test", "--workspace", "--locked", "--no-fail-fast"], "cargo", limit=900,
    ),
    Suite(
        "loom", "the lock-free code under every interleaving with bounded preemptions", _LOOM_COMMAND, "cargo",
        LOOM,
    ),
    Suite(
        "header", "the headers: generated, complete, documented, compile everywhere, refuse what they are to refuse", _python("tools/check-header"),
        limit=1200,
    ),
    Suite("abi", "signatures, layouts and constants: compared with the baseline", _python("tools/check-abi")),
    Suite("c-contract", "C and C++ contract tests: plain, sanitizers, valgrind", _python("tools/check-c"), limit=1500),
    Suite("package", "the library as a consumer finds it", ["bash", str(ROOT / "tests/package/run.sh")], limit=900),
    Suite("python", "the wheels in every Python version that is found, and their types", _python("tools/check-python"), limit=900),
    Suite("companions", "the crates that are published for Stakker, on this runtime", _python("tests/companions/run.py"), limit=600),
    Suite(
        "readme", "every program in README.md, the READMEs of cpp-example, and docs/ but for docs/guide (suite rust)",
        _python("tests/readme/run.py"),
    ),
    Suite("demo", "the example program on both of its loops", _python("tools/check-demo"), limit=300),
    Suite("bench-gates", "instructions per operation, against the committed bars", _python("benches/run.py", "--gate"), limit=900),
]

DEEP = [
    Suite("setup", "what the suites need is installed", _python("tools/setup", "deep"), "exit", limit=1800),
    Suite(
        "loom-deep", "the loom models with one more preemption", _LOOM_COMMAND, "cargo",
        {**LOOM, "LOOM_MORE_PREEMPTIONS": "1"}, limit=3600,
    ),
    Suite(
        "differential", "a hundred thousand random programs here and on Stakker",
        ["cargo", "test", "--release", "-p", "differential", "--locked", "--no-fail-fast", "--", "--nocapture"], "cargo",
        {"PROPTEST_CASES": "100000"}, limit=3600,
    ),
    Suite("miri-stacked", "Miri, Stacked Borrows", _python("tools/deep", "miri-stacked"), limit=7200),
    Suite("miri-tree", "Miri, Tree Borrows", _python("tools/deep", "miri-tree"), limit=7200),
    Suite("address-sanitizer", "the crates' tests under AddressSanitizer", _python("tools/deep", "address-sanitizer"), "cargo", limit=1800),
    Suite("thread-sanitizer", "the crates' tests under ThreadSanitizer", _python("tools/deep", "thread-sanitizer"), "cargo", limit=1800),
    Suite("valgrind", "the crates' test programs under valgrind", _python("tools/deep", "valgrind"), limit=5400),
    Suite("portable", "the crates compile for Windows, macOS and 32 bits", _python("tools/deep", "portable"), limit=1800),
    Suite(
        "bench-peers", "the other runtimes' programs of the benchmarks do their work",
        ["cargo", "test", "--manifest-path", "benches/peers/Cargo.toml", "--locked", "--no-fail-fast"], "cargo",
        {"CARGO_TARGET_DIR": str(TARGET / "bench-peers")}, limit=1800,
    ),
    Suite(
        "bench-size", "code size and compile time of a large program, beside Stakker's",
        _python("benches/run.py", "--size", "--gate"), "exit", limit=1800,
    ),
    Suite("bench-native", "the loops' programs of the benchmarks do their work", _python("tools/deep", "bench-native"), limit=1800),
    Suite(
        "bench-headers", "what the C++ headers cost the compiler, against its bar",
        _python("benches/run.py", "--headers", "--gate"), "exit",
    ),
    Suite("mutants", "a share of the mutants of supervision and time: a test fails for each", _python("tools/deep", "mutants"), limit=86400),
    Suite("fuzz", "the C API for five minutes, the other fuzz targets for one", _python("tools/deep", "fuzz"), limit=3600),
    Suite("release", "licences, publishing, the API's promises, packages for distributions", _python("tools/check-release"), limit=3600),
]

LISTS = {"test": TEST, "deep": DEEP}
