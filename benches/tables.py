"""How figures are shown: tables of text, and one JSON file with a part for each table."""

import argparse
import json
import sys
from pathlib import Path

import measure
from measure import Programs


def number(value: float | None, digits: int = 1) -> str:
    """A figure for a table; a dash where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}".removesuffix(".0")


def table(heads: list[str], lines: list[list[str]]) -> str:
    """Columns of equal width, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    rule = ["-" * width for width in widths]

    def line(cells: list[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]).rstrip()

    return "\n".join(map(line, [heads, rule, *lines]))


def file(programs: Programs, options: argparse.Namespace) -> Path:
    """Where the figures go."""
    return options.json or programs.target / "bench.json"


def forget(programs: Programs, options: argparse.Namespace) -> None:
    """Removes the figures of earlier runs: what cannot be measured now shall not be reported with what was measured then."""
    file(programs, options).unlink(missing_ok=True)


def write_json(programs: Programs, options: argparse.Namespace, part: str, records: list[dict], **more: object) -> None:
    """Replaces one part of the JSON file, with what `more` says of it, and keeps the others; a run of chosen rows is no report and writes only where told."""
    if options.row and options.json is None:
        return
    path = file(programs, options)
    content = json.loads(path.read_text()) if path.exists() else {}
    content[part] = {"of": measure.stamp(), "records": records, **more}
    path.write_text(json.dumps(content, indent=2) + "\n")
    print(f"  written: {path}", file=sys.stderr)
