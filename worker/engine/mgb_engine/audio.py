"""From samples to a file: level, checks, format, tags. Knows nothing of models."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mgb_engine.loudness import Samples, integrated_lufs, true_peak_dbtp
from mgb_engine.protocol import Output

TARGET_LUFS = -14.0
CEILING_DBTP = -1.0
_SILENCE_DBFS = -60.0
_SILENCE_WINDOW_SECONDS = 0.02
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
    Raises OSError when the disk refuses; a half-written file is never seen under its name.
    """
    samples, checks = levelled(samples, sample_rate, output.normalize)
    path = folder / f"{name}.{output.format}"
    partial = folder / f".{name}.{os.getpid()}.partial"
    try:
        _encode(samples, sample_rate, output.format, partial, provenance)
        data = partial.read_bytes()
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    clip = WrittenClip(path, len(data), hashlib.sha256(data).hexdigest(), checks)
    sidecar = {**provenance, "file": path.name, "sha256": clip.sha256, "checks": vars(checks)}
    path.with_suffix(".json").write_text(json.dumps(sidecar, ensure_ascii=False, indent=1) + "\n")
    return clip


def file_name(id: str) -> str:
    """A file name for any request id, one name an id."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", id)[:80].strip("-")
    return f"{readable}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"


def levelled(samples: Samples, sample_rate: int, normalize: str) -> tuple[Samples, Checks]:
    """Bring a clip to its level by one gain, and measure it.

    `loudness` aims at -14 LUFS, `peak` at the ceiling; neither passes -1 dBTP, and a clip too
    short to have a loudness is brought to the ceiling. Silence stays as it is.
    """
    lufs = integrated_lufs(samples, sample_rate)
    peak = true_peak_dbtp(samples)
    gain_db = 0.0
    if normalize != "none" and peak is not None:
        gain_db = CEILING_DBTP - peak
        if normalize == "loudness" and lufs is not None:
            gain_db = min(gain_db, TARGET_LUFS - lufs)
    levelled = samples * np.float32(10 ** (gain_db / 20))
    return levelled, Checks(
        lufs=None if lufs is None else round(lufs + gain_db, 2),
        true_peak_dbtp=None if peak is None else round(peak + gain_db, 2),
        silence_ratio=round(_silence_ratio(levelled, sample_rate), 4),
        clipped_samples=int(np.count_nonzero(np.abs(levelled) > 1.0)),
    )


def _silence_ratio(samples: Samples, sample_rate: int) -> float:
    window = max(1, round(sample_rate * _SILENCE_WINDOW_SECONDS))
    windows = max(1, samples.shape[1] // window)
    cut = samples[:, : windows * window]
    power = np.square(cut).mean(axis=0).reshape(windows, -1).mean(axis=1)  # [windows]
    return float(np.mean(power < 10 ** (_SILENCE_DBFS / 10)))


def _encode(samples: Samples, sample_rate: int, format: str, path: Path, provenance: dict[str, Any]) -> None:
    import soundfile

    container, subtype = _CONTAINERS[format]
    with soundfile.SoundFile(path, "w", sample_rate, len(samples), subtype, format=container) as file:
        file.software = "musicgen-batch"
        # ASCII: the ID3 tags that libsndfile writes have no other letters.
        file.comment = json.dumps(provenance)
        # In pieces: the Vorbis encoder takes stack in proportion to what it is given at once.
        for start in range(0, samples.shape[1], _WRITE_FRAMES):
            file.write(samples[:, start : start + _WRITE_FRAMES].T)
