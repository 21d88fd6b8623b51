"""What the engine says about each request: any progress, then exactly one answer.

A request is open from `open()` until its `done`, `failed` or `checkpoint`; a second answer is a
bug of ours and is refused here, so that the agent never sees one.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from mgb_engine.engine.request import FailureCode
from mgb_engine.kernels.devices import is_out_of_memory

PROGRESS_EVERY_SECONDS = 1.0


class Answers:
    def __init__(self, send: Callable[[dict[str, Any]], None]):
        self._send = send
        self._lock = threading.Lock()
        self._open: dict[str, float] = {}  # id -> when its progress was last told
        self._busy_seconds, self._busy_since = 0.0, 0.0
        # Replaced whole, so that it can be read without the lock; usually empty.
        self.canceled: frozenset[str] = frozenset()

    def open(self, id: str) -> bool:
        """Begin to owe an answer. False when one is owed under this id already."""
        with self._lock:
            if id in self._open:
                return False
            now = time.monotonic()
            if not self._open:
                self._busy_since = now
            self._open[id] = now
            return True

    def busy_seconds(self) -> float:
        """How long any answer has been owed so far."""
        with self._lock:
            return self._busy_seconds + (time.monotonic() - self._busy_since if self._open else 0.0)

    def stats(self, audio_seconds_per_second: float, measured_clips: int) -> None:
        pace = round(audio_seconds_per_second, 3)
        self._send({"type": "stats", "audio_seconds_per_second": pace, "measured_clips": measured_clips})

    def cancel(self, id: str) -> bool:
        """Note that an open request is not wanted any more. False when there is none under this id."""
        with self._lock:
            if id in self._open:
                self.canceled |= {id}
            return id in self._open

    def progress(self, id: str, step: int, steps: int) -> None:
        now = time.monotonic()
        with self._lock:
            told = self._open.get(id)
            if told is None or now - told < PROGRESS_EVERY_SECONDS:
                return
            self._open[id] = now
            self._send({"type": "progress", "id": id, "step": step, "steps": steps})

    def done(self, id: str, **fields: Any) -> None:
        self._close(id, {"type": "done", "id": id, **fields})

    def checkpoint(self, id: str, **fields: Any) -> None:
        self._close(id, {"type": "checkpoint", "id": id, **fields})

    def failed(self, id: str, code: FailureCode, detail: str, *, retryable: bool) -> None:
        self._close(id, _failed(id, code, detail, retryable))

    def broke(self, id: str, error: Exception, what: str = "") -> None:
        """An error that nobody expected: it may be the machine's, and be worth another try."""
        code = "out_of_memory" if is_out_of_memory(error) else "internal"
        self.failed(id, code, f"{what}{type(error).__name__}: {error}", retryable=True)

    def bad_line(self, id: str | None, detail: str) -> None:
        """Answer a line that opened no request. An id that is owed an answer is not named."""
        with self._lock:
            shown = None if id in self._open else id
            self._send(_failed(shown, "bad_request", detail, False))

    def _close(self, id: str, event: dict[str, Any]) -> None:
        with self._lock:
            if self._open.pop(id, None) is None:
                sys.stderr.write(f"mgb-engine: bug: second answer for {id}: {event['type']}\n")
                return
            if not self._open:
                self._busy_seconds += time.monotonic() - self._busy_since
            if id in self.canceled:
                self.canceled -= {id}
            self._send(event)


def _failed(id: str | None, code: FailureCode, detail: str, retryable: bool) -> dict[str, Any]:
    return {"type": "failed", "id": id, "code": code, "detail": detail, "retryable": retryable}
