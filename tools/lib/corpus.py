"""The corpora of the fuzz targets: kept in the repository as one archive each, grown in a directory by the fuzzer.

An archive has its inputs under their numbers, the short ones first, and no times, so that the same inputs make the same archive.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path


def unpack(archive: Path, directory: Path) -> int:
    """Adds the inputs of an archive, if there is one, to those in the directory. How many it has."""
    directory.mkdir(parents=True, exist_ok=True)
    if not archive.exists():
        return 0
    count = 0
    with tarfile.open(archive, "r:xz") as inputs:
        for count, entry in enumerate(inputs, 1):
            # By our own count: what an archive says of places is not asked for.
            (directory / f"kept-{count:05}").write_bytes(inputs.extractfile(entry).read())  # type: ignore[union-attr]
    return count


def pack(directory: Path, archive: Path) -> int:
    """Writes the archive anew from the inputs in the directory. How many there are."""
    inputs = sorted((path.read_bytes() for path in directory.iterdir() if path.is_file()), key=lambda data: (len(data), data))
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:xz", preset=9) as packed:
        for number, data in enumerate(inputs, 1):
            entry = tarfile.TarInfo(str(number))
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return len(inputs)
