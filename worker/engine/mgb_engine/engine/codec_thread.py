"""The codec beside the steps: clips whose codes are made become samples, several at once."""

from __future__ import annotations

import queue
import threading
import time
import traceback

import torch

from mgb_engine.engine.clip import Clip
from mgb_engine.engine.events import Canceled, Decoded, Events, Failed, Interrupted
from mgb_engine.engine.request import Orders
from mgb_engine.kernels.cuda import BESIDE, own_stream
from mgb_engine.model.codec import TOGETHER, Codec

_FIRST_GUESS = 0.1  # seconds a second of audio, until the first clip is measured


class CodecThread:
    def __init__(self, codec: Codec, channels: int, orders: Orders, events: Events):
        self._codec = codec
        self._channels = channels
        self._orders = orders
        self._events = events
        self._queue: queue.SimpleQueue[Clip | None] = queue.SimpleQueue()
        self._waiting_seconds = 0.0  # of audio, what is being decoded included
        self._seconds_a_second = _FIRST_GUESS
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="codec", daemon=True)
        self._thread.start()

    def add(self, clip: Clip) -> None:
        with self._lock:
            self._waiting_seconds += clip.request.duration_seconds
        self._queue.put(clip)

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
        """What has come so far, up to what the codec does at once; nothing at the end."""
        clips: list[Clip] = []
        while not clips or (len(clips) < TOGETHER and not self._queue.empty()):
            if (clip := self._queue.get()) is None:
                self._queue.put(None)
                break
            clips.append(clip)
        return clips

    def _take(self, clips: list[Clip]) -> None:
        canceled = self._orders.canceled()
        late = self._orders.is_too_late(_audio_seconds(clips) * self._seconds_a_second)
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


def _audio_seconds(clips: list[Clip]) -> float:
    return sum(clip.request.duration_seconds for clip in clips)
