"""From samples to a file: level, checks, format, tags. Knows nothing of models."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mgb_engine.engine.request import Output
from mgb_engine.io.loudness import BLOCK_SECONDS, Samples, integrated_lufs, true_peak_dbtp
from mgb_engine.io.ogg import renumbered
from mgb_engine.model.files import remove, write_whole

TARGET_LUFS = -14.0
CEILING_DBTP = -1.0
_SILENCE_DBFS = -60.0
_SILENCE_WINDOW_SECONDS = 0.02
_EDGE_SECONDS = 0.02  # the end of a clip that goes on falls to zero: cut off, it would click
_WRITE_FRAMES = 65_536

_CONTAINERS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
}


@dataclass(frozen=True)
class Checks:
    """Measured on what was written, before the format's own loss."""

    lufs: float | None
    true_peak_dbtp: float | None
    silence_ratio: float
    clipped_samples: int


@dataclass(frozen=True)
class WrittenClip:
    path: Path
    bytes: int
    sha256: str
    checks: Checks


def write_clip(
    samples: Samples, sample_rate: int, output: Output, folder: Path, name: str, provenance: dict[str, Any]
) -> WrittenClip:
    """Write `name`.`format` and its sidecar `name`.json into `folder`.

    samples: [C, N] float32. `provenance` goes into the file's comment tag and the sidecar.
    Raises OSError when the disk refuses; then neither is there.
    """
    data, checks = encoded(samples, sample_rate, output, provenance)
    path = folder / f"{name}.{output.format}"
    clip = WrittenClip(path, len(data), hashlib.sha256(data).hexdigest(), checks)
    described = {**provenance, "file": path.name, "sha256": clip.sha256, "checks": vars(checks)}
    sidecar = path.with_suffix(".json")
    # The sidecar first: where the audio is, all of it is.
    write_whole(sidecar, json.dumps(described, ensure_ascii=False, indent=1) + "\n")
    try:
        write_whole(path, data)
    except OSError:
        remove(sidecar)
        raise
    return clip


def encoded(
    samples: Samples, sample_rate: int, output: Output, provenance: dict[str, Any]
) -> tuple[bytes, Checks]:
    """The file's bytes, and what was measured on it."""
    samples, checks = finished(samples, sample_rate, output)
    return _encode(samples, sample_rate, output.format, provenance), checks


def file_name(id: str) -> str:
    """A file name for any request id, one name an id."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", id)[:80].strip("-")
    return f"{readable}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"


def finished(samples: Samples, sample_rate: int, output: Output) -> tuple[Samples, Checks]:
    """The clip as it is written: its end brought to zero, brought to its level, faded out, measured.

    `none` leaves the samples as they are, but for a fade that was asked for. The level is found
    before the fade, so that a fade does not make the rest of a clip louder.
    """
    if output.normalize != "none":
        samples = _faded_out(samples, round(_EDGE_SECONDS * sample_rate))
    level = _Level(integrated_lufs(samples, sample_rate), true_peak_dbtp(samples))
    gain_db = 0.0 if _is_silent(samples, sample_rate, level) else level.gain_db(output.normalize)
    samples = samples * np.float32(10 ** (gain_db / 20))
    level = level.raised(gain_db)
    if output.fade_out_seconds > 0:
        samples = _faded_out(samples, round(output.fade_out_seconds * sample_rate))
        level = _Level(integrated_lufs(samples, sample_rate), true_peak_dbtp(samples))
    return samples, Checks(
        lufs=None if level.lufs is None else round(level.lufs, 2),
        true_peak_dbtp=None if level.peak is None else round(level.peak, 2),
        silence_ratio=round(_silence_ratio(samples, sample_rate), 4),
        clipped_samples=int(np.count_nonzero(np.abs(samples) > 1.0)),
    )


@dataclass(frozen=True)
class _Level:
    """lufs: None where nothing is loud or long enough to have one. peak: dBTP, None in silence."""

    lufs: float | None
    peak: float | None

    def gain_db(self, normalize: str) -> float:
        """`loudness` aims at -14 LUFS, `peak` at the ceiling; neither passes -1 dBTP, and a clip too
        short to have a loudness is brought to the ceiling.
        """
        if normalize == "none" or self.peak is None:
            return 0.0
        to_ceiling = CEILING_DBTP - self.peak
        if normalize == "peak" or self.lufs is None:
            return to_ceiling
        return min(to_ceiling, TARGET_LUFS - self.lufs)

    def raised(self, gain_db: float) -> _Level:
        """What a gain makes of it: no second measurement is needed."""
        return _Level(*(None if value is None else value + gain_db for value in (self.lufs, self.peak)))


def _is_silent(samples: Samples, sample_rate: int, level: _Level) -> bool:
    """Nothing in it is loud enough to be heard: raised to any level it would be noise."""
    unheard = level.lufs is None and samples.shape[1] >= BLOCK_SECONDS * sample_rate
    return unheard or _silence_ratio(samples, sample_rate) == 1


def _faded_out(samples: Samples, length: int) -> Samples:
    """The last `length` samples fall along a raised cosine; the last one is 0."""
    length = min(length, samples.shape[1])
    falling = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, length + 1, dtype=np.float64) / length)
    faded = samples.copy()
    faded[:, samples.shape[1] - length :] *= falling.astype(np.float32)
    return faded


def _silence_ratio(samples: Samples, sample_rate: int) -> float:
    window = max(1, round(sample_rate * _SILENCE_WINDOW_SECONDS))
    windows = max(1, samples.shape[1] // window)
    cut = samples[:, : windows * window]
    power = np.square(cut).mean(axis=0).reshape(windows, -1).mean(axis=1)  # [windows]
    return float(np.mean(power < 10 ** (_SILENCE_DBFS / 10)))


def _encode(samples: Samples, sample_rate: int, format: str, provenance: dict[str, Any]) -> bytes:
    """In memory: libsndfile does not say when the disk refuses what it writes last, as it closes a file."""
    import soundfile

    container, subtype = _CONTAINERS[format]
    encoded = io.BytesIO()
    with soundfile.SoundFile(encoded, "w", sample_rate, len(samples), subtype, format=container) as file:
        file.software = "musicgen-batch"
        # ASCII: the ID3 tags that libsndfile writes have no other letters.
        file.comment = json.dumps(provenance)
        # In pieces: the Vorbis encoder takes stack in proportion to what it is given at once.
        for start in range(0, samples.shape[1], _WRITE_FRAMES):
            file.write(samples[:, start : start + _WRITE_FRAMES].T)
    data = encoded.getvalue()
    return renumbered(data, serial=1) if format == "ogg" else data
