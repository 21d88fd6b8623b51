"""Files that are there whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PARTIAL = "partial"


def write_whole(path: Path, data: bytes | str) -> None:
    """As `whole_file`, at once."""
    with whole_file(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """To be written to. The disk has all of it before it stands under its name, in place of what stood
    there; when anything is raised, by the disk too (OSError), nothing of it stays.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{_PARTIAL}")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        remove(partial)
        raise


def remove(path: Path) -> None:
    """Where it can be: a disk that refused to write may also refuse this."""
    with contextlib.suppress(OSError):
        path.unlink()


def remove_partial(folder: Path) -> None:
    """What a process left that was killed while it wrote."""
    for path in folder.glob(f".*.{_PARTIAL}"):
        remove(path)
