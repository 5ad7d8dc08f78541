"""Reads what abidiff reports of two versions of the C ABI.

Owns: `only_grew`. Structs begin with their size and may grow at the end, and functions may be added; every other change is one.
"""

from __future__ import annotations

import re

# Bits of abidiff's exit code: it failed, or was used wrongly.
TROUBLE = 1 | 2


def only_grew(code: int, report: str) -> bool:
    """Whether a report of `abidiff --leaf-changes-only --no-added-syms` is of nothing but growth. One that is not understood is not."""
    if code == 0 and not report.strip():
        return True
    if code & TROUBLE or not re.search(r"^Leaf changes summary: |^Functions changes summary: ", report, re.M):
        return False
    if re.search(r"(?:functions|variables) summary: (?!0 Removed, 0 Changed)", report):
        return False
    return code == 0 or not _changed(report)


def _changed(report: str) -> list[str]:
    """The types that did more than grow at their end."""
    found = []
    for block in re.split(r"^(?='|\d+ (?:removed|changed)|\[)", report, flags=re.M)[1:]:
        size = re.search(r"type size changed from (\d+) to", block)
        inserted = re.findall(r"^    '.*', at offset (\d+) \(in bits\).*$", block, re.M)
        rest = re.sub(
            r"^'struct \w+'.*changed:$|^  type size .*$|^  \d+ data member insertions?:$|^    '.*', at offset .*$", "", block, flags=re.M,
        )
        if rest.strip() or not size or any(int(place) < int(size[1]) for place in inserted):
            found.append(block)
    return found
