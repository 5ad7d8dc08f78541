"""Reads the fenced blocks of a Markdown page.

Owns: `Block` and `blocks`. The words after the language in a fence say what to do with a block:

    file=NAME               write it under this name in the page's directory; programs among the later blocks may use it
    of=PATH                 it is a part of this file of the clone, which is tested where it belongs: its lines are in there, in this order
    built-below             a program with a file: a later sh block of the page builds and runs it, as part of a project
    ignore-because="WHY"    do not run it; the reason is printed
    features=a,b            Rust: cargo features of actor-rt that it needs
    std=c++20               C++: the standard that it needs; C++17 unless given
    with=async              Python: what it needs besides the wheel, see `WITH` in run.py
    cwd=clone               sh: run at the root of the clone instead of the page's directory
    expected                text: what the program block right before it prints, exactly

Invariants: a fence without a language, with an unknown word, or never closed is a `Malformed` page, and so is one with a program
that nothing below it can build, since its block would otherwise go unchecked in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PROGRAMS = {"rust": "rust", "c": "c", "cpp": "cpp", "c++": "cpp", "python": "python", "py": "python", "sh": "sh", "bash": "sh"}
_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
_WORD = re.compile(r'([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?')
_KNOWN = {"file", "of", "built-below", "ignore-because", "features", "std", "with", "cwd", "expected"}


class Malformed(Exception):
    """A page whose fences cannot be read; the text names the line."""


@dataclass
class Block:
    """One fenced block: its page's line, language, words and text, and the output it promises."""

    line: int
    language: str
    text: str
    words: dict[str, str] = field(default_factory=dict)
    expected: str | None = None

    @property
    def is_program(self) -> bool:
        """Whether this suite runs or compiles blocks of this language."""
        return self.language in PROGRAMS

    @property
    def is_run(self) -> bool:
        """Whether the block is run or compiled by itself."""
        return self.is_program and not self.words.keys() & {"ignore-because", "built-below", "of"}

    def stranger_to(self, text: str) -> str | None:
        """The first line of the block that this text has not, or not in its place; None if it has them all. Spaces at the ends do not count."""
        rest = iter([line.strip() for line in text.splitlines()])
        return next((line for line in map(str.strip, self.text.splitlines()) if line and line not in rest), None)


def _words(info: str, line: int) -> tuple[str, dict[str, str]]:
    language, _, rest = info.partition(" ")
    words: dict[str, str] = {}
    for found in _WORD.finditer(rest.strip()):
        name, quoted, bare = found.groups()
        if name not in _KNOWN:
            raise Malformed(f"line {line}: unknown word `{name}` after the fence's language")
        words[name] = quoted if quoted is not None else (bare or "")
    if "ignore-because" in words and not words["ignore-because"].strip():
        raise Malformed(f"line {line}: ignore-because without a reason")
    return language.strip(), words


def blocks(page: str) -> list[Block]:
    """The blocks of a page in their order; an `expected` text is joined to the program before it."""
    found: list[Block] = []
    opened: tuple[int, str, str, str] | None = None  # line, indentation, fence, info
    body: list[str] = []
    between = False  # whether prose stands between the last block and here
    for number, line in enumerate(page.splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None:
            if fence:
                opened, body = (number, fence[1], fence[2], fence[3]), []
            elif line.strip():
                between = True
            continue
        start, indentation, mark, info = opened
        if fence and not fence[3] and fence[2][0] == mark[0] and len(fence[2]) >= len(mark):
            opened = None
            if not info:
                raise Malformed(f"line {start}: a fence without a language")
            language, words = _words(info, start)
            text = "".join(row.removeprefix(indentation) + "\n" for row in body)
            if "expected" in words:
                if not found or not found[-1].is_run or found[-1].expected is not None or between:
                    raise Malformed(f"line {start}: an expected text must directly follow a program")
                found[-1].expected = text
            else:
                found.append(Block(start, language, text, words))
            between = False
        else:
            body.append(line)
    if opened is not None:
        raise Malformed(f"line {opened[0]}: a fence that is never closed")
    for number, block in enumerate(found):
        builds = any(PROGRAMS.get(later.language) == "sh" and later.is_run for later in found[number + 1:])
        if "built-below" in block.words and not (block.words.get("file") and builds):
            raise Malformed(f"line {block.line}: built-below without a file or without a later sh block that is run")
    return found
