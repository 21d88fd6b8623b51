"""What was asked of the clips at work: every thread looks before its next step."""

from __future__ import annotations

import time
from collections.abc import Callable


class Orders:
    def __init__(self, canceled: Callable[[], frozenset[str]]):
        """canceled: returns the requests that are open and not wanted any more."""
        self.canceled = canceled
        self.deadline: float | None = None  # of a drain, on time.monotonic()'s clock

    def drain(self, within_seconds: float) -> None:
        """From now on only what will be done in time goes on."""
        self.deadline = time.monotonic() + within_seconds

    def is_too_late(self, seconds_left: float) -> bool:
        return self.deadline is not None and time.monotonic() + seconds_left > self.deadline
