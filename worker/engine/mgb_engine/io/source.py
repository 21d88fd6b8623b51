"""What a clip continues: the codes that were kept of an earlier one, or a part of an audio file.

Both come from outside and are refused by name: a `BadSourceError` says to the user what is wrong with it.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mgb_engine.engine.request import Part, Source, Submit
from mgb_engine.io.loudness import Samples
from mgb_engine.model.architecture import DecoderSizes
from mgb_engine.model.codec import Codec, frames_for
from mgb_engine.model.encoder import Encoder
from mgb_engine.model.files import write_whole
from mgb_engine.model.model_folder import ModelFolder
from mgb_engine.model.weights import Weights

ENCODER_FIELD = "mgb_encoder"  # in config.json: false where the codec's encoder is no encoder
MOST_SECONDS = 30.0  # of a file: what the model hears at once
_LEAST_SECONDS = 0.02  # a frame
_TOLERANCE_SECONDS = 0.05  # by which a file may be shorter than its own header says
_RATES = (1_000, 384_000)


class BadSourceError(ValueError):
    """It cannot be continued. The message is for the user."""


class Continuations:
    """Keeps the weights mapped: most machines never need the encoder, and it is read when one does."""

    def __init__(self, folder: ModelFolder, sizes: DecoderSizes, codec: Codec, weights: Weights):
        self._folder, self._sizes, self._codec, self._weights = folder, sizes, codec, weights

    def given(self, request: Submit) -> Tensor | None:
        """[K, frames]; None where the clip continues nothing. Raises BadSourceError."""
        source = request.continue_from
        if source is None:
            return None
        path, rate = Path(source.path), self._codec.sizes.frame_rate
        if source.part is None:
            codes = read_codes(path, source.name, self._sizes.codebooks, self._sizes.codes)
        else:
            codes = self._encoded(path, source.name, source.part)
        if codes.shape[1] >= frames_for(request.duration_seconds, rate):
            raise BadSourceError(
                f"what it continues is {codes.shape[1] / rate:.2f} s long: duration_seconds is the whole "
                "clip's, and must be more"
            )
        return codes

    def _encoded(self, path: Path, name: str, part: Part) -> Tensor:
        if not self._folder.config.get(ENCODER_FIELD, True):
            raise BadSourceError(
                f"{self._folder.name} continues its own clips only: its codec cannot read audio"
            )
        audio = read_audio(path, name, part, self._codec.sizes.sample_rate, self._sizes.channels)
        return self._encoder.encode(torch.from_numpy(audio))

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(self._codec.sizes, self._codec.books, self._weights, self._codec.device)


def write_codes(path: Path, codes: Tensor, identity: str | None = None) -> None:
    """codes: [K, frames] integer, -1 where one is not made yet, else 0 to 32767. identity: of the clip,
    where it is to go on from them. Raises OSError when the disk refuses; then nothing stays.
    """
    from safetensors.torch import save

    metadata = {"identity": identity} if identity else None
    write_whole(path, save({"codes": codes.to("cpu", torch.int16).contiguous()}, metadata))


def stored_codes(path: Path) -> tuple[Tensor, str | None]:
    """What `write_codes` wrote, as int64. Raises ValueError for a file that has no codes."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return file.get_tensor("codes").long(), (file.metadata() or {}).get("identity")
    except (OSError, SafetensorError) as error:
        raise ValueError(f"expected codes in {path}") from error


def read_codes(path: Path, name: str, codebooks: int, codes: int) -> Tensor:
    """[K, frames] int64, all of them codes of a model with so many codebooks. Raises BadSourceError."""
    try:
        kept, _ = stored_codes(path)
    except ValueError as error:  # also for a path that no file can have
        raise BadSourceError(f"the codes of {name} cannot be read") from error
    fits = kept.dim() == 2 and len(kept) == codebooks and kept.shape[1] > 0
    if not fits or bool(((kept < 0) | (kept >= codes)).any()):
        raise BadSourceError(f"{name} was made by a model with another codec")
    return kept


def read_audio(path: Path, name: str, part: Part, sample_rate: int, channels: int) -> Samples:
    """[channels, N] float32 at the model's rate. Raises BadSourceError."""
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            start, count = _span_of(name, part, file.frames, file.samplerate, file.channels)
            file.seek(start)
            samples = file.read(count, dtype="float32", always_2d=True).T
            rate = file.samplerate
    except (OSError, RuntimeError) as error:  # a LibsndfileError is a RuntimeError
        raise BadSourceError(
            f"{name} is no audio that can be read: send WAV, FLAC, MP3, Ogg or AIFF"
        ) from error
    missing = (count - samples.shape[1]) / rate
    if missing > _TOLERANCE_SECONDS:
        raise BadSourceError(f"{name} is cut off: {missing:.2f} s of what its header promises are missing")
    if not np.isfinite(samples).all():
        raise BadSourceError(f"{name} has samples that are no numbers")
    return _resampled(_mixed(samples, channels), rate, sample_rate)


def digest(source: Source) -> str:
    """Of what is continued: a checkpoint is taken up only where it is the same."""
    content = hashlib.sha256(Path(source.path).read_bytes()).hexdigest()
    return f"{content} {source.part}"


def _span_of(name: str, part: Part, frames: int, rate: int, channels: int) -> tuple[int, int]:
    """(first, count) of the samples that are asked for."""
    if channels not in (1, 2):
        raise BadSourceError(f"{name} has {channels} channels: send mono or stereo")
    if not _RATES[0] <= rate <= _RATES[1]:
        raise BadSourceError(f"{name} has {rate} samples a second: send {_RATES[0]} to {_RATES[1]}")
    whole = frames / rate
    end = whole if part.end is None else part.end
    if part.start >= whole or end > whole + _TOLERANCE_SECONDS:
        raise BadSourceError(f"{name} is {whole:.2f} s long; {_said(part)} is not in it")
    if end - part.start > MOST_SECONDS + _TOLERANCE_SECONDS:
        raise BadSourceError(
            f"{_said(part)} of {name} is {end - part.start:.2f} s long: choose {MOST_SECONDS:.0f} s at most, "
            "with start and end"
        )
    if end - part.start < _LEAST_SECONDS:
        raise BadSourceError(f"{_said(part)} of {name} is shorter than {_LEAST_SECONDS} s")
    first = round(part.start * rate)
    return first, min(frames, round(end * rate)) - first


def _said(part: Part) -> str:
    return f"{part.start:g} s to {'the end' if part.end is None else f'{part.end:g} s'}"


def _mixed(samples: Samples, channels: int) -> Samples:
    """One channel for both sides, or the mean of both for one."""
    if channels == 1:
        return samples.mean(axis=0, keepdims=True)
    return np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples


def _resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    import soxr

    if rate == wanted:
        return samples
    return np.stack([soxr.resample(side, rate, wanted) for side in samples]).astype(np.float32)
