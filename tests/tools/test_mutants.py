"""The rules of lib/mutants.py: no mutant survives unlisted, and none is listed that does not survive."""

import json
import re
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from lib.environment import ROOT
from lib.mutants import Listed, Outcomes, listed_in_vain, outcomes_in, read_survivors, share, unlisted


class Survivors(unittest.TestCase):
    def test_a_line_is_a_name_and_a_reason(self) -> None:
        listed = read_survivors("# a comment\n\na.rs: one\tit is the same\na.rs: one\tnever ends: a loop\nb.rs: two\tfor speed\n")
        self.assertEqual(listed.names, {"a.rs: one": 2, "b.rs: two": 1})
        self.assertEqual(+listed.endless, {"a.rs: one": 1})
        self.assertEqual(listed.mistakes, [])

    def test_a_survivor_without_a_reason_is_a_mistake(self) -> None:
        for line in ("a.rs: one", "a.rs: one\t", "a.rs: one\t  ", "a.rs: one for speed"):
            with self.subTest(line=line):
                self.assertEqual(len(read_survivors(line).mistakes), 1)

    def test_the_list_is_in_order(self) -> None:
        self.assertEqual(read_survivors("b\tfor speed\na\tfor speed\n").mistakes, ["the names are not in order"])


class Comparison(unittest.TestCase):
    there = Counter(["one", "two", "twice", "twice", "elsewhere"])

    def test_nothing_is_wrong_where_those_survive_that_are_listed(self) -> None:
        listed = Listed(Counter(["one", "twice", "elsewhere"]))
        outcomes = Outcomes(caught=Counter(["two", "twice"]), missed=Counter(["one"]), late=Counter(["twice"]))
        self.assertEqual(unlisted(listed, outcomes), [])
        self.assertEqual(listed_in_vain(listed, self.there, outcomes), [])

    def test_who_survives_must_be_listed_also_if_it_ran_too_long(self) -> None:
        self.assertEqual(unlisted(Listed(), Outcomes(missed=Counter(["one"]), late=Counter(["two"]))), ["one", "two"])
        self.assertEqual(unlisted(Listed(Counter(["twice"])), Outcomes(missed=Counter(["twice", "twice"]))), ["twice"])

    def test_who_was_caught_or_does_not_compile_is_not_listed(self) -> None:
        listed = Listed(Counter(["one", "two"]))
        outcomes = Outcomes(caught=Counter(["one"]), unviable=Counter(["two"]))
        self.assertEqual(listed_in_vain(listed, self.there, outcomes), ["one", "two"])

    def test_of_two_with_one_name_the_other_may_survive(self) -> None:
        caught = Outcomes(caught=Counter(["twice"]))
        self.assertEqual(listed_in_vain(Listed(Counter(["twice"])), self.there, caught), [])
        self.assertEqual(listed_in_vain(Listed(Counter(["twice", "twice"])), self.there, caught), ["twice"])

    def test_who_is_not_there_any_more_is_not_listed(self) -> None:
        self.assertEqual(listed_in_vain(Listed(Counter(["gone"])), self.there, Outcomes()), ["gone"])

    def test_who_never_ends_may_also_be_caught(self) -> None:
        listed = Listed(Counter(["one", "gone"]), endless=Counter(["one", "gone"]))
        self.assertEqual(listed_in_vain(listed, self.there, Outcomes(caught=Counter(["one"]))), ["gone"])
        self.assertEqual(unlisted(listed, Outcomes(late=Counter(["one"]))), [])


class Files(unittest.TestCase):
    def write(self, place: Path, runs: list[tuple[str, str, str]]) -> None:
        outcomes: list[dict[str, object]] = [{"scenario": "Baseline", "summary": "Success", "log_path": "log/baseline.log"}]
        (place / "log").mkdir()
        for number, (name, summary, log) in enumerate(runs):
            outcomes.append({"scenario": {"Mutant": {"name": name}}, "summary": summary, "log_path": f"log/{number}.log"})
            (place / "log" / f"{number}.log").write_text(log)
        (place / "outcomes.json").write_text(json.dumps({"outcomes": outcomes}))

    def test_outcomes_are_read_by_name(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            self.write(Path(directory), [
                ("a.rs:1:2: one", "CaughtMutant", "test x ... FAILED"), ("a.rs:12:34: one", "CaughtMutant", ""),
                ("a.rs:3:4: two", "MissedMutant", ""), ("a.rs: three", "Unviable", ""),
            ])
            outcomes = outcomes_in(Path(directory))
        self.assertEqual(outcomes.caught, {"a.rs: one": 2})
        self.assertEqual(outcomes.survived(), {"a.rs: two": 1})
        self.assertEqual(outcomes.unviable, {"a.rs: three": 1})
        self.assertEqual(outcomes.total(), 4)
        outcomes.add(Outcomes(missed=Counter(["a.rs: two"]), late=Counter(["a.rs: four"])))
        self.assertEqual(str(outcomes), "2 caught, 2 missed, 1 timed out, 1 unviable")

    def test_one_that_runs_on_is_caught_if_a_test_had_failed_by_then(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            self.write(Path(directory), [
                ("a.rs:1:2: one", "Timeout", "test x ... ok\ntest y ... FAILED\n\n*** result: Timeout\n"),
                ("a.rs:1:2: two", "Timeout", "test x ... ok\nFAILED\n\n*** result: Timeout\n"),
            ])
            outcomes = outcomes_in(Path(directory))
        self.assertEqual((outcomes.caught, outcomes.late), ({"a.rs: one": 1}, {"a.rs: two": 1}))

    def test_nothing_was_run_where_nothing_is_written(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            self.assertEqual(outcomes_in(Path(directory)).total(), 0)


class Program(unittest.TestCase):
    def test_the_program_of_all_rules_has_those_of_supervision(self) -> None:
        tests = ROOT / "actor-rt" / "tests"
        paths = re.findall(r'^#\[path = "\.\./(\w+)\.rs"\]$', (tests / "mutants" / "main.rs").read_text(encoding="utf-8"), re.M)
        self.assertEqual(paths, sorted(set(paths)))
        self.assertEqual({path.stem for path in tests.glob("rules_supervision_*.rs")} - set(paths), set())


class Share(unittest.TestCase):
    def test_a_share_is_the_usual_one_another_or_all(self) -> None:
        self.assertEqual(share("", "3/20"), "3/20")
        self.assertEqual(share("0/2", "3/20"), "0/2")
        self.assertIsNone(share("all", "3/20"))

    def test_anything_else_is_refused(self) -> None:
        for wanted in ("2/2", "1", "some", "-1/3", "1/x"):
            with self.subTest(wanted=wanted):
                self.assertRaises(ValueError, share, wanted, "3/20")


if __name__ == "__main__":
    unittest.main()
