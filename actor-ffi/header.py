#!/usr/bin/env python3
"""Writes include/actor_rt.h: cbindgen reads the declarations, this script lays them out as documentation.

    python3 actor-ffi/header.py            writes the header
    python3 actor-ffi/header.py --check    fails if the checked-in header is not what would be written

cbindgen puts all constants first, then types, then functions. A reader wants one noun after the other, so the items are
put back into the order of the source: a section for each module, headed by the first sentence of the module's own
documentation. What a declaration says is never changed here, only its place, its comment's form, and parentheses around
negative constants. cbindgen is looked for in $CBINDGEN, target/tools/bin and PATH; its version is pinned below.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

CBINDGEN_VERSION = "0.29.4"
ROOT = Path(__file__).resolve().parent.parent
CRATE = ROOT / "actor-ffi"
HEADER = ROOT / "include" / "actor_rt.h"
WIDTH = 100
CALLER_STRUCTS = {
    "art_payload", "art_config", "art_budget", "art_step_result", "art_pending_info", "art_actor_vtable", "art_actor_config",
    "art_supervision", "art_supervisor", "art_child_counts", "art_child_info", "art_waited", "art_group", "art_mailbox", "art_sending", "art_dead_letter_counts",
    "art_actor_counts", "art_located", "art_actor_hooks", "art_interval", "art_heartbeat", "art_busy",
    "art_dead_letter", "art_pool_config", "art_pool_settings", "art_pool_counts", "art_job", "art_subscription",
    "art_observer",
}


def cbindgen() -> str:
    """The output of the pinned cbindgen, comments included."""
    local = ROOT / "target" / "tools" / "bin" / "cbindgen"
    tool = os.environ.get("CBINDGEN") or (str(local) if local.exists() else shutil.which("cbindgen"))
    if tool is None:
        sys.exit(f"cbindgen is missing: cargo install --locked --root target/tools cbindgen@{CBINDGEN_VERSION}")
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    if version != CBINDGEN_VERSION:
        sys.exit(f"cbindgen {version} found, {CBINDGEN_VERSION} wanted")
    command = [tool, "--config", str(CRATE / "cbindgen.toml"), str(CRATE)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout


def items(text: str) -> dict[str, tuple[str, str]]:
    """Name -> (comment without decoration, declaration)."""
    found: dict[str, tuple[str, str]] = {}
    pattern = re.compile(r"(?:/\*\*\n(?P<doc>.*?)\n? \*/\n)?(?P<code>#define ART_\w+ [^\n]*|(?:typedef|ART_API) [^;{]*?"
                         r"(?:\{.*?^\} \w+)?;)", re.S | re.M)
    body = text[text.index("#include") :].replace("ART_API\n", "ART_API ")
    for match in pattern.finditer(body):
        code = match["code"]
        if code.startswith("#define"):
            name = code.split()[1]
        elif code.startswith("ART_API"):
            name = re.search(r"\b(art_\w+)\(", code)[1]
        else:
            pointer = re.search(r"\(\*(art_\w+)\)", code)
            name = pointer[1] if pointer and "{" not in code else re.search(r"(\w+);$", code)[1]
        doc = "\n".join(line.removeprefix(" *").removeprefix(" ") for line in (match["doc"] or "").splitlines())
        found[name] = (doc.strip("\n"), code)
    # cbindgen has no word for usize::MAX.
    for path in (CRATE / "src").glob("*.rs"):
        for doc, name in re.findall(r"((?:///.*\n)+)pub const (\w+): usize = usize::MAX;", path.read_text()):
            found[name] = (re.sub(r"^/// ?", "", doc, flags=re.M).strip("\n"), f"#define {name} SIZE_MAX")
    return found


def modules() -> list[tuple[str, list[str]]]:
    """(heading, names of the public items in order) for each module, in the order of lib.rs."""
    result = []
    for module in re.findall(r"^mod (\w+);", (CRATE / "src" / "lib.rs").read_text(), re.M):
        path = CRATE / "src" / f"{module}.rs"
        if not path.exists():
            continue
        source = path.read_text()
        source = source.split("#[cfg(test)]")[0]
        names = re.findall(r'^pub (?:const|struct|type|(?:unsafe )?extern "C" fn) ((?:art|ART)_\w+)', source, re.M)
        if names:
            intro = " ".join(line[4:] for line in source.splitlines() if line.startswith("//! "))
            result.append((re.match(r".*?[.:](?= |$)", intro)[0].rstrip(".:"), intro, names))
    return result


def comment(doc: str, indent: str = "") -> str:
    """A documentation comment; on one line if it fits."""
    doc = re.sub(r"^# Safety\n+", "Requires: ", doc, flags=re.M)
    doc = re.sub(r"^#+ ", "", doc, flags=re.M)
    lines = []
    for paragraph in re.split(r"\n\n", doc):
        if "```" in paragraph or paragraph.startswith("    "):
            lines += ["    " + line for line in paragraph.splitlines() if not line.startswith("```")] + [""]
            continue
        for part in re.split(r"\n(?=Returns )", paragraph):
            lines += textwrap.wrap(" ".join(part.split()), WIDTH - 3 - len(indent), break_long_words=False,
                                   break_on_hyphens=False)
        lines.append("")
    lines = lines[:-1]
    if len(lines) == 1 and len(lines[0]) + len(indent) + 7 <= WIDTH:
        return f"{indent}/** {lines[0]} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"


def tidy(code: str) -> str:
    """The declaration with the comments of its fields in our form and negative constants in parentheses."""
    code = re.sub(r"^(#define \w+) (-\d+)$", r"\1 (\2)", code)
    # C++98 has no 64-bit constants, so such a number is put together from its halves.
    code = re.sub(r"^(#define \w+) (\d+)ull$", halves, code)

    def field(match: re.Match) -> str:
        doc = "\n".join(line.strip().removeprefix("*").strip() for line in match["doc"].splitlines())
        return comment(doc.strip("\n"), "    ")

    if code.startswith("ART_API"):
        code = " ".join(code.split())
        if len(code) > WIDTH:
            start, arguments = code.split("(", 1)
            lines = textwrap.wrap(arguments, WIDTH - 4, break_long_words=False, break_on_hyphens=False)
            code = start + "(\n" + "\n".join("    " + line for line in lines)
    code = re.sub(r"^    /\*\*\n(?P<doc>.*?)\n     \*/\n", field, code, flags=re.S | re.M)
    return code


def halves(match: re.Match) -> str:
    number = int(match[2])
    return f"{match[1]} ART_U64(0x{number >> 32:08x}u, 0x{number & 0xffffffff:08x}u)"


def initialiser(name: str, code: str) -> str:
    """A macro that sets struct_size and nothing else, for the structs that a caller fills in. All fields are named,
    because compilers warn about a partial list."""
    if name not in CALLER_STRUCTS:
        return ""
    body = re.sub(r"/\*.*?\*/", "", code[code.index("{") + 1 : code.rindex("}")], flags=re.S)
    fields = [field.strip() for field in body.split(";") if field.strip()]
    pointer = re.compile(r"\*|_fn\b")
    values = [f"sizeof({name})"] + ["NULL" if pointer.search(field) else "0" for field in fields[1:]]
    lines = textwrap.wrap("{" + ", ".join(values) + "}", WIDTH - 6)
    head = f"/** An {name} with all defaults. */\n"
    return head + f"#define {name.upper()}_INIT \\\n" + " \\\n".join("    " + line for line in lines) + "\n"


def render() -> str:
    known = items(cbindgen())
    out = [(CRATE / "header-top.h").read_text()]
    for heading, _, names in modules():
        out.append(f"/* {'-' * (WIDTH - 6)}\n * {heading}\n * {'-' * (WIDTH - 6)} */\n")
        before = ""
        for name in names:
            doc, code = known.pop(name)
            group = re.match(r"(?P<title>[^\n]+)\n=+\n\n", doc)
            if group:
                out.append(f"/* {group['title']}. */\n")
                doc = doc[group.end() :]
            block = comment(doc) + tidy(code) + "\n" + initialiser(name, code)
            constant = code.startswith("#define")
            if constant and before == "#define" and not group:
                out[-1] = out[-1].rstrip("\n") + "\n" + block
            elif constant and group:
                out[-1] += block
            else:
                out.append(block)
            before = "#define" if constant else ""
    if known:
        sys.exit(f"not laid out: {', '.join(known)}")
    out.append((CRATE / "header-bottom.h").read_text())
    return "\n".join(out)


def main() -> None:
    text = render()
    if "--check" in sys.argv[1:]:
        if not HEADER.exists() or HEADER.read_text() != text:
            sys.exit(f"{HEADER.relative_to(ROOT)} is out of date: run python3 actor-ffi/header.py")
    else:
        HEADER.write_text(text)


if __name__ == "__main__":
    main()
