"""The rules of tools/run-suites: its last line, its exit code, its time limit, its choice of suites."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lib.suites import LISTS, Suite

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def load(name: str):
    """Import a script whose name has no suffix."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(TOOLS / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def fake(name: str, program: str, counter: str = "tally", **more: object) -> Suite:
    return Suite(name, "a test of the runner", [sys.executable, "-c", program], counter, **more)


GOOD = fake("good", "print('3 passed, 0 failed')")
BAD = fake("bad", "print('1 passed, 2 failed'); raise SystemExit(1)")
EMPTY = fake("empty", "pass")


class RunSuites(unittest.TestCase):
    def setUp(self) -> None:
        self.runner = load("run-suites")
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)

    def run_list(self, suites: list[Suite], *arguments: str) -> tuple[int, str]:
        said = io.StringIO()
        with (
            mock.patch.dict(self.runner.LISTS, {"test": suites}),
            mock.patch.object(self.runner, "TARGET", Path(self.place.name)),
            mock.patch.object(sys, "argv", ["run-suites", "test", *arguments]),
            contextlib.redirect_stdout(said),
        ):
            code = self.runner.main()
        return code, said.getvalue()

    def test_the_last_line_adds_up_all_suites(self) -> None:
        code, said = self.run_list([GOOD, GOOD])
        self.assertEqual((code, said.splitlines()[-1]), (0, "6 passed, 0 failed"))

    def test_a_failure_does_not_stop_the_suites_after_it(self) -> None:
        code, said = self.run_list([BAD, GOOD])
        self.assertEqual((code, said.splitlines()[-1]), (1, "4 passed, 2 failed"))

    def test_a_suite_without_tests_fails_the_run(self) -> None:
        code, said = self.run_list([GOOD, EMPTY])
        self.assertEqual((code, said.splitlines()[-1]), (1, "3 passed, 1 failed"))

    def test_a_missing_program_fails_the_run(self) -> None:
        code, said = self.run_list([GOOD, Suite("gone", "nothing", ["/nonexistent/program"])])
        self.assertEqual((code, said.splitlines()[-1]), (1, "3 passed, 1 failed"))

    def test_a_suite_that_outlives_its_limit_is_ended_and_fails(self) -> None:
        # It waits for input that never comes, on a pipe of its own since a suite's standard input is empty.
        hang = fake("hang", "import os; print('1 passed, 0 failed', flush=True); os.read(os.pipe()[0], 1)", limit=1.0)
        code, said = self.run_list([hang])
        self.assertEqual(code, 1)
        self.assertIn("still running after 1 s", said)

    def test_output_is_kept(self) -> None:
        self.run_list([GOOD])
        self.assertEqual((Path(self.place.name) / "suites" / "good.log").read_text(), "3 passed, 0 failed\n")

    def test_a_suite_has_no_standard_input(self) -> None:
        code, _ = self.run_list([fake("reads", "assert input is not None; import sys; assert sys.stdin.read() == ''; print('1 passed, 0 failed')")])
        self.assertEqual(code, 0)

    def test_a_suite_sees_its_own_environment(self) -> None:
        asks = fake("asks", "import os; print(os.environ['WANTED'] + ' passed, 0 failed')", env={"WANTED": "4"})
        self.assertEqual(self.run_list([asks])[1].splitlines()[-1], "4 passed, 0 failed")

    def test_only_chooses_and_says_so(self) -> None:
        code, said = self.run_list([GOOD, BAD], "--only", "good")
        self.assertEqual((code, said.splitlines()[-1]), (0, "3 passed, 0 failed"))
        self.assertIn("only: good of 2 suites", said)

    def test_an_unknown_name_is_refused(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as refused:
            self.run_list([GOOD], "--only", "goood")
        self.assertNotEqual(refused.exception.code, 0)


class Demo(unittest.TestCase):
    def test_the_demo_explains_itself_without_building(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            builder = Path(place, "python3")
            builder.write_text("#!/bin/sh\nexit 1\n")
            builder.chmod(0o755)
            path = os.pathsep.join([place, os.environ["PATH"]])
            said = subprocess.run([TOOLS / "demo", "--help"], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True)
        self.assertIn("--loop", said.stdout)

    def test_the_figures_of_a_run_are_found(self) -> None:
        said = "word    actors  independent\nthe  12  12\nof  3  3\n\nok      bytes     80\nFAILED  lines     7, expected 8\nok  bytes more  1\n"
        figures = load("check-demo").counted(said)
        self.assertEqual(figures, {"word 1": "the 12 12", "word 2": "of 3 3", "bytes": "80", "lines": "7, expected 8"})


class TheLists(unittest.TestCase):
    def test_names_are_unique_and_setup_comes_first(self) -> None:
        for suites in LISTS.values():
            names = [suite.name for suite in suites]
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual(names[0], "setup")
