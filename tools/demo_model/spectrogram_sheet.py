"""A picture of clips: `python -m demo_model.spectrogram_sheet --out sheet.png CLIP.wav ...`

One strip a clip, in the order given: time to the right, 50 Hz to 10 kHz upwards by octaves.
"""

import argparse
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from demo_model.music.timbres import Floats

WIDTH, HEIGHT, GAP = 620, 150, 8
COLUMNS = 2
LOWEST_HZ, HIGHEST_HZ = 50.0, 10_000.0
FLOOR_DB = -75.0
WINDOW = 4_096

Pixels = npt.NDArray[np.uint8]


def strip(audio: Floats, sample_rate: int) -> Pixels:
    """[HEIGHT, WIDTH, 3]."""
    padded = np.concatenate([audio, np.zeros(WINDOW, np.float32)])
    starts = np.linspace(0, len(audio), WIDTH, endpoint=False).astype(int)
    pieces = np.stack([padded[start : start + WINDOW] for start in starts]) * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(pieces)) ** 2
    frequencies = np.geomspace(HIGHEST_HZ, LOWEST_HZ, HEIGHT)
    rows = np.round(frequencies * WINDOW / sample_rate).astype(int)
    decibels = 10 * np.log10(power[:, rows].T / max(power.max(), 1e-12) + 1e-12)
    return coloured(np.clip(1 - decibels / FLOOR_DB, 0, 1))


def coloured(level: npt.NDArray[np.floating]) -> Pixels:
    """Black through violet and orange to white."""
    stops = np.array([[0, 0, 8], [60, 15, 110], [170, 45, 100], [245, 130, 30], [255, 250, 220]])
    places = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(level, places, stops[:, c]) for c in range(3)], axis=-1).astype(np.uint8)


def sheet(strips: list[Pixels]) -> Pixels:
    rows = -(-len(strips) // COLUMNS)
    page = np.full((rows * (HEIGHT + GAP) - GAP, COLUMNS * (WIDTH + GAP) - GAP, 3), 255, np.uint8)
    for index, picture in enumerate(strips):
        top, left = index // COLUMNS * (HEIGHT + GAP), index % COLUMNS * (WIDTH + GAP)
        page[top : top + HEIGHT, left : left + WIDTH] = picture
    return page


def png(pixels: Pixels) -> bytes:
    """8-bit RGB, no filter (ISO/IEC 15948)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")
    return signature + body


def main() -> None:
    parser = argparse.ArgumentParser(prog="demo_model.spectrogram_sheet", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("clips", type=Path, nargs="+")
    options = parser.parse_args()
    strips: list[Pixels] = []
    for clip in options.clips:
        audio, sample_rate = soundfile.read(clip, dtype="float32", always_2d=True)
        strips.append(strip(audio.mean(axis=1), sample_rate))
    options.out.write_bytes(png(sheet(strips)))


if __name__ == "__main__":
    main()
