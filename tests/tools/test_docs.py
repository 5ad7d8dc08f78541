"""The pages say what the source says: every status code is in docs/errors.md, every offset of docs/layout.md is the struct's."""

import re
import unittest

from lib.environment import ROOT

HEADER = ROOT / "include" / "actor_rt.h"
ERRORS = ROOT / "docs" / "errors.md"
LAYOUT = ROOT / "docs" / "layout.md"
KERNEL = ROOT / "actor-rt" / "src" / "kernel"

# The structs that docs/layout.md has a table of, and the files that define them.
STRUCTS = {"Record": "record.rs", "Head": "packet.rs", "Word": "word.rs", "CellHeader": "cell.rs"}
# Sizes on a 64-bit target of the types in them, `Cell` taken off.
SIZES = {
    "bool": 1, "u8": 1, "u16": 2, "u32": 4, "i32": 4, "u64": 8, "[u8; 8]": 8, "State": 1, "Class": 1, "RunFn": 8, "Meta": 8, "*mut CellHeader": 8,
    "&'static Kind": 8, "NonNull<BlockHead>": 8,
}


def statuses(header: str) -> dict[str, int]:
    """The status codes of the header: what its section `Status codes` defines."""
    section = re.search(r"^ \* Status codes\n(.*?)^/\* -{20}", header, re.M | re.S)
    found = re.findall(r"^#define (ART_\w+) \(?(-?\d+)\)?$", section[1], re.M) if section else []
    return {name: int(number) for name, number in found}


def documented(page: str) -> dict[str, int]:
    """The rows of the page's table: `| `ART_…` | number | cause | cure |`; one without a cause or a cure does not count."""
    rows = re.findall(r"^\| `(ART_\w+)` \| (-?\d+) \| [^| ][^|]* \| [^| ][^|]* \|$", page, re.M)
    return {name: int(number) for name, number in rows}


def offsets(source: str, struct: str) -> list[tuple[int, str, int]]:
    """Offset, name and size of each field of a `repr(C)` struct."""
    body = re.search(rf"#\[repr\(C\)\]\n(?:pub(?:\((?:crate|super)\))? )?struct {struct} \{{\n(.*?)^\}}", source, re.M | re.S)
    if body is None:
        raise AssertionError(f"there is no repr(C) struct {struct}")
    rows, at = [], 0
    for name, kind in re.findall(r"^ +(?:pub(?:\((?:crate|super)\))? )?(\w+): (.+),$", body[1], re.M):
        size = SIZES[re.sub(r"^Cell<(.+)>$", r"\1", kind)]
        at = -(-at // size) * size
        rows.append((at, name, size))
        at += size
    return rows


def tables(page: str, struct: str) -> list[tuple[int, str, int]]:
    """The same from the page's table whose head names the struct; rows without a field are what follows it."""
    table = re.search(rf"^\| `{struct}` \|.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.M)
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (\d+) \|", table[1], re.M) if table else []
    return [(int(at), name, int(size)) for at, name, size in rows]


class Pages(unittest.TestCase):
    def test_the_error_index_has_exactly_the_status_codes_of_the_header(self) -> None:
        wanted = statuses(HEADER.read_text(encoding="utf-8"))
        self.assertGreater(len(wanted), 20)
        self.assertEqual(documented(ERRORS.read_text(encoding="utf-8")), wanted)

    def test_a_row_without_a_cure_is_missed(self) -> None:
        self.assertEqual(documented("| `ART_BUSY` | -6 | a step in a step | return first |\n"), {"ART_BUSY": -6})
        self.assertEqual(documented("| `ART_BUSY` | -6 | a step in a step | |\n"), {})

    def test_the_offsets_of_the_layout_page_are_those_of_the_structs(self) -> None:
        page = LAYOUT.read_text(encoding="utf-8")
        for struct, file in STRUCTS.items():
            with self.subTest(struct=struct):
                source = (KERNEL / file).read_text(encoding="utf-8")
                self.assertEqual(tables(page, struct), offsets(source, struct))

    def test_links_between_pages_lead_somewhere(self) -> None:
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")), *sorted((ROOT / "cpp-example").glob("*/README.md"))]:
            # Without the programs: a lambda looks like a link.
            text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
            for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]*)?\)", text):
                with self.subTest(page=str(page), link=link):
                    self.assertTrue((page.parent / link).exists())


if __name__ == "__main__":
    unittest.main()
