"""docs/sentences.md is whole and true: every sentence has its row, and every test that a row names is there and bears the sentence."""

from __future__ import annotations

import re
import unittest
from dataclasses import dataclass

from lib.environment import ROOT

PAGE = ROOT / "docs" / "sentences.md"
TESTS = ROOT / "actor-rt" / "tests"
# How many sentences each source has.
COUNTS = {"R": 69, "O": 24, "A": 13, "X": 19, "K": 12}
# What stands in the place of tests.
UNPROVEN = ("open", "later")
# Its names begin with the rules of Stakker, which are numbered in letters, too.
OTHER_RULES = {"rules_step", "rules_log"}


@dataclass
class Row:
    sentence: str
    says: str
    tests: list[str]
    # "open", "later", or "" for a row that names tests.
    state: str


def rows_of(page: str) -> list[Row]:
    """The rows of the page's tables."""
    found = []
    for sentence, says, cell in re.findall(r"^\| ([A-Z]-\d+) \| ([^|]+) \| ([^|]*) \|[^|]*\|$", page, re.M):
        state = cell if cell in UNPROVEN else ""
        found.append(Row(sentence, says, re.findall(r"`([^`]+)`", cell), state))
    return found


def sentences() -> list[str]:
    return [f"{source}-{number}" for source, count in COUNTS.items() for number in range(1, count + 1)]


def sentences_in(name: str) -> set[str]:
    """The sentences that a test's name begins with: `r8_x1_what_it_shows`."""
    prefix = re.match(rf"(?:[{''.join(COUNTS).lower()}]\d+_)+", name)
    return {f"{word[0].upper()}-{word[1:]}" for word in prefix[0].split("_") if word} if prefix else set()


def names_in(source: str) -> set[str]:
    """The tests of a Rust file."""
    return set(re.findall(r"^#\[test\]\n(?:#\[.*\n)*fn (\w+)\(", source, re.M))


def mistakes(rows: list[Row], tests: dict[str, set[str]]) -> list[str]:
    """What is wrong with the rows, if the files have these tests."""
    found = []
    proven = {one for file, names in tests.items() if file not in OTHER_RULES for name in names for one in sentences_in(name)}
    for row in rows:
        if row.state:
            if row.sentence in proven:
                found.append(f"{row.sentence} is {row.state}, but a test bears it: name it in the row")
            continue
        if not row.tests:
            found.append(f"{row.sentence} has neither tests nor one of: {', '.join(UNPROVEN)}")
        borne = False
        for test in row.tests:
            file, _, name = test.partition("::")
            if not name:
                borne = True
                if not (ROOT / file).is_file():
                    found.append(f"{row.sentence}: there is no file {file}")
            elif name not in tests.get(file, set()):
                found.append(f"{row.sentence}: there is no test {test}")
            borne = borne or row.sentence in sentences_in(name)
        if row.tests and not borne:
            found.append(f"{row.sentence}: none of its tests bears it in its name")
    return found


class Sentences(unittest.TestCase):
    def test_every_sentence_has_one_row(self) -> None:
        self.assertEqual([row.sentence for row in rows_of(PAGE.read_text(encoding="utf-8"))], sentences())

    def test_every_row_names_tests_that_are_there_or_says_what_is_missing(self) -> None:
        tests = {path.stem: names_in(path.read_text(encoding="utf-8")) for path in TESTS.glob("*.rs")}
        self.assertGreater(sum(map(len, tests.values())), 500)
        self.assertEqual(mistakes(rows_of(PAGE.read_text(encoding="utf-8")), tests), [])


class Reader(unittest.TestCase):
    def mistakes(self, row: str, *names: str) -> list[str]:
        rows = rows_of(f"| sentence | says | test | here instead |\n|---|---|---|---|\n{row}\n")
        self.assertEqual(len(rows), 1)
        return mistakes(rows, {"rules_a": set(names)})

    def test_a_row_that_names_its_test_is_right(self) -> None:
        self.assertEqual(self.mistakes("| R-7 | It says | `rules_a::x1_r7_shows` | |", "x1_r7_shows"), [])
        self.assertEqual(self.mistakes("| R-7 | It says | open | |", "r70_shows"), [])
        self.assertEqual(self.mistakes("| R-7 | It says | `docs/sentences.md` | differs |"), [])

    def test_a_test_that_is_not_there_is_found(self) -> None:
        for cell in ["`rules_a::r7_other`", "`rules_b::r7_shows`", "`docs/no_such_page.md`"]:
            with self.subTest(cell=cell):
                self.assertIn("there is no", "".join(self.mistakes(f"| R-7 | It says | {cell} | |", "r7_shows")))

    def test_a_row_without_a_test_of_its_own_is_found(self) -> None:
        self.assertTrue(self.mistakes("| R-7 | It says | `rules_a::r8_shows` | |", "r8_shows"))
        self.assertTrue(self.mistakes("| R-7 | It says | perhaps | |"))

    def test_a_row_that_is_open_although_there_is_a_test_is_found(self) -> None:
        self.assertTrue(self.mistakes("| R-7 | It says | open | |", "r7_shows"))

    def test_tests_are_read_with_their_attributes(self) -> None:
        source = "#[test]\nfn one() {\n}\n\n#[test]\n#[ignore = \"slow\"]\nfn two() {\n}\n\nfn three() {\n}\n"
        self.assertEqual(names_in(source), {"one", "two"})


if __name__ == "__main__":
    unittest.main()
