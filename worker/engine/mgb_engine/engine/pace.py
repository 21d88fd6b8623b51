"""How fast this machine makes clips with every slot taken, as its finished clips show it.

Slots are seldom all taken, and a machine half full says little by its clock alone. So what was done
is told in what it should have cost by the trial at start (`costs.py`), and the time that it took
corrects the trial: the pace of full slots is the trial's, by as much as it was wrong so far.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from mgb_engine.engine.costs import Costs

FEWEST_CLIPS = 8  # that must be finished before a pace is called measured
_REMEMBERED_CLIPS = 64  # then all that was seen counts half: a pace is of the present


@dataclass
class _Seen:
    """Sums since the start, older ones with less weight."""

    cost: float = 0.0  # of the steps, as the trial has it
    seconds: float = 0.0  # with anything in hand
    clip_steps: float = 0.0
    context: float = 0.0  # summed over those
    clips: float = 0.0
    audio: float = 0.0

    def fade(self) -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) / 2)


class Pace:
    """busy_seconds: how long the engine has had anything in hand. Safe from many threads.

    measured: audio seconds a second with every slot taken; None until enough clips are finished.
    """

    def __init__(self, costs: Costs, busy_seconds: Callable[[], float]):
        self._costs = costs
        self._busy_seconds = busy_seconds
        self._counted = busy_seconds()
        self._seen = _Seen()
        self._lock = threading.Lock()
        self.finished_clips = 0
        self.measured: float | None = None

    def stepped(self, clips: int, context: int, lanes: int) -> None:
        """A lane has made a step. context: the sum of its clips'; lanes: how many are at work."""
        with self._lock:
            self._seen.cost += self._costs.of_step(clips, context, lanes)
            self._seen.clip_steps += clips
            self._seen.context += context

    def finished(self, audio_seconds: float) -> float | None:
        """A clip is made. Returns the audio seconds a second of full slots; None while few have shown it."""
        with self._lock:
            seen = self._seen
            busy = self._busy_seconds()
            seen.seconds, self._counted = seen.seconds + busy - self._counted, busy
            seen.clips += 1
            seen.audio += audio_seconds
            self.finished_clips += 1
            if self.finished_clips >= FEWEST_CLIPS:
                self.measured = self._measure()
            if self.finished_clips % _REMEMBERED_CLIPS == 0:
                seen.fade()
            return self.measured

    def _measure(self) -> float | None:
        seen, costs = self._seen, self._costs
        cost = seen.cost + seen.clips * costs.prompt + seen.audio * costs.audio_second
        if not (seen.clip_steps and seen.seconds and cost):
            return None  # all of them were whole in their checkpoints
        wrong_by = seen.seconds / cost
        return costs.pace(seen.context / seen.clip_steps, seen.audio / seen.clips) / wrong_by
