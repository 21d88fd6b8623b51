"""The last part of a clip, off the step loop: level, encode, write, answer."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from mgb_engine import __version__
from mgb_engine.engine.request import Submit
from mgb_engine.io.answers import Answers
from mgb_engine.io.audio import file_name, write_clip
from mgb_engine.io.loudness import Samples
from mgb_engine.io.source import write_codes
from mgb_engine.kernels.devices import is_out_of_memory
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
    guessed_audio_seconds_per_second: float | None = None

    def ready(self) -> dict[str, Any]:
        return {"type": "ready", **asdict(self), "engine_version": __version__}


@dataclass(frozen=True)
class Start:
    """How long parts of the engine's start took: said once in `ready`."""

    weights_seconds: float
    trial_seconds: float

    def told(self) -> dict[str, float]:
        return {name: round(seconds, 3) for name, seconds in asdict(self).items()}


@dataclass(frozen=True)
class Work:
    """What a clip took. `busy_seconds` is its share of the engine's time."""

    busy_seconds: float
    steps: int
    dtype: str  # what the decoder computed in
    resumed_at_step: int = 0


class Finisher:
    def __init__(
        self,
        answers: Answers,
        description: Description,
        folder: Path,
        made: Callable[[Submit], None] = lambda _: None,
    ):
        """made: called after a clip's answer."""
        self._answers = answers
        self._made = made
        self._description = description
        self._folder = folder
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="finish")

    def finish(self, request: Submit, samples: Samples, codes: Tensor, work: Work) -> None:
        """samples: [C, N] float32; codes: [K, frames] of the whole clip, which are kept so that another
        can continue it. Returns at once; the answer follows from a thread.
        """
        self._threads.submit(self._finish, request, samples, codes, work)

    def wait(self) -> None:
        self._threads.shutdown(wait=True)

    def _finish(self, request: Submit, samples: Samples, codes: Tensor, work: Work) -> None:
        try:
            if not np.isfinite(samples).all():
                self._answers.failed(request.id, "numeric", "the audio is not finite", retryable=False)
                return
            self._write(request, samples, codes, work)
        except Exception as error:  # the thread's edge: whatever happened, the request is answered
            traceback.print_exc()
            detail = f"could not write the clip: {type(error).__name__}: {error}"
            code = "out_of_memory" if is_out_of_memory(error) else "internal"
            self._answers.failed(request.id, code, detail, retryable=True)

    def _write(self, request: Submit, samples: Samples, codes: Tensor, work: Work) -> None:
        codes_path = self._folder / f"{file_name(request.id)}.codes"
        write_codes(codes_path, codes)
        rate = self._description.sample_rate
        clip = write_clip(
            samples,
            rate,
            request.output,
            self._folder,
            file_name(request.id),
            self._provenance(request, work),
        )
        self._answers.done(
            request.id,
            path=str(clip.path),
            codes_path=str(codes_path),
            frames=codes.shape[1],
            duration_seconds=samples.shape[1] / rate,
            sha256=clip.sha256,
            bytes=clip.bytes,
            checks=asdict(clip.checks),
            gpu_seconds=round(work.busy_seconds, 4),
            steps=work.steps,
            dtype=work.dtype,
            resumed_at_step=work.resumed_at_step,
        )
        self._made(request)

    def _provenance(self, request: Submit, work: Work) -> dict[str, Any]:
        made = {k: getattr(self._description, k) for k in ("model", "revision", "device_name")}
        return {**_asked(request), **made, "dtype": work.dtype, "engine_version": __version__}


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
