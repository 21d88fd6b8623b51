"""The lanes of one decoder and the clips that wait for them: who goes where, and when to stop."""

from __future__ import annotations

import sys
import threading
import traceback
from collections import deque
from dataclasses import dataclass
from typing import TypeVar

from torch import Tensor

from mgb_engine.engine.batch import RunningBatch
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.codec_thread import CodecThread
from mgb_engine.engine.events import Canceled, Events, Failed, Interrupted, NotFinite, Stepped
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.plan import Plan
from mgb_engine.engine.request import Orders
from mgb_engine.engine.sequence import Sequence
from mgb_engine.kernels.cache import PageCache
from mgb_engine.kernels.cuda import STEPS_FIRST, own_stream
from mgb_engine.kernels.threads import use_threads
from mgb_engine.model.decoder import Decoder

_SPARE_SECONDS = 1.0  # for the file and the answer, with room
_RECHECK_SECONDS = 0.05
# Clips that go on in one lane with every thread: each of several lanes would read all weights for one or two.
_FEW = 4

_T = TypeVar("_T")


@dataclass(frozen=True)
class Request:
    clip: Clip
    prompt: Tensor


class Scheduler:
    """codec: where clips go after their last step. batch: of the one lane of a device that records steps."""

    def __init__(
        self,
        decoder: Decoder,
        cache: PageCache,
        plan: Plan,
        orders: Orders,
        codec: CodecThread,
        events: Events,
        batch: RunningBatch | None = None,
    ):
        self._orders = orders
        self._codec = codec
        self._events = events
        self._device = plan.device
        self.cache = cache
        self._threads = plan.threads
        self._changed = threading.Condition()
        self._waiting: deque[Request] = deque()
        self._moving: deque[Sequence] = deque()  # from a lane to another
        self._stopping = False
        self.lanes = [Lane(decoder, cache, plan.slots, batch) for _ in range(plan.lanes)]
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
        at_work = [s for lane in self.lanes for s in lane.sequences]
        return [one.clip for one in (*self._waiting, *self._moving, *at_work)]

    def _work(self, lane: Lane) -> None:
        with own_stream(self._device, STEPS_FIRST):
            while self._has_work(lane):
                self._share_processor()
                self._obey(lane)
                self._share_out(lane)
                self._admit(lane)
                if lane.sequences:
                    self._step(lane)
                else:
                    self._wait_for_room()

    def _has_work(self, lane: Lane) -> bool:
        """Waits for some; False when the scheduler is to end."""
        with self._changed:
            while not (self._stopping or lane.sequences or self._waiting or self._moving):
                self._changed.wait()
            return not self._stopping

    def _wait_for_room(self) -> None:
        """For pages, or for another lane's turn."""
        with self._changed:
            if (self._waiting or self._moving) and not self._stopping:
                self._changed.wait(_RECHECK_SECONDS)

    def _step(self, lane: Lane) -> None:
        batch = lane.sequences
        context = sum(sequence.window.at for sequence in batch)
        try:
            self._left(lane.step())
        except Exception as error:  # the thread's edge: this batch is lost, the lane is not
            traceback.print_exc()
            for sequence in batch:
                if sequence in lane.sequences:
                    lane.remove(sequence, clean=True)
                self._events.put(Failed(sequence.clip, error))
            return
        left = [(sequence.clip, sequence.steps_left) for sequence in lane.sequences]
        self._events.put(Stepped(len(batch), context, self._busy_lanes(), left))

    def _share_processor(self) -> None:
        """Lanes that have work divide the threads."""
        use_threads(max(1, self._threads // self._busy_lanes()))

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
            self._left(lane.drop_broken())  # their codes are worth no checkpoint
        for sequence in list(lane.sequences):
            if sequence.clip.request.id in canceled or (draining and self._is_too_late(lane, sequence)):
                lane.remove(sequence)
                gone.append(sequence.clip)
        for clip in gone:
            self._events.put(Canceled(clip) if clip.request.id in canceled else Interrupted(clip))

    def _is_too_late(self, lane: Lane, sequence: Sequence) -> bool:
        steps = sequence.steps_left * lane.step_seconds
        return self._orders.is_too_late(steps + self._codec.seconds_for(sequence.clip) + _SPARE_SECONDS)

    def _share_out(self, lane: Lane) -> None:
        """Few clips go on in one lane, more of them in all: what is another lane's leaves this one."""
        with self._changed:
            for sequence in lane.sequences[: self._too_many(lane)]:
                if lane.hand_over(sequence):
                    self._moving.append(sequence)
                    self._changed.notify_all()

    def _too_many(self, lane: Lane) -> int:
        mine = len(lane.sequences)
        if self._at_hand() <= _FEW:
            return mine if lane is not self._fullest() else 0
        return (mine - min(len(other.sequences) for other in self.lanes)) // 2

    def _admit(self, lane: Lane) -> None:
        """First come, first served, each to the emptiest lane; few to the one that has some."""
        while lane.has_room() and (moved := self._next_for(lane, self._moving)):
            lane.take_over(moved)
        while lane.has_room() and (waiting := self._next_for(lane, self._waiting)):
            try:
                admitted = lane.admit(waiting.clip, waiting.prompt)
            except Exception as error:  # the thread's edge, as in _step
                traceback.print_exc()
                self._events.put(Failed(waiting.clip, error))
                continue
            if not admitted:
                self._put_back(waiting)
                return

    def _next_for(self, lane: Lane, queue: deque[_T]) -> _T | None:
        with self._changed:
            if not queue or self._stopping or not self._is_next(lane):
                return None
            return queue.popleft()

    def _is_next(self, lane: Lane) -> bool:
        if self._at_hand() <= _FEW:
            return lane is self._fullest()
        return len(lane.sequences) == min(len(other.sequences) for other in self.lanes)

    def _at_hand(self) -> int:
        return len(self._waiting) + len(self._moving) + sum(len(lane.sequences) for lane in self.lanes)

    def _fullest(self) -> Lane:
        """The first of those."""
        return max(self.lanes, key=lambda lane: len(lane.sequences))

    def _put_back(self, waiting: Request) -> None:
        request = waiting.clip.request
        if not any(lane.sequences for lane in self.lanes) and self.cache.free() == self.cache.pages:
            error = MemoryError(f"{request.id} needs more pages than there are")
            self._events.put(Failed(waiting.clip, error))
            return
        with self._changed:
            self._waiting.appendleft(waiting)

    def _left(self, sequences: list[Sequence]) -> None:
        """Where clips go when they leave their lane: with a window before it, to the front of the queue."""
        whole: list[Clip] = []
        for sequence in sequences:
            clip = sequence.clip
            if sequence.is_bad:
                sys.stderr.write(f"mgb-engine: {clip.request.id}: not finite in {self.cache.shape.dtype}\n")
                self._events.put(NotFinite(clip))
            elif clip.next_window() is None:
                whole.append(clip)
            else:
                with self._changed:
                    self._waiting.appendleft(Request(clip, sequence.prompt))
        self._codec.add(whole, last=self._at_hand() == 0)
