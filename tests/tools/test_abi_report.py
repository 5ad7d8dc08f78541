"""What abidiff says, as it says it, and whether that is growth."""

from __future__ import annotations

import unittest

from lib.abi_report import only_grew

SUMMARY = """Leaf changes summary: 1 artifact changed
Changed leaf types summary: 1 leaf type changed
Removed/Changed/Added functions summary: {} Removed, {} Changed, 0 Added function
Removed/Changed/Added variables summary: 0 Removed, 0 Changed, 0 Added variable

"""
GROWN = """'struct art_interval' changed:
  type size changed from 192 to 256 (in bits)
  1 data member insertion:
    'uint64_t more', at offset 192 (in bits)
"""
INSERTED = GROWN.replace("at offset 192", "at offset 64")
RETYPED = """'struct art_budget' changed:
  type size changed from 192 to 256 (in bits)
  there are data member changes:
    type 'typedef uint32_t' of 'art_budget::max_messages' changed:
      typedef name changed from uint32_t to uint64_t
    'uint64_t max_ns' offset changed from 128 to 192 (in bits) (by +64 bits)
"""
CALLBACK = """'struct art_config' changed:
  type size hasn't changed
  there are data member changes:
    type 'typedef art_wake_fn' of 'art_config::wake' changed:
      underlying type 'void (void*, typedef uint32_t)*' changed:
"""


class Reports(unittest.TestCase):
    def test_nothing_changed(self) -> None:
        self.assertTrue(only_grew(0, ""))
        self.assertTrue(only_grew(0, SUMMARY.format(0, 0)))

    def test_a_struct_may_grow_at_its_end(self) -> None:
        self.assertTrue(only_grew(4, SUMMARY.format(0, 0) + GROWN))

    def test_any_other_change_of_a_struct_is_one(self) -> None:
        for block in (INSERTED, RETYPED, CALLBACK):
            self.assertFalse(only_grew(4, SUMMARY.format(0, 0) + block), block)
            self.assertFalse(only_grew(4, SUMMARY.format(0, 0) + GROWN + "\n" + block), block)

    def test_functions_may_not_go_or_change(self) -> None:
        self.assertFalse(only_grew(12, SUMMARY.format(1, 0)))
        self.assertFalse(only_grew(4, SUMMARY.format(0, 1)))

    def test_a_report_that_is_none_is_no_growth(self) -> None:
        for code, text in ((0, "?"), (1, SUMMARY.format(0, 0)), (2, "usage"), (127, "")):
            self.assertFalse(only_grew(code, text))


if __name__ == "__main__":
    unittest.main()
