#!/usr/bin/env python3
"""The suite `readme`: every program in README.md, docs/ and the READMEs of cpp-example compiles and runs, from the page's own text.

Owns: how a block of each language is run (see blocks.py for the words that steer it).
  rust     a program of its own against the crate actor-rt (as `stakker` where the block names that crate); a block without
           `fn main` is the body of one
  c, cpp   compiled against include/ and the shared library; run if it has a `main`, otherwise compiled alone
  python   in an environment that holds the wheel, and what the block is `with` of `WITH`
  sh       in the page's directory, ending at the first command that fails
All blocks of a page share one directory, in order, so a page can build up a small project. The clone lies beside that directory, as
actor-rt, which is where the pages look for it. Output is compared where the page shows it. Ignored blocks are printed with their
reason and not counted.

The pages of docs/guide are for the crate alone: they are its documentation tests (actor-rt/src/guide.rs, watched over by
actor-rt/tests/guide.rs) and run in the suite `rust`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2] / "tools")]

from blocks import PROGRAMS, Block, Malformed, blocks  # noqa: E402
from lib import interpreters, library, wheel  # noqa: E402
from lib.checks import Checks  # noqa: E402
from lib.environment import ROOT, TARGET  # noqa: E402

PLACE = TARGET / "readme"
GUIDE = ROOT / "docs" / "guide"
# What a program that includes one of these needs beside our library, as pkg-config names it.
LIBRARIES = {
    r"uv\.h|actor_rt/uv\.hpp": "libuv", r"glib\.h|gio/gio\.h|actor_rt/glib\.hpp": "glib-2.0",
    r"Q[A-Z]\w*|actor_rt/qt\.hpp": "Qt6Core", r"QtWidgets/\w+": "Qt6Widgets",
}
# What a Python program may need beside the wheel: requirement files, or packages of the system's Python; and what it runs in.
PYTHON_TESTS = ROOT / "python" / "tests"
WITH: dict[str, tuple[list[Path], list[str]]] = {
    "": ([], []),
    "async": ([PYTHON_TESTS / "requirements-async.txt"], []),
    "qt": ([PYTHON_TESTS / "requirements-qt.txt"], []),
    "system": ([], []),
    "screen": ([], ["xvfb-run", "-a"]),
}
OF_THE_SYSTEM = {"system", "screen"}
HIDDEN = {"LD_LIBRARY_PATH", "CMAKE_PREFIX_PATH", "PKG_CONFIG_PATH"}


class Pages:
    """Runs the blocks of all pages; what several need (library, wheel, Rust programs) is built once, when first needed."""

    def __init__(self) -> None:
        self.checks = Checks()
        self.pages: list[tuple[str, list[Block]]] = []
        self.library: Path | None = None
        self.wheel: Path | None = None
        self.pythons: dict[str, Path | None] = {}
        self.rust: dict[int, Path] = {}

    def read(self) -> None:
        """Read every page; a page that cannot be read is a failed check."""
        pages = [path for path in (ROOT / "docs").glob("**/*.md") if GUIDE not in path.parents]
        pages += (ROOT / "cpp-example").glob("*/README.md")
        for path in [ROOT / "README.md", *sorted(pages)]:
            name = str(path.relative_to(ROOT))
            try:
                self.pages.append((name, blocks(path.read_text(encoding="utf-8"))))
            except (OSError, Malformed) as error:
                self.checks.note(f"{name} can be read", False, str(error))

    def programs(self, *languages: str) -> list[Block]:
        """Every block in one of these languages that is to be run."""
        return [
            block for _, page in self.pages for block in page
            if PROGRAMS.get(block.language) in languages and block.is_run
        ]

    def prepare(self) -> None:
        """Build what the blocks are run against."""
        if self.programs("c", "cpp", "sh"):
            self.library = library.stage(self.checks)
        if self.programs("python"):
            found = interpreters.find()
            self.wheel = wheel.build(self.checks, found[0]) if found else None
            for needs in sorted({block.words.get("with", "") for block in self.programs("python")} | {""}):
                self.pythons[needs] = self.environment(needs, found)
        if self.programs("rust"):
            self.build_rust()

    @property
    def python(self) -> Path | None:
        """The one that has the wheel alone."""
        return self.pythons.get("")

    def environment(self, needs: str, found: list[interpreters.Interpreter]) -> Path | None:
        """The Python of a fresh environment with the wheel and what is needed besides."""
        if needs not in WITH or self.wheel is None:
            self.checks.note(f"with={needs} is known, and there is a wheel", False, ", ".join(WITH))
            return None
        of_the_system = needs in OF_THE_SYSTEM
        interpreter = interpreters.system() if of_the_system else found[0]
        if interpreter is None:
            self.checks.note(f"there is a Python for with={needs}", False, interpreters.SYSTEM_CURE)
            return None
        place = PLACE / f"venv{needs and '-'}{needs}"
        python = wheel.fresh_environment(self.checks, interpreter, place, self.wheel, with_system_packages=of_the_system)
        if python and not wheel.install(self.checks, python, *WITH[needs][0]):
            return None
        return python

    def build_rust(self) -> None:
        """One crate for the programs that call us actor_rt, one for those that call us stakker; one cargo build for both."""
        workspace = PLACE / "rust"
        shutil.rmtree(workspace, ignore_errors=True)
        crates: dict[str, list[Block]] = {"actor_rt": [], "stakker": []}
        for block in self.programs("rust"):
            crates["stakker" if re.search(r"\bstakker::", block.text) else "actor_rt"].append(block)
        members = [name for name, programs in crates.items() if programs]
        for name in members:
            source = workspace / name / "src" / "bin"
            source.mkdir(parents=True)
            features = sorted({one for block in crates[name] for one in block.words.get("features", "").split(",") if one})
            path = json.dumps(str(ROOT / "actor-rt"))
            (workspace / name / "Cargo.toml").write_text(
                f'[package]\nname = "readme-{name}"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n'
                f'{name} = {{ package = "actor-rt", path = {path}, features = {json.dumps(features)} }}\n'
            )
            for block in crates[name]:
                program = f"{name}_{id(block)}"
                body = block.text if re.search(r"\bfn main\b", block.text) else "fn main() {\n" + block.text + "}\n"
                (source / f"{program}.rs").write_text(body)
                self.rust[id(block)] = PLACE / "build" / "debug" / program
        (workspace / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = {json.dumps(members)}\n')
        # The versions that the project itself is locked to; cargo adds the two crates and drops what they do not need.
        shutil.copy2(ROOT / "Cargo.lock", workspace / "Cargo.lock")
        env = {**self.checks.env, "CARGO_TARGET_DIR": str(PLACE / "build")}
        command: list[str | Path] = ["cargo", "build", "--quiet", "--keep-going", "--bins", "--manifest-path", workspace / "Cargo.toml"]
        self.checks.run("the Rust programs of the pages build", command, env=env)

    def compile(self, block: Block, place: Path) -> tuple[int, str, list[str | Path]]:
        """Compile a C or C++ block: exit code, output, and the command that runs it (empty where there is nothing to run)."""
        plus = PROGRAMS[block.language] == "cpp"
        source = place / block.words.get("file", f"line{block.line}.{'cpp' if plus else 'c'}")
        source.write_text(block.text)
        compiler = ["c++", f"-std={block.words.get('std', 'c++17')}"] if plus else ["cc", "-std=c11"]
        command = [*compiler, "-Wall", "-Wextra", "-Werror", "-I", str(ROOT / "include"), "-I", str(place)]
        packages = [package for pattern, package in LIBRARIES.items() if re.search(rf"#include [<\"](?:{pattern})[>\"]", block.text)]
        if "Qt6Core" in packages:
            command.append("-fPIC") # Qt refuses less.
        if packages:
            code, flags = self.checks.capture(["pkg-config", "--cflags", "--libs", *packages])
            if code:
                return code, flags, []
            extra = shlex.split(flags)
        else:
            extra = []
        if not re.search(r"\bmain\s*\(", block.text):
            code, text = self.checks.capture([*command, "-fsyntax-only", source, *extra])
            return code, text, []
        program = place / f"line{block.line}"
        link: list[str | Path] = ["-L", library.DIRECTORY, "-lactor_rt", f"-Wl,-rpath,{library.DIRECTORY}", "-pthread"]
        code, text = self.checks.capture([*command, source, "-o", program, *link, *extra])
        return code, text, [program]

    def command(self, block: Block, place: Path) -> tuple[str, list[str | Path]]:
        """What went wrong in preparing a block (or nothing), and the command that runs it (or nothing to run)."""
        language = PROGRAMS[block.language]
        if language == "rust":
            if "file" in block.words:
                self.write(block, place)
            program = self.rust[id(block)]
            return ("" if program.exists() else "it did not compile; see the build above"), [program]
        if language in ("c", "cpp"):
            if self.library is None:
                return "the library did not build", []
            code, text, run = self.compile(block, place)
            return (text or f"exit code {code}") if code else "", run
        source = place / block.words.get("file", f"line{block.line}.{'py' if language == 'python' else 'sh'}")
        source.write_text(block.text)
        if language == "python":
            needs = block.words.get("with", "")
            python = self.pythons.get(needs)
            # PyGObject's own import machinery is warned of.
            warnings = ["-W", "error", *(["-W", "default::ImportWarning"] if needs in OF_THE_SYSTEM else [])]
            return ("", [*WITH[needs][1], python, *warnings, source]) if python else ("the wheel is missing, or what it needs", [])
        return "", ["bash", "-euo", "pipefail", source]

    def write(self, block: Block, place: Path) -> None:
        """Write a block under the name that it gives itself."""
        target = place / block.words["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text)
        if target.name == "Cargo.toml":
            # The versions that the project itself is locked to.
            shutil.copy2(ROOT / "Cargo.lock", target.parent / "Cargo.lock")

    def run_block(self, page: str, block: Block, place: Path) -> None:
        """Run one block and compare what it prints."""
        name = f"{page}:{block.line} {block.language}"
        if "ignore-because" in block.words:
            print(f"        {name}: not run, {block.words['ignore-because']}", flush=True)
            return
        if "of" in block.words:
            source = ROOT / block.words["of"]
            stranger = block.stranger_to(source.read_text(encoding="utf-8")) if source.is_file() else "the file is not there"
            self.checks.note(f"{name} is a part of {block.words['of']}", stranger is None, f"not in it: {stranger}")
            return
        wrong, command = self.command(block, place)
        if wrong or not command:
            self.checks.note(name + ("" if command or wrong else " compiles"), not wrong, wrong)
            return
        # A program must find the library by what its build says, not by the environment of this process.
        env = {name: value for name, value in self.checks.env.items() if name not in HIDDEN}
        env["QT_QPA_PLATFORM"] = "offscreen"
        if self.python:
            env["PATH"] = f"{self.python.parent}{os.pathsep}{env['PATH']}"
        errors = place / "standard-error"
        where = ROOT if block.words.get("cwd") == "clone" else place
        env["PWD"] = str(where)
        # Standard error apart, since the page shows what a program prints, not what it reports.
        quoted = " ".join(shlex.quote(str(part)) for part in command)
        code, said = self.checks.capture(["bash", "-c", f"exec {quoted} 2>{shlex.quote(str(errors))}"], cwd=where, env=env, limit=400)
        why = f"exit code {code}\n{said}{errors.read_text(errors='replace') if errors.exists() else ''}"
        good = code == 0
        if good and block.expected is not None and said != block.expected:
            good, why = False, f"printed:\n{said}but the page shows:\n{block.expected}"
        self.checks.note(name + (" prints what the page shows" if block.expected is not None else ""), good, why)

    def run(self) -> None:
        """Run everything, page by page."""
        self.read()
        self.prepare()
        work = PLACE / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        (work / "actor-rt").symlink_to(ROOT)
        with tempfile.TemporaryDirectory() as plain:
            # The shell's usual `$(pkg-config …)` knows no spaces in a path: the clone may lie below one, a reader's project does not.
            projects = Path(plain) / "work"
            projects.symlink_to(work)
            for page, page_blocks in self.pages:
                place = projects / re.sub(r"\W", "-", page)
                place.mkdir()
                for block in page_blocks:
                    if block.is_program and "built-below" not in block.words:
                        self.run_block(page, block, place)
                    elif "file" in block.words and "ignore-because" not in block.words:
                        self.write(block, place)
        self.checks.note("the pages hold programs", bool(self.programs("rust", "c", "cpp", "python", "sh")))
        self.checks.finish()


if __name__ == "__main__":
    Pages().run()
