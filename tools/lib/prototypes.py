"""Reads the function prototypes of the C header, each with the comment above it.

Owns: `prototypes`. It knows just enough C for a generated header: comments, preprocessor lines, declarations that end at a
semicolon outside braces, and inline functions, which are not prototypes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*|[{};]|[^{};/#]+|.", re.S | re.M)
_NAME = re.compile(r"\b(art_\w+)\s*\(")


class Prototype(NamedTuple):
    """A function that the library exports, and what the header says about it."""

    name: str
    comment: str
    declaration: str = ""


def prototypes(header: str) -> list[Prototype]:
    """Every function prototype in the text of a header, in its order."""
    found: list[Prototype] = []
    comment: list[str] = []
    declaration: list[str] = []
    depth = 0
    for token in _TOKEN.findall(header.replace('extern "C" {', "")):
        if token.startswith(("/*", "//")):
            if depth == 0 and not "".join(declaration).strip():
                comment.append(token)
        elif token.lstrip().startswith("#"):
            continue
        elif token == "{":
            depth += 1
        elif token == "}":
            # Without the opening brace of `extern "C"`, its closing one has no partner.
            depth = max(depth - 1, 0)
            text = "".join(declaration)
            if depth == 0 and "typedef" not in text and not re.search(r"\b(struct|enum|union)\b[^(]*$", text):
                comment, declaration = [], []
        elif token == ";" and depth == 0:
            text = "".join(declaration)
            name = _NAME.search(text)
            if name and "typedef" not in text and not re.search(r"\bstatic\b", text):
                found.append(Prototype(name[1], "\n".join(comment), " ".join(text.split())))
            comment, declaration = [], []
        elif depth == 0:
            declaration.append(token)
    return found
