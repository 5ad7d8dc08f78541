"""Every public item of the crate has an example that uses it, or names the item that has one: `See [`Other`].`"""

from __future__ import annotations

import re
import unittest
from dataclasses import dataclass

from lib.environment import ROOT

SOURCE = ROOT / "actor-rt" / "src"
# What users do not name: support of the macros, and items that `#[doc(hidden)]` hides where they are exported.
NOT_FOR_USERS = {"macros/support.rs", "kernel/word.rs", "kernel/cell.rs"}


@dataclass
class Item:
    """A documented public function, type, trait or macro."""

    name: str
    # The type that a function belongs to, or "".
    owner: str
    # What code that uses it has in it.
    use: re.Pattern[str]
    # The text of its examples, without comments.
    code: str
    # The items that it refers to for an example.
    links: list[str]
    # A trait's method need not have an example, but others may refer to it.
    needed: bool

    @property
    def path(self) -> str:
        return f"{self.owner}::{self.name}".removeprefix("::")


def use_of(kind: str, owner: str, name: str, declaration: str) -> re.Pattern[str]:
    """A macro's call; a method behind a dot or its type; another function of a type behind that; else the name."""
    if kind == "macro_rules!":
        return re.compile(rf"\b{name}!")
    if kind == "fn" and re.search(r"\(\s*(?:&(?:'\w+ )?)?(?:mut )?self\b", declaration):
        return re.compile(rf"(?:\.|::){name}\b")
    if kind == "fn" and owner:
        alias = {"Runtime": "Runtime|Stakker"}.get(owner, owner)
        return re.compile(rf"\b(?:{alias})(?:::<[^()]*>)?::{name}\b")
    return re.compile(rf"\b{name}\b")


def owner_of(line: str) -> str:
    """The type of an `impl` line."""
    text, depth = line.removeprefix("unsafe ").removeprefix("impl"), 0
    for at, letter in enumerate(text):
        depth += (letter == "<") - (letter == ">" and text[at - 1] != "-")
        if depth == 0:
            text = text[at + letter.count(">"):]
            break
    found = re.match(r" (?:.* for )?(?:\w+::)*&?(\w+)", text)
    return found[1] if found else ""


def items_of(source: str) -> list[Item]:
    """The documented public items of a file that are not hidden."""
    found: list[Item] = []
    documentation, owner, hidden, attribute, in_trait = "", "", False, False, False
    lines = source.splitlines()
    for number, line in enumerate(lines):
        text = line.strip()
        if line.startswith(("impl", "unsafe impl")):
            owner = owner_of(line)
        elif line.startswith("}"):
            owner, in_trait = "", False
        if text.startswith("///"):
            documentation += text[3:] + "\n"
        elif attribute or text.startswith("#["):
            hidden = hidden or "doc(hidden)" in text
            attribute = not re.search(r"\](\s*//.*)?$", text)
        elif text:
            public = "" if in_trait else "pub "
            head = re.match(rf"(?:{public}(?:const |unsafe )*(fn|struct|enum|trait|type)|(macro_rules!)) (\w+)", text)
            if head and documentation and not hidden:
                kind, name = head[1] or head[2], head[3]
                declaration = " ".join(lines[number:number + 4])
                use = use_of(kind, owner, name, declaration)
                found.append(read(documentation, owner if kind == "fn" else "", name, use, not in_trait))
            trait = re.match(r"pub trait (\w+)", line)
            if trait:
                owner, in_trait = trait[1], True
            documentation, hidden = "", False
    return found


def read(documentation: str, owner: str, name: str, use: re.Pattern[str], needed: bool = True) -> Item:
    """An item by its documentation."""
    blocks = re.findall(r"^ ```.*\n((?:.*\n)*?) ```", documentation, re.M)
    code = re.sub(r"//.*", "", "\n".join(blocks))
    _, _, examples = documentation.partition(" # Examples\n")
    links = [target or text for text, target in re.findall(r"\[`([^`]+)`\](?:\(([^)]+)\))?", examples)]
    # An item is named without its modules.
    return Item(name, owner, use, code, [re.sub(r"^(?:[a-z]\w*::)+", "", link.rstrip("!")) for link in links], needed)


