"""The codec beside the steps: clips whose codes are made become samples, several at once."""

from __future__ import annotations

import queue
import threading
import time
import traceback
from typing import NamedTuple

import torch

from mgb_engine.engine.clip import Clip
from mgb_engine.engine.events import Canceled, Decoded, Events, Failed, Interrupted
from mgb_engine.engine.request import Orders
from mgb_engine.kernels.cuda import BESIDE, own_stream
from mgb_engine.model.codec import TOGETHER, Codec

_FIRST_GUESS = 0.1  # seconds a second of audio, until the first clip is measured
_COMPANY = 4  # clips; the LSTM reads all its weights for every frame of one clip, or of several
_PATIENCE = 4.0  # times its own decoding, as long as a clip waits for company
_LOOK_SECONDS = 0.05  # between two looks at the orders


class _Whole(NamedTuple):
    """Clips that became whole in one step. last: no other was at work then."""

    clips: list[Clip]
    last: bool


class CodecThread:
    def __init__(self, codec: Codec, channels: int, orders: Orders, events: Events):
        self._codec = codec
        self._channels = channels
        self._orders = orders
        self._events = events
        self._queue: queue.SimpleQueue[_Whole | None] = queue.SimpleQueue()
        self._waiting_seconds = 0.0  # of audio, what is being decoded included
        self._seconds_a_second = _FIRST_GUESS
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="codec", daemon=True)
        self._thread.start()

    def add(self, clips: list[Clip], *, last: bool = False) -> None:
        """last: no other clip is at work whose company they could wait for."""
        with self._lock:
            self._waiting_seconds += _audio_seconds(clips)
        for start in range(0, len(clips), TOGETHER):
            self._queue.put(_Whole(clips[start : start + TOGETHER], last))

    def seconds_for(self, clip: Clip) -> float:
        """How long a clip would take that came now."""
        with self._lock:
            return (self._waiting_seconds + clip.request.duration_seconds) * self._seconds_a_second

    def stop(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with own_stream(self._codec.device, BESIDE):
            while clips := self._gathered():
                self._take(clips)

    def _gathered(self) -> list[Clip]:
        """What has come so far; few clips wait a while for the company of others. Nothing at the end."""
        whole = self._queue.get()
        clips: list[Clip] = []
        patience_ends = 0.0
        while whole is not None:
            if not clips:
                patience_ends = time.monotonic() + _PATIENCE * self._seconds_for(whole.clips)
            clips += whole.clips
            if len(clips) >= TOGETHER:
                break
            enough = whole.last or len(clips) >= _COMPANY
            whole = self._next(0.0 if enough else patience_ends)
        return clips

    def _next(self, until: float) -> _Whole | None:
        """What is there, or comes until then. In a drain nothing is waited for."""
        while True:
            left = 0.0 if self._orders.deadline is not None else until - time.monotonic()
            try:
                whole = self._queue.get(timeout=min(max(0.0, left), _LOOK_SECONDS))
            except queue.Empty:
                if left <= 0:
                    return None
                continue
            if whole is None:
                self._queue.put(None)  # the end, which the next round is to see
            return whole

    def _take(self, clips: list[Clip]) -> None:
        canceled = self._orders.canceled()
        late = self._orders.is_too_late(self._seconds_for(clips))
        wanted: list[Clip] = []
        for clip in clips:
            if clip.request.id in canceled:
                self._events.put(Canceled(clip))
            elif late:
                self._events.put(Interrupted(clip))
            else:
                wanted.append(clip)
        if wanted:
            self._decode(wanted)
        with self._lock:
            self._waiting_seconds -= _audio_seconds(clips)

    def _decode(self, clips: list[Clip]) -> None:
        started, channels = time.perf_counter(), self._channels
        try:
            # Stereo: the left channel's codebooks are the even ones, the right's the odd ones.
            codes = [clip.frames[side::channels] for clip in clips for side in range(channels)]
            sides = [side.cpu() for side in self._codec.decode(codes)]
        except Exception as error:  # the thread's edge: these clips are lost, the next ones are not
            traceback.print_exc()
            for clip in clips:
                self._events.put(Failed(clip, error))
            return
        taken = time.perf_counter() - started
        self._seconds_a_second = taken / _audio_seconds(clips)
        for i, clip in enumerate(clips):
            samples = torch.stack(sides[i * channels : (i + 1) * channels])
            samples = samples[:, clip.first_sample : clip.samples]
            self._events.put(Decoded(clip, samples, taken / len(clips)))

    def _seconds_for(self, clips: list[Clip]) -> float:
        return _audio_seconds(clips) * self._seconds_a_second


def _audio_seconds(clips: list[Clip]) -> float:
    return sum(clip.request.duration_seconds for clip in clips)
