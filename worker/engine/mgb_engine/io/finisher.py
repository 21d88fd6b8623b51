"""The last part of a clip, off the step loop: level, encode, write, answer."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mgb_engine import __version__
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.request import Submit
from mgb_engine.io.answers import Answers
from mgb_engine.io.audio import file_name, write_clip
from mgb_engine.io.loudness import Samples
from mgb_engine.io.source import write_codes
from mgb_engine.model.architecture import WINDOW_SECONDS


@dataclass(frozen=True)
class Description:
    """What made the clips: said once in `ready`, and kept with every clip."""

    model: str
    revision: str
    device: str
    device_name: str
    dtype: str
    slots: int
    sample_rate: int
    attention: str  # the kernel's name, and where it is the slow one, why
    guessed_audio_seconds_per_second: float

    def ready(self) -> dict[str, Any]:
        return {"type": "ready", **asdict(self), "engine_version": __version__}

    def provenance(self) -> dict[str, Any]:
        made = {name: getattr(self, name) for name in ("model", "revision", "device_name", "dtype")}
        return {**made, "engine_version": __version__}


class Finisher:
    def __init__(
        self, answers: Answers, description: Description, folder: Path, made: Callable[[Submit], None]
    ):
        """made: called after a clip's answer."""
        self._answers, self._made = answers, made
        self._description, self._folder = description, folder
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="finish")

    def finish(self, clip: Clip, samples: Samples) -> None:
        """samples: [C, N] float32. Returns at once; the answer follows from a thread."""
        self._threads.submit(self._finish, clip, samples)

    def wait(self) -> None:
        self._threads.shutdown(wait=True)

    def _finish(self, clip: Clip, samples: Samples) -> None:
        try:
            if np.isfinite(samples).all():
                self._write(clip, samples)
            else:
                self._answers.failed(clip.request.id, "numeric", "the audio is not finite", retryable=False)
        except Exception as error:  # the thread's edge: whatever happened, the request is answered
            traceback.print_exc()
            self._answers.broke(clip.request.id, error, "could not write the clip: ")

    def _write(self, clip: Clip, samples: Samples) -> None:
        """Its codes too, so that another clip can continue it."""
        request, name, described = clip.request, file_name(clip.request.id), self._description
        codes_path = self._folder / f"{name}.codes"
        write_codes(codes_path, clip.frames)
        provenance = {**_asked(request), **described.provenance()}
        file = write_clip(samples, described.sample_rate, request.output, self._folder, name, provenance)
        self._answers.done(
            request.id,
            path=str(file.path),
            codes_path=str(codes_path),
            frames=clip.frames.shape[1],
            duration_seconds=samples.shape[1] / described.sample_rate,
            sha256=file.sha256,
            bytes=file.bytes,
            checks=asdict(file.checks),
            gpu_seconds=round(clip.busy_seconds, 4),
            steps=clip.steps_made,
            dtype=described.dtype,
            resumed_at_step=clip.resumed_at,
        )
        self._made(request)


def _asked(request: Submit) -> dict[str, Any]:
    """What was asked for, as far as it applies to this clip; not where its files lay."""
    asked = {k: v for k, v in asdict(request).items() if k not in ("id", "resume")}
    if request.duration_seconds <= WINDOW_SECONDS:
        del asked["extend_stride"]
    if request.continue_from is None:
        del asked["continue_from"], asked["output"]["only_new"]
    else:
        del asked["continue_from"]["path"]
    return asked
