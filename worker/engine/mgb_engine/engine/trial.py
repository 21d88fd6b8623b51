"""The trial at start: do steps run, are they finite, and what does work cost on this machine?

All lanes step at once, as they will: they share memory, and Python's lock. Clips stand where the
usual clip stands in the middle of its way, and the codec, the text encoder and the writing of a file
are timed as well. A guess all the same: nothing of it is said to be measured (`pace.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from mgb_engine.engine.clip import Clip
from mgb_engine.engine.costs import Costs, Times
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.plan import Plan
from mgb_engine.engine.request import Submit
from mgb_engine.kernels.cuda import STEPS_FIRST, finish, own_stream
from mgb_engine.kernels.threads import use_threads
from mgb_engine.model.architecture import CodecSizes, DecoderSizes
from mgb_engine.model.codec import TOGETHER, Codec
from mgb_engine.model.model_folder import ModelError
from mgb_engine.model.text_encoder import TextEncoder

USUAL_SECONDS = 10.0
_PROMPTS = [f"a {pace} blues with brushed drums and an upright bass" for pace in ("slow", "fast")]
_CLIP = Submit("trial", _PROMPTS[0], USUAL_SECONDS, seed=0)
_FEWEST_TRIES, _LEAST_SECONDS = 2, 0.2
_CODEC_SECONDS = 1.0


class Trial:
    """To be made before the lanes' own threads are at work. Raises ModelError for output that is not
    finite: weights that are damaged, or a precision that this model does not bear.
    """

    def __init__(self, lanes: list[Lane], plan: Plan, sizes: DecoderSizes, codec_sizes: CodecSizes):
        self._lanes, self._plan = lanes, plan
        self._sizes, self._codec_sizes = sizes, codec_sizes
        self._slots = max(1, plan.clips // plan.lanes)  # a lane's share of what memory bears

    def costs(self, text: TextEncoder, codec: Codec, encode: Callable[[Tensor], object]) -> Costs:
        """encode: makes a clip's file of its samples, [C, N] float32."""
        prompt = text.encode(_PROMPTS[0])  # the first one compiles and touches memory
        prompt_seconds = _seconds(lambda: text.encode(_PROMPTS[1]))
        return Costs.of(
            self._times(prompt),
            lanes=self._plan.lanes,
            frame_rate=self._codec_sizes.frame_rate,
            prompt=prompt_seconds,
            audio_second=self._codec_seconds(codec) + self._file_seconds(encode),
        )

    def _times(self, prompt: Tensor) -> Times:
        middle = round(USUAL_SECONDS * self._codec_sizes.frame_rate / 2)
        # On a CPU a context is memory to be touched first: that of one clip shows what a position costs.
        deep_clips = 1 if self._plan.device == "cpu" else self._slots
        counts = sorted({1, -(-self._slots // 4), self._slots})
        return Times(
            alone=self._step_seconds(self._lanes[:1], 1, 0, prompt),
            shallow=tuple((clips, self._step_seconds(self._lanes, clips, 0, prompt)) for clips in counts),
            deep=(deep_clips, self._step_seconds(self._lanes, deep_clips, middle, prompt)),
            context=middle,
        )

    def _step_seconds(self, lanes: list[Lane], clips: int, context: int, prompt: Tensor) -> float:
        """Of one step, the lanes stepping at once; the quickest of some tries."""
        for lane in lanes:
            for _ in range(clips):
                lane.admit_at(Clip(_CLIP, self._sizes, self._codec_sizes), prompt, context)
        with ThreadPoolExecutor(len(lanes), initializer=self._share, initargs=(len(lanes),)) as threads:
            works = [self._work(lane) for lane in lanes]
            _together(threads, works)  # the first step compiles and touches memory
            if any(lane.drop_broken() for lane in lanes):
                raise ModelError("expected finite output from the model's first steps")
            tries: list[float] = []
            while len(tries) < _FEWEST_TRIES or sum(tries) < _LEAST_SECONDS:
                tries.append(_together(threads, works))
        for lane in lanes:
            for slot in list(lane.sequences):
                lane.remove(slot)
            lane.step_seconds = 0.0  # steps that compile and touch memory say nothing of later ones
        return min(tries)

    def _work(self, lane: Lane) -> Callable[[], None]:
        def work() -> None:
            with own_stream(self._plan.device, STEPS_FIRST):
                lane.step()
                finish(self._plan.device)

        return work

    def _share(self, lanes: int) -> None:
        use_threads(max(1, self._plan.threads // lanes))

    def _codec_seconds(self, codec: Codec) -> float:
        """A second of audio, decoded as one of several clips."""
        books = self._sizes.codebooks // self._sizes.channels
        frames = round(_CODEC_SECONDS * self._codec_sizes.frame_rate)
        clips = [torch.zeros(books, frames, dtype=torch.int64)] * TOGETHER

        def decode() -> None:
            for samples in codec.decode(clips):
                samples.cpu()

        decode()
        return _seconds(decode) * self._sizes.channels / (TOGETHER * _CODEC_SECONDS)

    def _file_seconds(self, encode: Callable[[Tensor], object]) -> float:
        """Of the whole machine, while one of its threads levels and writes a second of audio."""
        rate = self._codec_sizes.sample_rate
        samples = torch.rand(self._sizes.channels, round(USUAL_SECONDS * rate)).sub(0.5)
        seconds = _seconds(lambda: encode(samples))
        # Beside a GPU the host has nothing else to do.
        return seconds / USUAL_SECONDS / self._plan.threads if self._plan.device == "cpu" else 0.0


def _together(threads: ThreadPoolExecutor, works: list[Callable[[], None]]) -> float:
    def all_of_them() -> None:
        for future in [threads.submit(work) for work in works]:
            future.result()

    return _seconds(all_of_them)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
