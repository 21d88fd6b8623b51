"""The lanes of one decoder and the clips that wait for them: who goes where, and when to stop."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mgb_engine.cache import PageCache
from mgb_engine.clip import Clip
from mgb_engine.decoder import Decoder
from mgb_engine.lane import Lane, Slot

_FINISH_SECONDS = 1.0  # what the codec and the file take after the last step, with room to spare
_RECHECK_SECONDS = 0.05


@dataclass(frozen=True)
class Waiting:
    clip: Clip
    prompt: Tensor


@dataclass(frozen=True)
class Outcomes:
    """Where clips go; each is called once for a clip, from a lane's thread."""

    made: Callable[[Waiting], None]
    not_finite: Callable[[Waiting], None]
    canceled: Callable[[Clip], None]
    interrupted: Callable[[Clip], None]
    faulty: Callable[[Clip, Exception], None]
    progress: Callable[[Clip, int], None]  # steps left


class Crew:
    def __init__(
        self, decoder: Decoder, cache: PageCache, lanes: int, slots: int, threads: int, outcomes: Outcomes
    ):
        self._outcomes = outcomes
        self._cache = cache
        self._threads = threads
        self._changed = threading.Condition()
        self._waiting: deque[Waiting] = deque()
        self._canceled: set[str] = set()
        self._deadline: float | None = None  # of a drain
        self._stopping = False
        self.lanes = [Lane(decoder, cache, slots, self._made, self._broken) for _ in range(lanes)]
        self._workers = [
            threading.Thread(target=self._work, args=(lane,), name=f"lane-{i}", daemon=True)
            for i, lane in enumerate(self.lanes)
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def add(self, clip: Clip, prompt: Tensor) -> None:
        with self._changed:
            self._waiting.append(Waiting(clip, prompt))
            self._changed.notify_all()

    def cancel(self, id: str) -> None:
        """Takes effect before the next step. An id that is not here is forgotten."""
        with self._changed:
            here = {w.clip.request.id for w in self._waiting}
            here |= {slot.clip.request.id for lane in self.lanes for slot in tuple(lane.slots)}
            if id in here:
                self._canceled.add(id)
                self._changed.notify_all()

    def drain(self, within_seconds: float) -> None:
        """Interrupt what will not be done in time, at once or as soon as that shows."""
        with self._changed:
            self._deadline = time.monotonic() + within_seconds
            self._changed.notify_all()

    def stop(self) -> list[Clip]:
        """End all lanes at the next step. Returns the clips that were not done."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()
        return [w.clip for w in self._waiting] + [s.clip for lane in self.lanes for s in lane.slots]

    def _work(self, lane: Lane) -> None:
        while True:
            with self._changed:
                while not (self._stopping or lane.slots or self._waiting):
                    self._changed.wait()
                if self._stopping:
                    return
            self._share_processor()
            self._obey(lane)
            self._admit(lane)
            if lane.slots:
                self._step(lane)
            else:
                with self._changed:
                    if self._waiting and not self._stopping:
                        self._changed.wait(_RECHECK_SECONDS)  # for pages, or another lane's turn

    def _step(self, lane: Lane) -> None:
        try:
            lane.step()
        except Exception as error:  # the thread's edge: this batch is lost, the lane is not
            traceback.print_exc()
            for slot in list(lane.slots):
                lane.remove(slot, clean=True)
                self._outcomes.faulty(slot.clip, error)
        for slot in lane.slots:
            self._outcomes.progress(slot.clip, slot.steps_left)

    def _share_processor(self) -> None:
        """Lanes that have work divide the threads; the setting is the calling thread's own."""
        busy = max(1, sum(bool(lane.slots) for lane in self.lanes))
        if torch.get_num_threads() != (share := max(1, self._threads // busy)):
            torch.set_num_threads(share)

    def _obey(self, lane: Lane) -> None:
        with self._changed:
            canceled, deadline = set(self._canceled), self._deadline
            gone = [w for w in self._waiting if w.clip.request.id in canceled]
            late = [] if deadline is None else [w for w in self._waiting if w not in gone]
            self._waiting = deque(w for w in self._waiting if w not in gone and w not in late)
        for waiting in gone:
            self._end(waiting.clip, self._outcomes.canceled)
        for waiting in late:
            self._end(waiting.clip, self._outcomes.interrupted)
        for slot in list(lane.slots):
            if slot.clip.request.id in canceled:
                lane.remove(slot)
                self._end(slot.clip, self._outcomes.canceled)
            elif deadline is not None and self._too_late(lane, slot, deadline):
                lane.remove(slot)
                self._end(slot.clip, self._outcomes.interrupted)

    def _end(self, clip: Clip, outcome: Callable[[Clip], None]) -> None:
        with self._changed:
            self._canceled.discard(clip.request.id)
        outcome(clip)

    def _too_late(self, lane: Lane, slot: Slot, deadline: float) -> bool:
        return time.monotonic() + slot.steps_left * lane.step_seconds + _FINISH_SECONDS > deadline

    def _admit(self, lane: Lane) -> None:
        """First come, first served, each to the emptiest lane."""
        while lane.has_room() and (waiting := self._next_for(lane)):
            try:
                admitted = lane.admit(waiting.clip, waiting.prompt)
            except Exception as error:  # the thread's edge, as in _step
                traceback.print_exc()
                self._outcomes.faulty(waiting.clip, error)
                continue
            if not admitted:
                self._put_back(waiting)
                return

    def _next_for(self, lane: Lane) -> Waiting | None:
        with self._changed:
            least = min(len(other.slots) for other in self.lanes)
            if not self._waiting or self._stopping or len(lane.slots) > least:
                return None
            return self._waiting.popleft()

    def _put_back(self, waiting: Waiting) -> None:
        request = waiting.clip.request
        if not any(lane.slots for lane in self.lanes) and self._cache.free() == self._cache.pages:
            self._outcomes.faulty(waiting.clip, MemoryError(f"{request.id} needs more pages than there are"))
            return
        with self._changed:
            self._waiting.appendleft(waiting)

    def _made(self, slot: Slot) -> None:
        if slot.clip.next_window() is None:
            self._outcomes.made(Waiting(slot.clip, slot.prompt))
        else:
            with self._changed:
                self._waiting.appendleft(Waiting(slot.clip, slot.prompt))

    def _broken(self, slot: Slot) -> None:
        sys.stderr.write(f"mgb-engine: {slot.clip.request.id}: not finite in {self._cache.shape.dtype}\n")
        self._outcomes.not_finite(Waiting(slot.clip, slot.prompt))
