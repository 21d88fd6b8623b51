"""Clips at once and computed audio-seconds a second in 13 GB: all pages at admission, and look-ahead.

    PYTHONPATH=worker/engine python bench/engine/memory_table.py

Arithmetic alone, of the plan and of the admission: a step takes the time to read the weights and every
position so far, at what a T4's memory is estimated to reach. Text, codec and launches are left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from mgb_engine.check.memory import CACHE_BYTES, FRAME_RATE, MODELS, decoder_bytes
from mgb_engine.engine.lookahead import Need, peak_pages
from mgb_engine.engine.plan import make_plan
from mgb_engine.kernels.cache import PAGE, CacheShape, pages_for
from mgb_engine.model.architecture import DecoderSizes

BYTES_PER_SECOND = 235e9
DELAY = 3
QUEUES = {
    "2 to 30 s": [2, 5, 10, 15, 20, 25, 30, 10] * 24,
    "all 10 s": [10] * 192,
    "all 30 s": [30] * 96,
}


@dataclass
class Lane:
    """fits: whether these clips may be at work together. slots: how many at most."""

    fits: Callable[[list[Need]], bool]
    slots: int
    clips: list[Need] = field(default_factory=list)

    def admit(self, waiting: deque[int]) -> None:
        while waiting and len(self.clips) < self.slots:
            new = Need(2, 0, round(waiting[0] * FRAME_RATE) + DELAY, 1)
            if not self.fits([*self.clips, new]):
                return
            self.clips.append(new)
            waiting.popleft()

    def step(self) -> int:
        """Returns how many positions were read."""
        stepped = [Need(clip.rows, clip.at + 1, clip.steps - 1, clip.fixed) for clip in self.clips]
        self.clips = [clip for clip in stepped if clip.steps]
        return sum(clip.rows * clip.at for clip in stepped)


def before(sizes: DecoderSizes, pages: int) -> Lane:
    """A clip takes the pages of its whole length; a slot for each longest clip, with 512 tokens."""
    longest = 2 * pages_for(round(30 * FRAME_RATE) + DELAY) + pages_for(512)

    def fits(clips: list[Need]) -> bool:
        held = (clip.fixed + clip.rows * pages_for(clip.at + clip.steps) for clip in clips)
        return sum(held) <= pages

    return Lane(fits, min(64, pages // longest))


def after(sizes: DecoderSizes, pages: int) -> Lane:
    room = pages * shape_of(sizes).page_bytes()
    plan = make_plan(sizes, FRAME_RATE, "cuda", torch.float16, 1, room)
    return Lane(lambda clips: peak_pages(clips) <= plan.pages, plan.slots)


def shape_of(sizes: DecoderSizes) -> CacheShape:
    return sizes.cache_shape(torch.float16)


def run(sizes: DecoderSizes, lane: Lane, seconds: list[int]) -> tuple[float, float]:
    """The mean of the clips at work, and audio seconds a second."""
    waiting, steps, worked, taken = deque(seconds), 0, 0, 0.0
    position = shape_of(sizes).page_bytes() / PAGE
    while waiting or lane.clips:
        lane.admit(waiting)
        steps, worked = steps + 1, worked + len(lane.clips)
        taken += (decoder_bytes(sizes, torch.float16) + lane.step() * position) / BYTES_PER_SECOND
    return worked / steps, sum(seconds) / taken


def main() -> None:
    print("| model | queue | slots | mean at work | audio-s/s | slots | mean at work | audio-s/s | gain |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, sizes in MODELS.items():
        pages = (CACHE_BYTES - decoder_bytes(sizes, torch.float16)) // shape_of(sizes).page_bytes()
        for queue, seconds in QUEUES.items():
            cells, paces = [], []
            for lane in (before(sizes, pages), after(sizes, pages)):
                slots = lane.slots
                mean, pace = run(sizes, lane, seconds)
                paces.append(pace)
                cells += [str(slots), f"{mean:.1f}", f"{pace:.1f}"]
            print(f"| {name} | {queue} | {' | '.join(cells)} | {paces[1] / paces[0] - 1:+.0%} |")


if __name__ == "__main__":
    main()
