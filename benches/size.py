"""Code size and compile time of a program of a hundred actors, against this runtime and against Stakker.

The program is generated (``size_program.py``) into the target folder, as two packages with the same text; one names our crate
``stakker``, as somebody who moves would. Both link everything into one program in release, as this repository does. Compile time
is the processor time of building that program alone, its dependencies being built before: the lesser of two, taken in turns.
"""

import argparse
import re
import resource
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, Missing, Programs, execute
from size_program import program
from tables import number, table, write_json

BAR = 1.15
"""The largest multiple of Stakker's figure, for each of the figures."""

ACTORS = 100
BUILDS = 2

MANIFEST = """\
[workspace]

[package]
name = "hundred-{peer}"
version = "0.0.0"
edition = "2021"

[dependencies]
stakker = {dependency}

[profile.release]
opt-level = 3
lto = "thin"
codegen-units = 1
"""


@dataclass
class Program:
    """One of the two packages."""

    folder: Path
    built: Path

    @classmethod
    def generate(cls, target: Path, peer: str, dependency: str) -> "Program":
        """Writes the package, but for the program's text."""
        folder = target / "size" / peer
        (folder / "src").mkdir(parents=True, exist_ok=True)
        (folder / "Cargo.toml").write_text(MANIFEST.format(peer=peer, dependency=dependency))
        # The versions that everything else here is built with; cargo takes out what is not needed.
        (folder / "Cargo.lock").write_text((ROOT / "Cargo.lock").read_text())
        return cls(folder, target / "size" / "build" / "release" / f"hundred-{peer}")

    def build(self) -> float:
        """Builds what is not built; the processor time of that, in seconds."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        execute(["cargo", "build", "--release", "--quiet", "--target-dir", self.built.parent.parent], cwd=self.folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def build_dependencies(self) -> None:
        """Builds an empty program in place of the generated one, and so all that it depends on."""
        (self.folder / "src" / "main.rs").write_text("fn main() {}\n")
        self.build()

    def rebuild(self) -> float:
        """Builds the program anew, and nothing else; the processor time of that, in seconds."""
        (self.folder / "src" / "main.rs").write_text(program(ACTORS))
        return self.build()

    def text_bytes(self) -> int:
        """The size of the section with the code."""
        found = re.search(r"\s\.text\s+PROGBITS\s+\S+\s+\S+\s+([0-9a-f]+)", execute(["readelf", "-SW", self.built]))
        if found is None:
            raise Missing(f"{self.built.name} has no .text")
        return int(found.group(1), 16)

    def stripped_bytes(self) -> int:
        """The size of the file without symbols."""
        stripped = self.built.with_suffix(".stripped")
        execute(["strip", "-o", stripped, self.built])
        return stripped.stat().st_size


def measure_both(target: Path) -> dict[str, dict[str, float]]:
    """All figures, by figure and peer."""
    ours = Program.generate(target, "ours", f'{{ package = "actor-rt", path = "{ROOT / "actor-rt"}" }}')
    both = {"ours": ours, "stakker": Program.generate(target, "stakker", '"=0.2.16"')}
    seconds: dict[str, list[float]] = {peer: [] for peer in both}
    for one in both.values():
        one.build_dependencies()
    for _ in range(BUILDS):
        for peer, one in both.items():
            seconds[peer].append(one.rebuild())
    for peer, one in both.items():
        output = execute([one.built]).strip()
        if output != f"Some((true, {ACTORS}))":
            raise Missing(f"{peer}'s program did not do its work: {output}")
    return {
        "code, KiB": {peer: one.text_bytes() / 1024 for peer, one in both.items()},
        "file without symbols, KiB": {peer: one.stripped_bytes() / 1024 for peer, one in both.items()},
        "compile time, s of processor": {peer: min(taken) for peer, taken in seconds.items()},
    }


def run_size(programs: Programs, options: argparse.Namespace) -> int:
    """Measures, prints, writes the JSON; returns how many bars were missed."""
    try:
        figures = measure_both(programs.target)
    except Missing as problem:
        print(f"MISSED  size: {problem}\n0 held, 1 missed")
        return 1
    ratios = {name: both["ours"] / both["stakker"] for name, both in figures.items()}
    lines = [
        [name, number(both["ours"], 2), number(both["stakker"], 2), number(ratios[name], 2), number(BAR, 2), verdict(ratios[name])]
        for name, both in figures.items()
    ]
    print(table([f"program of {ACTORS} actors", "ours", "Stakker", "/Stakker", "bar", ""], lines))
    write_json(programs, options, "size", [{"figure": name, **both, "bar": BAR} for name, both in figures.items()])
    missed = sum(ratio > BAR for ratio in ratios.values())
    print(f"{len(ratios) - missed} held, {missed} missed")
    return missed


def verdict(ratio: float) -> str:
    """The word for the table."""
    return "pass" if ratio <= BAR else "RED"
