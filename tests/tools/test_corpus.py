"""A fuzz target's corpus goes into its archive and comes out of it as it was."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from lib import corpus


class Corpus(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = Path(place.name)

    def directory(self, name: str, inputs: dict[str, bytes]) -> Path:
        made = self.place / name
        made.mkdir()
        for input, data in inputs.items():
            (made / input).write_bytes(data)
        return made

    def test_inputs_come_out_as_they_went_in_beside_those_that_are_there(self) -> None:
        archive = self.place / "kept" / "target.tar.xz"
        self.assertEqual(corpus.pack(self.directory("found", {"b": b"\0\xff", "a": b""}), archive), 2)
        grown = self.directory("grown", {"c": b"1"})
        self.assertEqual(corpus.unpack(archive, grown), 2)
        self.assertEqual(sorted(path.read_bytes() for path in grown.iterdir()), [b"", b"\0\xff", b"1"])

    def test_the_same_inputs_make_the_same_archive(self) -> None:
        one, other = self.place / "one.tar.xz", self.place / "other.tar.xz"
        corpus.pack(self.directory("first", {"a": b"1", "b": b"2"}), one)
        corpus.pack(self.directory("again", {"b": b"2", "a": b"1"}), other)
        self.assertEqual(one.read_bytes(), other.read_bytes())

    def test_without_an_archive_there_is_nothing_to_begin_with(self) -> None:
        self.assertEqual(corpus.unpack(self.place / "none.tar.xz", self.place / "grown"), 0)
        self.assertTrue((self.place / "grown").is_dir())

    def test_each_target_has_a_corpus_in_the_repository(self) -> None:
        fuzz = Path(__file__).resolve().parents[1] / "fuzz"
        targets = {path.stem for path in (fuzz / "fuzz_targets").glob("*.rs")}
        self.assertEqual({path.name.partition(".")[0] for path in (fuzz / "corpus").iterdir()}, targets)


if __name__ == "__main__":
    unittest.main()
