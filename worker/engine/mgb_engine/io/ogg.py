"""The pages of an Ogg file (RFC 3533), as far as their stream's number.

libsndfile draws that number from the clock, and every page's checksum follows it: two files of the
same clip would differ in all their pages.
"""

from __future__ import annotations

import zlib

_HEADER = 27  # bytes before a page's table of segment lengths
_SERIAL, _CHECKSUM = slice(14, 18), slice(22, 26)
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def renumbered(file: bytes, serial: int) -> bytes:
    """The same stream under another number. Raises ValueError when `file` is not of whole pages."""
    pages, at = [], 0
    while at < len(file):
        header = file[at : at + _HEADER]
        if len(header) < _HEADER or not header.startswith(b"OggS"):
            raise ValueError(f"expected an Ogg page at byte {at}")
        segments = file[at + _HEADER : at + _HEADER + header[-1]]
        end = at + _HEADER + len(segments) + sum(segments)
        if end > len(file):
            raise ValueError(f"expected the Ogg page at byte {at} to be whole")
        page = bytearray(file[at:end])
        page[_SERIAL] = serial.to_bytes(4, "little")
        page[_CHECKSUM] = bytes(4)
        page[_CHECKSUM] = _checksum(page).to_bytes(4, "little")
        pages.append(page)
        at = end
    return b"".join(pages)


def _checksum(page: bytearray) -> int:
    """zlib has the same polynomial with every bit order reversed and other first and last values."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
