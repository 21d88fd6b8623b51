"""What work costs, in seconds of the whole machine: found by a trial at start, used to tell a pace."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

Point = tuple[int, float]  # clips of a step, and its seconds


@dataclass(frozen=True)
class Times:
    """Of one step of a lane, in seconds of the clock.

    alone: one clip, on all threads, the other lanes idle. The rest with every lane at work. shallow:
    with different counts of clips, from one to every slot, without context. deep: some at `context`.
    """

    alone: float
    shallow: tuple[Point, ...]
    deep: Point
    context: int


@dataclass(frozen=True)
class Costs:
    """A step's cost follows its clips, and of each clip its context: weights are read once a step, keys
    and values once a position. All in seconds of the whole machine.
    """

    lanes: int
    frame_rate: float
    steps: tuple[Point, ...]
    position: float  # of a clip's context, a step
    idle_lanes: float  # how many times as much a step costs when its lane alone is at work
    prompt: float
    audio_second: float  # codec, level and file

    @classmethod
    def of(cls, times: Times, *, lanes: int, frame_rate: float, prompt: float, audio_second: float) -> Costs:
        clips, seconds = times.deep
        deeper = max(0.0, seconds - _between(times.shallow, clips))
        return cls(
            lanes=lanes,
            frame_rate=frame_rate,
            steps=tuple((clips, seconds / lanes) for clips, seconds in times.shallow),
            position=deeper / (clips * times.context) / lanes,
            idle_lanes=times.alone / (times.shallow[0][1] / lanes),
            prompt=prompt,
            audio_second=audio_second,
        )

    def of_step(self, clips: int, context: float, lanes: int) -> float:
        """Of one lane's step. context: the sum of its clips'. lanes: how many are at work."""
        idle = (self.lanes - lanes) / max(1, self.lanes - 1)
        whole = _between(self.steps, clips) + context * self.position
        return whole * (1 + (self.idle_lanes - 1) * idle)

    def pace(self, context: float, seconds: float) -> float:
        """Audio seconds a second with every slot taken. context: the mean; seconds: a clip's length."""
        slots = self.steps[-1][0]
        step = self.of_step(slots, slots * context, self.lanes)
        return 1 / (step * self.frame_rate / slots + self.prompt / seconds + self.audio_second)


def _between(points: tuple[Point, ...], clips: int) -> float:
    """On the line between the two points around; on the last one's behind it."""
    if len(points) == 1:
        return points[0][1]
    pairs = list(pairwise(points))
    (a, low), (b, high) = next((pair for pair in pairs if clips <= pair[1][0]), pairs[-1])
    return low + (clips - a) * (high - low) / (b - a)
