"""One version holds for the crates, the header, the packages and the wheel."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def version() -> str:
    """The workspace's, from which the others come."""
    found = re.search(r'^\[workspace\.package\]\nversion = "([0-9.]+)"$', text("Cargo.toml"), re.M)
    assert found is not None
    return found[1]


class OneVersion(unittest.TestCase):
    def test_every_crate_has_the_workspaces(self) -> None:
        members = re.findall(r'"([^"]+)"', re.search(r"^members = \[(.*?)\]", text("Cargo.toml"), re.M | re.S)[1])  # type: ignore[index]
        for member in members:
            self.assertIn("version.workspace = true", text(f"{member}/Cargo.toml"), member)

    def test_crates_ask_for_each_other_in_it(self) -> None:
        asked = re.findall(r'^actor-\w+ = \{ path = "[^"]+", version = "([^"]+)" \}$', text("Cargo.toml"), re.M)
        self.assertEqual(asked, [version()] * 2)

    def test_the_header_has_it(self) -> None:
        parts = [re.search(rf"^#define ART_VERSION_{part} (\d+)$", text("include/actor_rt.h"), re.M) for part in ("MAJOR", "MINOR", "PATCH")]
        self.assertEqual(".".join(part[1] for part in parts if part), version())

    def test_the_wheel_takes_it_from_its_crate(self) -> None:
        self.assertRegex(text("python/pyproject.toml"), r'(?m)^dynamic = \[[^\]]*"version"')

    def test_cmake_reads_it(self) -> None:
        self.assertIn("Cargo.toml", re.search(r"file\(STRINGS[^)]*\)", text("CMakeLists.txt"))[0])  # type: ignore[index]

    def test_the_readme_names_the_tarballs_by_it(self) -> None:
        for archive in ("linux-x86_64", "source"):
            self.assertIn(f"actor_rt-{version()}-{archive}.tar.gz", text("README.md"))

    def test_cargo_c_installs_the_library_with_the_generation_of_the_abi_and_it(self) -> None:
        generation = re.search(r"^#define ART_ABI_VERSION (\d+)$", text("include/actor_rt.h"), re.M)
        library = text("actor-ffi/Cargo.toml").split("[package.metadata.capi.library]")[1]
        found = re.search(r'^version = "([0-9.]+)"$', library, re.M)
        major, minor, _ = version().split(".")
        assert generation is not None and found is not None
        self.assertEqual(found[1], f"{generation[1]}.{major}.{minor}")


if __name__ == "__main__":
    unittest.main()
