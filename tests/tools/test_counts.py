"""The rules of lib/counts.py: nothing that did not run and pass reads as passed."""

import unittest

from lib.counts import Counts, judge

CARGO = """
running 3 tests
test result: ok. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; {filtered} filtered out; finished in 0.00s
"""


def cargo(passed: int = 0, failed: int = 0, ignored: int = 0, filtered: int = 0) -> str:
    return CARGO.format(passed=passed, failed=failed, ignored=ignored, filtered=filtered)


class Cargo(unittest.TestCase):
    def verdict(self, text: str, code: int = 0) -> tuple[int, int]:
        counts = judge("cargo", code, text)
        return counts.passed, counts.failed

    def test_every_result_line_is_added(self) -> None:
        self.assertEqual(self.verdict(cargo(3) + cargo(0) + cargo(4)), (7, 0))

    def test_a_failed_test_is_counted_once_although_cargo_exits_with_an_error(self) -> None:
        self.assertEqual(self.verdict(cargo(3, failed=1), 101), (3, 1))

    def test_an_ignored_test_is_a_failure(self) -> None:
        self.assertEqual(self.verdict(cargo(3, ignored=2)), (3, 2))

    def test_a_filtered_test_is_a_failure(self) -> None:
        self.assertEqual(self.verdict(cargo(3, filtered=5)), (3, 5))

    def test_no_test_at_all_is_a_failure(self) -> None:
        self.assertEqual(self.verdict(cargo(0)), (0, 1))
        self.assertEqual(self.verdict(""), (0, 1))

    def test_a_compile_error_is_a_failure(self) -> None:
        self.assertEqual(self.verdict("error: could not compile", 101), (0, 1))

    def test_a_crash_after_good_results_is_a_failure(self) -> None:
        self.assertEqual(self.verdict(cargo(3) + "process didn't exit successfully (signal: 6)", 101), (3, 1))

    def test_colours_do_not_hide_a_result(self) -> None:
        self.assertEqual(self.verdict(cargo(2).replace("ok", "\x1b[32mok\x1b[0m")), (2, 0))


class Pytest(unittest.TestCase):
    def verdict(self, text: str, code: int = 0) -> tuple[int, int]:
        counts = judge("pytest", code, text)
        return counts.passed, counts.failed

    def test_passed_tests_are_counted(self) -> None:
        self.assertEqual(self.verdict("===== 12 passed in 0.31s =====\n"), (12, 0))

    def test_a_long_run_is_read_too(self) -> None:
        self.assertEqual(self.verdict("===== 12 passed in 75.01s (0:01:15) =====\n"), (12, 0))

    def test_a_quiet_run_is_read_too(self) -> None:
        self.assertEqual(self.verdict("12 passed in 0.31s\n"), (12, 0))

    def test_everything_but_passed_is_a_failure(self) -> None:
        text = "=== 1 failed, 5 passed, 2 skipped, 1 deselected, 3 xfailed, 1 xpassed, 4 warnings, 2 errors in 1.5s ===\n"
        self.assertEqual(self.verdict(text, 1), (5, 10))

    def test_no_test_is_a_failure(self) -> None:
        self.assertEqual(self.verdict("===== no tests ran in 0.00s =====\n", 5), (0, 1))


class Unittest(unittest.TestCase):
    def verdict(self, text: str, code: int = 0) -> tuple[int, int]:
        counts = judge("unittest", code, text)
        return counts.passed, counts.failed

    def test_passed_tests_are_counted(self) -> None:
        self.assertEqual(self.verdict("Ran 8 tests in 0.002s\n\nOK\n"), (8, 0))

    def test_failures_errors_and_skips_are_failures(self) -> None:
        text = "Ran 8 tests in 0.002s\n\nFAILED (failures=1, errors=2, skipped=1, expected failures=1)\n"
        self.assertEqual(self.verdict(text, 1), (3, 5))

    def test_a_skip_in_a_good_run_is_a_failure(self) -> None:
        self.assertEqual(self.verdict("Ran 8 tests in 0.002s\n\nOK (skipped=1)\n"), (7, 1))


class Ctest(unittest.TestCase):
    def verdict(self, text: str, code: int = 0) -> tuple[int, int]:
        counts = judge("ctest", code, text)
        return counts.passed, counts.failed

    def test_passed_tests_are_counted(self) -> None:
        self.assertEqual(self.verdict("100% tests passed, 0 tests failed out of 7\n"), (7, 0))

    def test_failed_tests_are_counted(self) -> None:
        self.assertEqual(self.verdict("71% tests passed, 2 tests failed out of 7\n", 8), (5, 2))

    def test_a_single_failed_test_is_counted(self) -> None:
        self.assertEqual(self.verdict("50% tests passed, 1 test failed out of 2\n", 8), (1, 1))

    def test_a_skipped_test_is_a_failure(self) -> None:
        text = "2/2 Test #2: loop ....***Skipped   0.01 sec\n100% tests passed, 0 tests failed out of 2\n"
        self.assertEqual(self.verdict(text), (1, 1))

    def test_a_disabled_test_is_a_failure(self) -> None:
        text = "2/2 Test #2: loop ....***Not Run (Disabled)   0.00 sec\n100% tests passed, 0 tests failed out of 1\n"
        self.assertEqual(self.verdict(text), (1, 1))


class Tally(unittest.TestCase):
    def verdict(self, text: str, code: int = 0) -> tuple[int, int]:
        counts = judge("tally", code, text)
        return counts.passed, counts.failed

    def test_the_last_line_counts(self) -> None:
        self.assertEqual(self.verdict("1 passed, 0 failed\nmore\n5 passed, 2 failed\n", 1), (5, 2))

    def test_a_line_within_other_text_does_not_count(self) -> None:
        self.assertEqual(self.verdict("said: 5 passed, 0 failed\n"), (0, 1))

    def test_a_skip_is_a_failure(self) -> None:
        self.assertEqual(self.verdict("5 passed, 0 failed, 1 skipped\n"), (5, 1))

    def test_an_error_exit_is_a_failure_whatever_was_counted(self) -> None:
        self.assertEqual(self.verdict("5 passed, 0 failed\n", 3), (5, 1))

    def test_nothing_run_is_a_failure(self) -> None:
        self.assertEqual(self.verdict("0 passed, 0 failed\n"), (0, 1))


class Exit(unittest.TestCase):
    def test_the_exit_code_decides(self) -> None:
        self.assertEqual(judge("exit", 0, ""), Counts(passed=1))
        failed = judge("exit", 1, "")
        self.assertEqual((failed.passed, failed.failed), (0, 1))
