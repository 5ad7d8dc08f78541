"""The published tables are what the figures say. Run with ``python3 -m unittest discover -s benches``."""

import unittest

from publish import HEADLINES, counts, headers, headlines, native, python, python_bytes, replaced, sizes, taken, time
from rows import ROWS

ROW = {"title": "post", "unit": "instr", "ours": 46.9, "bar": 65, "cap": None, "stakker": 78.1, "floor": 34, "passed": True}
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

    def test_a_loop_has_a_column_and_a_bar_that_is_missed_is_marked(self):
        row = {"title": "post", "unit": "ns", "plain": 100.0, "bar": None}
        table = native([row | {"loop": "libuv", "ours": 4.0}, row | {"loop": "Qt", "ours": 50.0, "bar": 0.02},
                        row | {"title": "wake", "loop": "Qt", "ours": None}])
        self.assertEqual(table[0], "| ours, as a share of | libuv | Qt |")
        self.assertEqual(table[2:], ["| post | 0.040 | 0.50 of 0.020 (missed) |", "| wake | – | – |"])

    def test_python_has_a_table_of_time_and_one_of_memory(self):
        records = [
            {"title": "tell", "unit": "ns", "peer": "asyncio", "ours": 5.0, "other": 100.0, "bar": 0.2},
            {"title": "tell", "unit": "ns", "peer": "floor", "ours": 5.0, "other": 2.0, "bar": 1.3},
            {"title": "an actor", "unit": "bytes", "peer": "instance", "ours": 600.0, "other": 90.0, "bar": 500.0},
        ]
        self.assertEqual(python(records)[0], "| from Python, as a share of | asyncio | floor |")
        self.assertEqual(python(records)[2:], ["| tell | 0.050 of 0.20 | 2.50 of 1.30 (missed) |"])
        self.assertEqual(python_bytes(records)[2:], ["| an actor | 600 (missed) | 500 |"])

    def test_a_header_that_costs_too_much_is_marked(self):
        row = {"file": "one actor", "seconds": 0.75, "empty": 0.25, "bar": 0.4}
        self.assertEqual(headers([row])[2], "| one actor | 0.75 | 0.25 | 0.50 (missed) | 0.40 |")

    def test_allocations_are_left_out(self):
        self.assertEqual(len(counts([ROW | {"unit": "allocs"}])), 2)

    def test_a_headline_has_counts_and_shares_of_time(self):
        table = headlines([ROW | {"row": "burst"}], [TIMED | {"row": "burst"}])
        self.assertEqual(table[2], "| post | 46.9 | 78.1 | 34 | 0.50 | 1.50 | 0.100 |")

    def test_a_headline_may_have_either_alone(self):
        table = headlines([ROW | {"row": "actor_memory", "unit": "bytes"}], [TIMED | {"row": "remote_1"}])
        self.assertIn("| post (bytes) | 46.9 | 78.1 | 34 | – | – | – |", table)
        self.assertIn("| post | – | – | – | 0.50 | 1.50 | 0.100 |", table)

    def test_every_headline_is_a_row(self):
        self.assertLessEqual(set(HEADLINES), {row.name for row in ROWS})

    def test_the_figures_name_the_versions_of_the_peers(self):
        lock = '[[package]]\nname = "tokio"\nversion = "1.2.3"\nsource = "x"\n\n[[package]]\nname = "stakker"\nversion = "0.2.0"\n'
        self.assertEqual(taken("abc, rustc 1", lock, ["libuv 1.44.2"]), "Taken at abc, rustc 1; Stakker 0.2.0, tokio 1.2.3, libuv 1.44.2.")

    def test_a_table_takes_the_place_of_the_one_with_its_heading(self):
        text = "before\n\n| operation | x |\n|---|---|\n| old | 1 |\n\nafter"
        self.assertEqual(replaced(text, ["| operation | y |", "| new |"]), "before\n\n| operation | y |\n| new |\n\nafter")

    def test_a_readme_without_the_table_is_an_error(self):
        with self.assertRaises(SystemExit):
            replaced("no table", ["| operation | y |"])


if __name__ == "__main__":
    unittest.main()
