"""What is asked for: one clip, how a request for it can fail, and what is asked of the clips at work.

A field's type says what it may be: the protocol reads these classes (`io/protocol.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from mgb_engine.model.architecture import STRIDE_SECONDS

FailureCode = Literal["bad_request", "canceled", "numeric", "internal", "out_of_memory"]
MAX_SEED = 2**53 - 1


@dataclass(frozen=True)
class Between:
    """Bounds of a number, or of a text's length; both are allowed."""

    low: float
    high: float


Id = Annotated[str, Between(1, 512)]


@dataclass(frozen=True)
class Output:
    """`fade_out_seconds`: how long the clip takes to fall silent at its end; 0 is no fade. `only_new`: of a
    clip that continues something, only what was made.
    """

    format: Literal["wav", "flac", "mp3", "ogg"]
    normalize: Literal["loudness", "peak", "none"]
    fade_out_seconds: Annotated[float, Between(0, 10)] = 0.0
    only_new: bool = False


@dataclass(frozen=True)
class Part:
    """Of an audio file, in seconds; without an `end` it goes to the end of the file."""

    start: Annotated[float, Between(0, 86_400)]
    end: Annotated[float, Between(0, 86_400)] | None


@dataclass(frozen=True)
class Source:
    """What a clip continues: the part of an audio file, or without a part the codes that were kept of an
    earlier clip. `name`: what its user calls it.
    """

    path: Annotated[str, Between(1, 4096)]
    name: Annotated[str, Between(1, 512)]
    part: Part | None


@dataclass(frozen=True)
class Resume:
    """path: of the checkpoint to go on from."""

    path: Annotated[str, Between(1, 4096)]


@dataclass(frozen=True)
class Submit:
    """One clip to make. `top_k` 0 and `top_p` 0 are off; `guidance_scale` 1 is no guidance.

    `duration_seconds` is the whole clip's, what it continues included. `extend_stride`: how many seconds
    of a clip over 30 s each later window makes. The defaults are the engine's own commands': the protocol
    has every field.
    """

    id: Id
    prompt: Annotated[str, Between(1, 1000)]
    duration_seconds: Annotated[float, Between(0.02, 300)]
    seed: Annotated[int, Between(0, MAX_SEED)]
    temperature: Annotated[float, Between(0.01, 5)] = 1.0
    top_k: Annotated[int, Between(0, 2048)] = 250
    top_p: Annotated[float, Between(0, 1)] = 0.0
    guidance_scale: Annotated[float, Between(1, 20)] = 3.0
    output: Output = Output("wav", "loudness")
    resume: Resume | None = None
    continue_from: Source | None = None
    extend_stride: Annotated[float, Between(1, 29)] = STRIDE_SECONDS

    def faults(self) -> list[str]:
        """What is wrong between fields that are right by themselves."""
        fade, length = self.output.fade_out_seconds, self.duration_seconds
        return [] if fade <= length else [f"expected a fade of at most the clip's {length} s, got {fade}"]


class Orders:
    """Every thread looks before its next step."""

    def __init__(self, canceled: Callable[[], frozenset[str]]):
        """canceled: returns the requests that are open and not wanted any more."""
        self.canceled = canceled
        self.deadline: float | None = None  # of a drain, on time.monotonic()'s clock

    def drain(self, within_seconds: float) -> None:
        """From now on only what will be done in time goes on."""
        self.deadline = time.monotonic() + within_seconds

    def is_too_late(self, seconds_left: float) -> bool:
        return self.deadline is not None and time.monotonic() + seconds_left > self.deadline