def without_example(items: list[Item]) -> list[str]:
    """Those of the items whose example, or that of an item they refer to, does not use them."""
    codes = {item.path: item.code for item in items}
    missing = []
    for item in items:
        code = item.code or "\n".join(codes.get(link, "") for link in item.links)
        if item.needed and not item.use.search(code):
            missing.append(item.path)
    return missing


class Examples(unittest.TestCase):
    def test_every_public_item_has_an_example_that_uses_it(self) -> None:
        paths = [path for path in sorted(SOURCE.glob("**/*.rs")) if str(path.relative_to(SOURCE)) not in NOT_FOR_USERS]
        items = [item for path in paths for item in items_of(path.read_text(encoding="utf-8"))]
        self.assertGreater(len(items), 300)
        self.assertEqual(without_example(items), [])


class Reader(unittest.TestCase):
    def missing(self, source: str) -> list[str]:
        return without_example(items_of(source))

    def test_an_item_without_an_example_is_found(self) -> None:
        self.assertEqual(self.missing("/// Adds.\n#[inline]\npub fn add() {}\n"), ["add"])
        self.assertEqual(self.missing("/// Adds.\n#[must_use(\n    \"it is new\"\n)]\npub fn add() {}\n"), ["add"])
        self.assertEqual(self.missing("/// Adds.\n///\n/// ```\n/// add();\n/// ```\npub fn add() {}\n"), [])
        self.assertEqual(self.missing("/// Adds.\n#[doc(hidden)]\npub fn add() {}\n/// Adds.\npub(crate) fn more() {}\n"), [])

    def test_an_example_that_does_not_use_its_item_is_none(self) -> None:
        self.assertEqual(self.missing("/// Adds.\n///\n/// ```\n/// sum(); // not add()\n/// ```\npub fn add() {}\n"), ["add"])
        self.assertEqual(self.missing("/// Adds.\n///\n/// ```\n/// add();\n/// ```\nmacro_rules! add {}\n"), ["add"])

    def test_a_function_of_a_type_is_used_as_one(self) -> None:
        for declaration, code, missing in [
            ("fn add(&mut self)", "sum.add(1);", []),
            ("fn add(self)", "Sum::add(sum);", []),
            ("fn add(self)", "add(sum);", ["Sum::add"]),
            ("fn new() -> Self", "Sum::new();", []),
            ("fn new() -> Self", "let sum = Sum::<u8>::new();", []),
            ("fn new() -> Self", "Other::new();", ["Sum::new"]),
        ]:
            with self.subTest(declaration=declaration, code=code):
                source = f"impl<T: Fn() -> u8> Sum<T> {{\n    /// Text.\n    ///\n    /// ```\n    /// {code}\n    /// ```\n    pub {declaration} {{}}\n}}\n"
                self.assertEqual(self.missing(source), missing)

    def test_a_reference_counts_if_the_other_example_uses_the_item(self) -> None:
        add = "/// Adds.\n///\n/// # Examples\n///\n/// See [`sum`].\npub fn add() {}\n"
        sum_by = "/// Sums.\n///\n/// ```\n/// CODE\n/// ```\npub fn sum() {}\n"
        self.assertEqual(self.missing(add + sum_by.replace("CODE", "sum(add());")), [])
        self.assertEqual(self.missing(add + sum_by.replace("CODE", "sum();")), ["add"])
        self.assertEqual(self.missing(add), ["add"])

    def test_a_traits_method_may_have_the_example_that_another_item_refers_to(self) -> None:
        add = "/// Adds.\n///\n/// # Examples\n///\n/// See [`Hook::on_sum`](crate::part::Hook::on_sum).\npub fn add() {}\n"
        hook = "/// A hook.\n///\n/// ```\n/// struct A; impl Hook for A {}\n/// ```\npub trait Hook {\n"
        method = "    /// A sum.\n    ///\n    /// ```\n    /// CODE\n    /// ```\n    fn on_sum(&self) {}\n    /// None.\n    fn other(&self);\n}\n"
        self.assertEqual(self.missing(add + hook + method.replace("CODE", "add();")), [])
        self.assertEqual(self.missing(add + hook + method.replace("CODE", "sum();")), ["add"])


if __name__ == "__main__":
    unittest.main()
