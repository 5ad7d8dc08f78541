"""The rules of the bars. Run with ``python3 -m unittest discover -s benches``."""

import re
import unittest

from rows import GATED, ROWS, STAKKER_BAR, TIMED, How, Row
from size_program import program
from verdict import FLAT_WITHIN, judge, judge_time, tighten

ROW = Row("post", "post", How.INSTRUCTIONS, 65)
NONE = Row("none", "none", How.ALLOCATIONS, 0)
OPEN = Row("open", "open", How.INSTRUCTIONS)
SAME = Row("same", "same", How.INSTRUCTIONS, equal_to="open")


class Gate(unittest.TestCase):
    def test_a_row_that_was_not_measured_is_red(self):
        for row in (ROW, NONE, OPEN, SAME):
            self.assertFalse(judge(row, {}, {}).passed)
        self.assertEqual(judge(ROW, {}, {}, "no valgrind").reason, "no valgrind")

    def test_a_row_may_cost_so_often_what_another_one_costs(self):
        row = Row("dear", "dear", How.INSTRUCTIONS, equal_to="open", equal_times=1.2)
        self.assertTrue(judge(row, {"open": 100.0, "dear": 120.0}, {}).passed)
        self.assertFalse(judge(row, {"open": 100.0, "dear": 121.0}, {}).passed)
        self.assertEqual((row.cap, SAME.cap, ROW.cap), ("1.2 × open", "= open", None))

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


FAST = Row("fast", "fast", How.TIME_ONLY, stakker_bar=0.5, floor_bar=1.5)
FLAT = Row("flat", "flat", How.TIME_ONLY, flat_beside="fast")
ALONE = Row("alone", "alone", How.TIME_ONLY, stakker_bar=None)


class Time(unittest.TestCase):
    def test_a_bar_holds_up_to_itself(self):
        beside_stakker, beside_floor = judge_time([FAST], {"fast": {"ours": 3.0, "stakker": 6.0, "floor": 2.0}})
        self.assertTrue(beside_stakker.held and beside_floor.held)
        beside_stakker, beside_floor = judge_time([FAST], {"fast": {"ours": 3.1, "stakker": 6.0, "floor": 2.0}})
        self.assertFalse(beside_stakker.held or beside_floor.held)

    def test_what_was_not_measured_is_missed(self):
        for medians in ({}, {"fast": {}}, {"fast": {"ours": 3.0}}, {"fast": {"stakker": 6.0, "floor": 2.0}}):
            claims = judge_time([FAST], medians)
            self.assertEqual([(claim.ratio, claim.held) for claim in claims], [(None, False)] * 2)

    def test_a_row_without_a_bar_of_its_own_has_the_common_one(self):
        row = Row("common", "common", How.INSTRUCTIONS)
        self.assertEqual([claim.bar for claim in judge_time([row], {})], [STAKKER_BAR])

    def test_a_row_without_counterpart_claims_nothing(self):
        self.assertEqual(judge_time([ALONE], {"alone": {"ours": 1.0}}), [])

    def test_a_flat_row_is_held_against_the_other_rows_time_of_ours(self):
        medians = {"fast": {"ours": 2.0}, "flat": {"ours": 2.0 * FLAT_WITHIN, "stakker": 100.0}}
        self.assertTrue(all(claim.held for claim in judge_time([FLAT], medians)))
        medians["flat"]["ours"] += 0.1
        self.assertEqual([claim.beside for claim in judge_time([FLAT], medians) if not claim.held], ["fast"])


class Program(unittest.TestCase):
    def test_the_generated_program_is_the_same_each_time(self):
        self.assertEqual(program(100), program(100))

    def test_no_two_of_its_actors_are_alike(self):
        bodies = re.findall(r"^impl Part\d+ \{.*?^\}", program(100), re.MULTILINE | re.DOTALL)
        self.assertEqual(len(bodies), 100)
        without_names = {re.sub(r"Part\d+", "Part", body) for body in bodies}
        self.assertEqual(len(without_names), 100)


class Table(unittest.TestCase):
    def test_names_are_unique(self):
        self.assertEqual(len({row.name for row in ROWS}), len(ROWS))

    def test_every_run_length_is_whole_bursts(self):
        self.assertTrue(all(row.ops % 1000 == 0 for row in ROWS))

    def test_rows_that_shall_be_equal_are_gated_together(self):
        names = {row.name for row in GATED}
        self.assertTrue(all(row.equal_to in names for row in GATED if row.equal_to))

    def test_rows_that_shall_be_flat_are_timed_together(self):
        names = {row.name for row in TIMED}
        self.assertTrue(all(row.flat_beside in names for row in TIMED if row.flat_beside))

    def test_every_time_sample_is_whole_bursts(self):
        self.assertTrue(all(row.time_ops % 1000 == 0 for row in TIMED))


if __name__ == "__main__":
    unittest.main()
