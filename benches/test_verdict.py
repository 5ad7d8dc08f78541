"""The rules of the gate. Run with ``python3 -m unittest discover -s benches``."""

import unittest

from rows import GATED, ROWS, How, Row
from verdict import judge, tighten

ROW = Row("post", "post", How.INSTRUCTIONS, 65)
NONE = Row("none", "none", How.ALLOCATIONS, 0)
OPEN = Row("open", "open", How.INSTRUCTIONS)
SAME = Row("same", "same", How.INSTRUCTIONS, equal_to="open")


class Gate(unittest.TestCase):
    def test_a_row_that_was_not_measured_is_red(self):
        for row in (ROW, NONE, OPEN, SAME):
            self.assertFalse(judge(row, {}, {}).passed)
        self.assertEqual(judge(ROW, {}, {}, "no valgrind").reason, "no valgrind")

    def test_the_bar_itself_passes_and_anything_above_is_red(self):
        self.assertTrue(judge(ROW, {"post": 65.0}, {}).passed)
        self.assertFalse(judge(ROW, {"post": 65.01}, {}).passed)

    def test_the_ratchet_holds_the_best_figure_and_three_percent(self):
        self.assertTrue(judge(ROW, {"post": 51.5}, {"post": 50}).passed)
        self.assertFalse(judge(ROW, {"post": 51.51}, {"post": 50}).passed)

    def test_the_ratchet_never_loosens_the_bar(self):
        self.assertFalse(judge(ROW, {"post": 66.0}, {"post": 64.9}).passed)

    def test_no_allocation_means_none(self):
        self.assertTrue(judge(NONE, {"none": 0.0}, {"none": 0}).passed)
        self.assertFalse(judge(NONE, {"none": 1.0}, {"none": 0}).passed)

    def test_a_row_without_bar_is_held_by_its_ratchet_alone(self):
        self.assertFalse(judge(OPEN, {"open": 1e6}, {}).passed)
        self.assertTrue(judge(OPEN, {"open": 1e6}, {}, adopt=True).passed)
        self.assertFalse(judge(OPEN, {"open": 104.0}, {"open": 100}).passed)

    def test_what_waits_costs_nothing(self):
        self.assertTrue(judge(SAME, {"open": 40.0, "same": 40.1}, {}).passed)
        self.assertFalse(judge(SAME, {"open": 40.0, "same": 41.0}, {}).passed)
        self.assertFalse(judge(SAME, {"same": 41.0}, {}).passed)


class Ratchet(unittest.TestCase):
    def test_better_figures_enter_and_worse_ones_do_not(self):
        self.assertEqual(tighten([ROW], {"post": 48.0}, {"post": 50}), {"post": 48.0})
        self.assertEqual(tighten([ROW], {"post": 51.0}, {"post": 50}), {"post": 50})

    def test_it_starts_once_the_bar_is_met(self):
        self.assertEqual(tighten([ROW], {"post": 66.0}, {}), {})
        self.assertEqual(tighten([ROW], {"post": 65.0}, {}), {"post": 65.0})

    def test_an_unmeasured_row_keeps_its_figure_and_a_removed_one_leaves(self):
        self.assertEqual(tighten([ROW], {}, {"post": 50, "gone": 1}), {"post": 50})


class Table(unittest.TestCase):
    def test_names_are_unique(self):
        self.assertEqual(len({row.name for row in ROWS}), len(ROWS))

    def test_every_run_length_is_whole_bursts(self):
        self.assertTrue(all(row.ops % 1000 == 0 for row in ROWS))

    def test_rows_that_shall_be_equal_are_gated_together(self):
        names = {row.name for row in GATED}
        self.assertTrue(all(row.equal_to in names for row in GATED if row.equal_to))


if __name__ == "__main__":
    unittest.main()
