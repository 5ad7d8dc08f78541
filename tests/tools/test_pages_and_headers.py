"""The rules of the two readers: fenced blocks of a page, prototypes of a C header."""

import unittest

from blocks import Malformed, blocks
from lib.prototypes import prototypes

PAGE = """\
Text.

```rust file=main.rs features=mio,serde
fn main() {}
```

```text expected
one
```

```sh ignore-because="it needs a network"
curl
```

````cpp
int main() { /* ``` */ }
````
"""

HEADER = """\
#ifndef ACTOR_RT_H
#define LONG(x) \\
    art_not_a_function(x)
/** A type. */
typedef struct art_thing { int32_t (*call)(void *data); } art_thing;
typedef int32_t (*art_callback)(void *user);
struct art_other { uint64_t a; };
#ifdef __cplusplus
extern "C" {
#endif
/**
 * Steps. Thread: owner. May call: handlers.
 */
int32_t art_step(struct art_thing *thing,
                 uint64_t now);
/* Inline. */
static inline uint64_t art_tag(const char *name) { if (name) { return art_version(); } return 0; }
// Thread: any
// May call: nothing
ART_API uint32_t art_version(void);
struct art_other art_make(int32_t which);
#ifdef __cplusplus
}
#endif
"""


class Blocks(unittest.TestCase):
    def test_words_text_and_promised_output_are_read(self) -> None:
        rust, shell, cpp = blocks(PAGE)
        self.assertEqual((rust.line, rust.language, rust.text), (3, "rust", "fn main() {}\n"))
        self.assertEqual(rust.words, {"file": "main.rs", "features": "mio,serde"})
        self.assertEqual(rust.expected, "one\n")
        self.assertEqual(shell.words, {"ignore-because": "it needs a network"})
        self.assertEqual(cpp.text, "int main() { /* ``` */ }\n")

    def refused(self, page: str) -> None:
        with self.assertRaises(Malformed):
            blocks(page)

    def test_a_fence_without_a_language_is_refused(self) -> None:
        self.refused("```\ntext\n```\n")

    def test_an_unclosed_fence_is_refused(self) -> None:
        self.refused("```rust\nfn main() {}\n")

    def test_an_unknown_word_is_refused(self) -> None:
        self.refused("```rust ignore\nfn main() {}\n```\n")

    def test_an_empty_reason_is_refused(self) -> None:
        self.refused('```rust ignore-because=""\nfn main() {}\n```\n')

    def test_a_program_that_nothing_builds_is_refused(self) -> None:
        program = "```rust file=src/lib.rs built-below\npub fn f() {}\n```\n"
        self.assertFalse(blocks(program + "```sh\ncargo build\n```\n")[0].is_run)
        self.refused(program)
        self.refused(program + '```sh ignore-because="no cargo"\ncargo build\n```\n')
        self.refused("```rust built-below\npub fn f() {}\n```\n```sh\ncargo build\n```\n")

    def test_a_part_of_a_file_is_read_beside_it_and_not_run(self) -> None:
        part = blocks("```rust of=src/lib.rs\none\n\n    two\n```\n")[0]
        self.assertFalse(part.is_run)
        self.assertIsNone(part.stranger_to("zero\none\n  between\ntwo\n"))
        self.assertEqual(part.stranger_to("two\none\n"), "two")
        self.assertEqual(part.stranger_to(""), "one")

    def test_expected_output_without_its_program_is_refused(self) -> None:
        self.refused("```text expected\none\n```\n")
        self.refused("```sh\necho one\n```\nprose\n```text expected\none\n```\n")


class Prototypes(unittest.TestCase):
    def test_functions_are_found_and_types_and_inline_functions_are_not(self) -> None:
        self.assertEqual([one.name for one in prototypes(HEADER)], ["art_step", "art_version", "art_make"])

    def test_each_has_its_own_comment(self) -> None:
        step, version, make = prototypes(HEADER)
        self.assertIn("Thread: owner", step.comment)
        self.assertIn("May call: nothing", version.comment)
        self.assertNotIn("Inline", version.comment)
        self.assertEqual(make.comment, "")
