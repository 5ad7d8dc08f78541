"""What makes pages of a site out of files that are read in the repository: the README as the first page, and links.

A hook of MkDocs (`tools/site/mkdocs.yml`). The README's links into docs/ become links between pages; links that leave docs/ go to the
repository. Whatever is on neither side is an error, since the build is strict.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")


def on_files(files, config):
    """Add the README, which lies above docs/."""
    files.append(File.generated(config, "README.md", abs_src_path=str(ROOT / "README.md")))
    return files


def on_page_markdown(markdown, page, config, files):
    """Turn the links of one page."""
    here = posixpath.dirname(page.file.src_uri)
    in_readme = page.file.src_uri == "README.md"

    def turned(match):
        before, target, after = match.groups()
        place = posixpath.normpath(posixpath.join("" if in_readme else posixpath.join("docs", here), target))
        if place.startswith("docs/") and files.get_file_from_path(place.removeprefix("docs/")):
            return before + posixpath.relpath(place.removeprefix("docs/"), here or ".") + after
        if (ROOT / place).exists():
            kind = "tree" if (ROOT / place).is_dir() else "blob"
            return f"{before}{config.repo_url.rstrip('/')}/{kind}/main/{place}{after}"
        return match.group(0)

    outside_code = re.split(r"(^```.*?^```[^\n]*$|`[^`\n]+`)", markdown, flags=re.M | re.S)
    return "".join(part if part.startswith("`") else LINK.sub(turned, part) for part in outside_code)
