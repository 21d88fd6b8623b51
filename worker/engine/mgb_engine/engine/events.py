"""What becomes of clips: lanes and the codec put it into one queue, which one thread reads."""

from __future__ import annotations

import queue
from dataclasses import dataclass

from torch import Tensor

from mgb_engine.engine.clip import Clip


@dataclass(frozen=True)
class Stepped:
    """A lane has made a step of `clips` clips. context: the sum of theirs; lanes: how many are at work;
    left: those of its clips that go on, each with the steps that it has before it.
    """

    clips: int
    context: int
    lanes: int
    left: list[tuple[Clip, int]]


@dataclass(frozen=True)
class Decoded:
    """samples: [C, N] float32 on the host; seconds: of the codec's work."""

    clip: Clip
    samples: Tensor
    seconds: float


@dataclass(frozen=True)
class Canceled:
    clip: Clip


@dataclass(frozen=True)
class Interrupted:
    """There is no time for what it still needs."""

    clip: Clip


@dataclass(frozen=True)
class NotFinite:
    clip: Clip


@dataclass(frozen=True)
class Failed:
    clip: Clip
    error: Exception


Event = Stepped | Decoded | Canceled | Interrupted | NotFinite | Failed
Events = queue.SimpleQueue[Event | None]  # None ends it
