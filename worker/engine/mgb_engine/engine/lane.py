"""A lane: one running batch and the thread that steps it.

A slot is a place in the batch. Each step takes in whatever waits and fits, makes one column of
every clip, and lets go of what is whole. On a CPU there is a lane a core: lanes need no barrier
with each other, while threads inside an operation would meet at one several hundred times a step.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor

from mgb_engine.engine.batch import FixedBatch, FreshBatch, Slot
from mgb_engine.engine.clip import Clip
from mgb_engine.kernels.cache import PageCache, PageTable, pages_for
from mgb_engine.model.decoder import Decoder, Rows

_PREFILL_COLUMNS = 128
_LOOK_EVERY = 16  # steps between two looks at what only the host needs to know


class Lane:
    """Not for two threads at once. `finished(slot)` and `broken(slot)` are called by `step`."""

    def __init__(
        self,
        decoder: Decoder,
        cache: PageCache,
        slots: int,
        finished: Callable[[Slot], None],
        broken: Callable[[Slot], None],
        batch: FixedBatch | None = None,
    ):
        self._decoder = decoder
        self._cache = cache
        self._most = slots
        self._finished = finished
        self._broken = broken
        self._batch = batch or FreshBatch(decoder, cache)
        self.step_seconds = 0.0
        self.steps = 0
        self.seconds = 0.0  # that all steps took

    @property
    def slots(self) -> list[Slot]:
        return self._batch.slots

    def has_room(self) -> bool:
        return len(self.slots) < self._most

    @torch.inference_mode()
    def admit(self, clip: Clip, prompt: Tensor) -> bool:
        """Take a clip in, if its pages are free. It takes part from the next step on."""
        slot = self._begin(clip, prompt)
        if slot is None:
            return False
        try:
            self._decoder.write_prompt(prompt, slot.cross, self._cache)
            self._prefill(slot)
            self._batch.enter(slot)
        except Exception:
            self._cache.give_back(slot.pages, clean=True)
            raise
        return True

    @torch.inference_mode()
    def admit_at(self, clip: Clip, prompt: Tensor, column: int) -> bool:
        """For a trial: take a clip in as if it had come to this column, of which nothing was computed."""
        slot = self._begin(clip, prompt)
        if slot is None:
            return False
        if column:
            self._cache.wipe(slot.pages)  # memory that nobody has touched would cost nothing to read
        slot.window.columns.clamp_(min=0)
        slot.window.at = column
        self._decoder.write_prompt(prompt, slot.cross, self._cache)
        self._batch.enter(slot)
        return True

    def _begin(self, clip: Clip, prompt: Tensor) -> Slot | None:
        """None while there are too few pages."""
        window = clip.next_window()
        assert window is not None, "a whole clip has no step to make"
        rows = 2 if clip.request.guidance_scale > 1 else 1
        each = pages_for(window.columns.shape[1] - 1)
        pages = self._cache.take(rows * each + pages_for(len(prompt)))
        if pages is None:
            return None
        own = [pages[i * each : (i + 1) * each] for i in range(rows)]
        later = clip.steps_left() - window.steps_left
        return Slot(clip, prompt, window, pages, own, pages[rows * each :], later)

    @torch.inference_mode()
    def remove(self, slot: Slot, *, clean: bool = False) -> None:
        """Take a clip out as it is, its codes so far kept in it."""
        self._batch.leave(slot)
        slot.clip.keep(slot.window)
        self._cache.give_back(slot.pages, clean=clean)

    @torch.inference_mode()
    def step(self) -> None:
        """Make the next column of every clip."""
        started = time.perf_counter()
        self._batch.step()
        taken = time.perf_counter() - started
        self.step_seconds = 0.9 * (self.step_seconds or taken) + 0.1 * taken
        self.steps += 1
        self.seconds += taken
        slots = self.slots
        for slot in slots:
            slot.window.at += 1
            slot.clip.steps_made += 1
            slot.clip.busy_seconds += taken / len(slots)
        self._let_go()

    def drop_broken(self) -> None:
        """Let go of clips whose numbers are not finite."""
        for slot in self._batch.broken():
            self.remove(slot, clean=True)
            self._broken(slot)

    def forget_speed(self) -> None:
        """The first steps compile and touch memory: they say nothing of the later ones."""
        self.step_seconds = 0.0

    def unhealthy(self) -> bool:
        return bool(self._batch.broken())

    def _let_go(self) -> None:
        whole = [slot for slot in self.slots if slot.window.steps_left == 0]
        if whole or self.steps % _LOOK_EVERY == 0:
            self.drop_broken()
        for slot in whole:
            if slot in self.slots:
                self.remove(slot)
                self._finished(slot)

    def _prefill(self, slot: Slot) -> None:
        """Write the keys and values of every column before the one that goes in next."""
        for start in range(0, slot.window.at, _PREFILL_COLUMNS):
            end = min(start + _PREFILL_COLUMNS, slot.window.at)
            positions = torch.arange(start, end, device=self._decoder.device)
            tokens = slot.window.columns[:, start:end].T.to(self._decoder.device)
            self._decoder.hidden(tokens, _column_rows(slot, positions), self._cache)


def _column_rows(slot: Slot, positions: Tensor) -> Rows:
    """Many columns of one clip as rows of a step: each reads up to its own position."""
    count, device = len(positions), positions.device
    pages = [row for row in slot.rows for _ in range(count)]
    every = torch.arange(count if len(slot.rows) == 2 else 0, device=device)
    return Rows(
        positions=positions,
        guided=every,
        guidance=torch.ones(count, device=device),
        itself=_table(pages, (positions + 1).repeat(len(slot.rows)), str(device)),
        cross=_table([slot.cross] * count, torch.full((count,), len(slot.prompt)), str(device)),
    )


def _table(pages: list[list[int]], lengths: Tensor, device: str) -> PageTable:
    widest = max(len(row) for row in pages)
    padded = [row + row[-1:] * (widest - len(row)) for row in pages]
    table = torch.tensor(padded, dtype=torch.int32, device=device)
    return PageTable(table, lengths.to(device, torch.int32))
