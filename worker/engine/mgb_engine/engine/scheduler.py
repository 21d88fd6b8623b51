"""The lanes of one decoder and the clips that wait for them: who goes where, and when to stop."""

from __future__ import annotations

import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mgb_engine.engine.batch import FixedBatch
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.orders import Orders
from mgb_engine.engine.plan import Plan
from mgb_engine.engine.sequence import Sequence
from mgb_engine.kernels.cache import PageCache
from mgb_engine.kernels.cuda import STEPS_FIRST, own_stream
from mgb_engine.model.decoder import Decoder

_SPARE_SECONDS = 1.0  # for the file and the answer, with room
_RECHECK_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    clip: Clip
    prompt: Tensor


@dataclass(frozen=True)
class Outcomes:
    """Where clips go; each is called once for a clip, from a lane's thread."""

    made: Callable[[Request], None]
    not_finite: Callable[[Request], None]
    canceled: Callable[[Clip], None]
    interrupted: Callable[[Clip], None]
    faulty: Callable[[Clip, Exception], None]
    progress: Callable[[Clip, int], None]  # steps left
    stepped: Callable[[int, int, int], None]  # clips of a lane's step, the sum of their contexts, busy lanes


class Scheduler:
    """seconds_after: what a clip will take after its last step. batch: of the one lane of a device
    that records its steps."""

    def __init__(
        self,
        decoder: Decoder,
        cache: PageCache,
        plan: Plan,
        orders: Orders,
        outcomes: Outcomes,
        seconds_after: Callable[[Clip], float],
        batch: FixedBatch | None = None,
    ):
        self._orders = orders
        self._outcomes = outcomes
        self._seconds_after = seconds_after
        self._device = plan.device
        self.cache = cache
        self._threads = plan.threads
        self._changed = threading.Condition()
        self._waiting: deque[Request] = deque()
        self._stopping = False
        self.lanes = [
            Lane(decoder, cache, plan.slots, self._made, self._broken, batch) for _ in range(plan.lanes)
        ]
        self._workers = [
            threading.Thread(target=self._work, args=(lane,), name=f"lane-{i}", daemon=True)
            for i, lane in enumerate(self.lanes)
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def add(self, waiting: Request) -> None:
        with self._changed:
            self._waiting.append(waiting)
            self._changed.notify_all()

    def wake(self) -> None:
        """There are new orders: lanes at work see them before their next step, idle ones now."""
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> list[Clip]:
        """End all lanes at the next step. Returns the clips that were not done."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()
        return [w.clip for w in self._waiting] + [s.clip for lane in self.lanes for s in lane.sequences]

    def _work(self, lane: Lane) -> None:
        with own_stream(self._device, STEPS_FIRST):
            while self._has_work(lane):
                self._share_processor()
                self._obey(lane)
                self._admit(lane)
                if lane.sequences:
                    self._step(lane)
                else:
                    self._wait_for_room()

    def _has_work(self, lane: Lane) -> bool:
        """Waits for some; False when the scheduler is to end."""
        with self._changed:
            while not (self._stopping or lane.sequences or self._waiting):
                self._changed.wait()
            return not self._stopping

    def _wait_for_room(self) -> None:
        """For pages, or for another lane's turn."""
        with self._changed:
            if self._waiting and not self._stopping:
                self._changed.wait(_RECHECK_SECONDS)

    def _step(self, lane: Lane) -> None:
        clips, context = len(lane.sequences), sum(sequence.window.at for sequence in lane.sequences)
        try:
            lane.step()
            self._outcomes.stepped(clips, context, self._busy_lanes())
        except Exception as error:  # the thread's edge: this batch is lost, the lane is not
            traceback.print_exc()
            for sequence in list(lane.sequences):
                lane.remove(sequence, clean=True)
                self._outcomes.faulty(sequence.clip, error)
        for sequence in lane.sequences:
            self._outcomes.progress(sequence.clip, sequence.steps_left)

    def _share_processor(self) -> None:
        """Lanes that have work divide the threads; the setting is the calling thread's own."""
        if torch.get_num_threads() != (share := max(1, self._threads // self._busy_lanes())):
            torch.set_num_threads(share)

    def _busy_lanes(self) -> int:
        return max(1, sum(bool(lane.sequences) for lane in self.lanes))

    def _obey(self, lane: Lane) -> None:
        """Canceled clips end here, and in a drain those that will not be done in time."""
        canceled, draining = self._orders.canceled(), self._orders.deadline is not None
        if not canceled and not draining:
            return
        with self._changed:
            gone = [w.clip for w in self._waiting if draining or w.clip.request.id in canceled]
            self._waiting = deque(w for w in self._waiting if w.clip not in gone)
        if draining:
            lane.drop_broken()  # their codes are worth no checkpoint
        for sequence in list(lane.sequences):
            if sequence.clip.request.id in canceled or (draining and self._is_too_late(lane, sequence)):
                lane.remove(sequence)
                gone.append(sequence.clip)
        for clip in gone:
            wanted = clip.request.id not in canceled
            (self._outcomes.interrupted if wanted else self._outcomes.canceled)(clip)

    def _is_too_late(self, lane: Lane, sequence: Sequence) -> bool:
        steps = sequence.steps_left * lane.step_seconds
        return self._orders.is_too_late(steps + self._seconds_after(sequence.clip) + _SPARE_SECONDS)

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

    def _next_for(self, lane: Lane) -> Request | None:
        with self._changed:
            least = min(len(other.sequences) for other in self.lanes)
            if not self._waiting or self._stopping or len(lane.sequences) > least:
                return None
            return self._waiting.popleft()

    def _put_back(self, waiting: Request) -> None:
        request = waiting.clip.request
        if not any(lane.sequences for lane in self.lanes) and self.cache.free() == self.cache.pages:
            self._outcomes.faulty(waiting.clip, MemoryError(f"{request.id} needs more pages than there are"))
            return
        with self._changed:
            self._waiting.appendleft(waiting)

    def _made(self, sequence: Sequence) -> None:
        if sequence.clip.next_window() is None:
            self._outcomes.made(Request(sequence.clip, sequence.prompt))
        else:
            with self._changed:
                self._waiting.appendleft(Request(sequence.clip, sequence.prompt))

    def _broken(self, sequence: Sequence) -> None:
        sys.stderr.write(f"mgb-engine: {sequence.clip.request.id}: not finite in {self.cache.shape.dtype}\n")
        self._outcomes.not_finite(Request(sequence.clip, sequence.prompt))
