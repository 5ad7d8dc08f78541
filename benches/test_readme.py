"""README's tables are what the figures say. Run with ``python3 -m unittest discover -s benches``."""

import unittest

from readme import counts, replaced, sizes, time

ROW = {"title": "post", "unit": "instr", "ours": 46.9, "bar": 65, "equal_to": None, "stakker": 78.1, "floor": 34, "passed": True}
TIMED = {
    "title": "post",
    "median_ns": {"ours": 3.0, "stakker": 6.0, "floor": 2.0, "tokio": 30.0},
    "bars": [{"beside": "stakker", "bar": 0.65, "held": True}, {"beside": "floor", "bar": 1.3, "held": False}],
}
SIZE = {"figure": "code, KiB", "ours": 50.0, "stakker": 100.0, "bar": 1.15}


class Tables(unittest.TestCase):
    def test_a_missed_bar_is_marked(self):
        self.assertEqual(counts([ROW])[2], "| post | 46.9 | 65 | 78.1 | 34 |")
        self.assertIn("46.9 (missed)", counts([ROW | {"passed": False}])[2])
        self.assertEqual(time([TIMED])[2], "| post | 0.50 of 0.65 | 1.50 of 1.3 (missed) | 0.100 | – | – | – |")

    def test_a_row_that_nobody_else_has_is_left_out(self):
        self.assertEqual(len(time([TIMED | {"median_ns": {"ours": 3.0}, "bars": []}])), 2)

    def test_what_is_not_flat_is_marked(self):
        bars = [{"beside": "post_small", "bar": 1.5, "held": False}]
        self.assertIn("| post (missed): not flat |", time([TIMED | {"bars": bars}])[2])

    def test_a_program_that_is_too_large_is_marked(self):
        self.assertIn("| 1.16 (missed) |", sizes([SIZE | {"ours": 116.0}])[2])

    def test_a_ratio_is_ours_by_theirs(self):
        self.assertEqual(sizes([SIZE])[2], "| code, KiB | 50 | 100 | 0.50 | 1.15 |")

    def test_allocations_are_left_out(self):
        self.assertEqual(len(counts([ROW | {"unit": "allocs"}])), 2)

    def test_a_table_takes_the_place_of_the_one_with_its_heading(self):
        text = "before\n\n| operation | x |\n|---|---|\n| old | 1 |\n\nafter"
        self.assertEqual(replaced(text, ["| operation | y |", "| new |"]), "before\n\n| operation | y |\n| new |\n\nafter")

    def test_a_readme_without_the_table_is_an_error(self):
        with self.assertRaises(SystemExit):
            replaced("no table", ["| operation | y |"])


if __name__ == "__main__":
    unittest.main()
