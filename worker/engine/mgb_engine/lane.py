"""A lane: one running batch and the thread that steps it.

A slot is a place in the batch. Each step takes in whatever waits and fits, makes one column of
every clip, and lets go of what is whole. On a CPU there is a lane a core: lanes need no barrier
with each other, while threads inside an operation would meet at one several hundred times a step.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mgb_engine.cache import PageCache, PageTable, pages_for
from mgb_engine.clip import UNKNOWN, Clip, Window
from mgb_engine.decoder import Decoder, Rows
from mgb_engine.sampler import Sampling, sample

_PREFILL_COLUMNS = 128
_LOOK_EVERY = 16  # steps between two looks at what only the host needs to know


@dataclass
class Slot:
    """A clip on its way. pages: for the conditional and the unconditional row and the prompt."""

    clip: Clip
    prompt: Tensor  # [T, text width]
    window: Window
    pages: list[int]
    rows: list[list[int]]  # pages of each row: one, or two with guidance
    cross: list[int]
    later_steps: int  # those of the clip's windows after this one

    @property
    def steps_left(self) -> int:
        return self.later_steps + self.window.steps_left


class Lane:
    """Not for two threads at once. `finished(slot)` and `broken(slot)` are called by `step`."""

    def __init__(
        self,
        decoder: Decoder,
        cache: PageCache,
        slots: int,
        finished: Callable[[Slot], None],
        broken: Callable[[Slot], None],
    ):
        self._decoder = decoder
        self._cache = cache
        self._most = slots
        self._finished = finished
        self._broken = broken
        self.slots: list[Slot] = []
        self.step_seconds = 0.0
        self.steps = 0
        self._batch: _Batch | None = None

    def has_room(self) -> bool:
        return len(self.slots) < self._most

    @torch.inference_mode()
    def admit(self, clip: Clip, prompt: Tensor) -> bool:
        """Take a clip in, if its pages are free. It takes part from the next step on."""
        window = clip.next_window()
        assert window is not None, "a whole clip has no step to make"
        rows = 2 if clip.request.guidance_scale > 1 else 1
        each = pages_for(window.columns.shape[1] - 1)
        pages = self._cache.take(rows * each + pages_for(len(prompt)))
        if pages is None:
            return False
        own = [pages[i * each : (i + 1) * each] for i in range(rows)]
        later = clip.steps_left() - window.steps_left
        slot = Slot(clip, prompt, window, pages, own, pages[rows * each :], later)
        self._decoder.write_prompt(prompt, slot.cross, self._cache)
        self._prefill(slot)
        self._keep_columns()
        self.slots.append(slot)
        self._batch = None
        return True

    def remove(self, slot: Slot, *, clean: bool = False) -> None:
        """Take a clip out as it is, its codes so far kept in it."""
        self._keep_columns()
        slot.clip.keep(slot.window)
        self.slots.remove(slot)
        self._cache.give_back(slot.pages, clean=clean)
        self._batch = None

    @torch.inference_mode()
    def step(self) -> None:
        """Make the next column of every clip."""
        started = time.perf_counter()
        if self._batch is None:
            self._batch = _Batch(self.slots, self._decoder.device)
        batch = self._batch
        logits = self._decoder.logits(batch.tokens(), batch.rows(), self._cache)
        batch.put(sample(logits, batch.uniform(), batch.sampling), logits)
        taken = time.perf_counter() - started
        self.step_seconds = 0.9 * (self.step_seconds or taken) + 0.1 * taken
        self.steps += 1
        for slot in self.slots:
            slot.window.at += 1
            slot.clip.steps_made += 1
            slot.clip.busy_seconds += taken / len(self.slots)
        self._let_go()

    @torch.inference_mode()
    def move_to(self, column: int) -> None:
        """Set every clip to `column` as if it had come there; for measurements at a context."""
        for slot in self.slots:
            slot.window.columns[:, : column + 1] = 0
            slot.window.at = column
        self._batch = None

    def forget_speed(self) -> None:
        """The first steps compile and touch memory: they say nothing of the later ones."""
        self.step_seconds = 0.0

    def unhealthy(self) -> bool:
        return self._batch is not None and bool(self._batch.not_finite(self.slots))

    def _let_go(self) -> None:
        whole = [slot for slot in self.slots if slot.window.steps_left == 0]
        if whole or self.steps % _LOOK_EVERY == 0:
            for slot in self._batch.not_finite(self.slots):
                self.remove(slot, clean=True)
                self._broken(slot)
        for slot in whole:
            if slot in self.slots:
                self.remove(slot)
                self._finished(slot)

    def _keep_columns(self) -> None:
        if self._batch is not None:
            self._batch.keep(self.slots)

    def _prefill(self, slot: Slot) -> None:
        """Write the keys and values of every column before the one that goes in next."""
        for start in range(0, slot.window.at, _PREFILL_COLUMNS):
            end = min(start + _PREFILL_COLUMNS, slot.window.at)
            positions = torch.arange(start, end, device=self._decoder.device)
            tokens = slot.window.columns[:, start:end].T.to(self._decoder.device)
            self._decoder.hidden(tokens, _column_rows(slot, positions), self._cache)


class _Batch:
    """The tensors of one membership: they are built when it changes, and only counted on else."""

    def __init__(self, slots: list[Slot], device: str):
        windows, requests = [s.window for s in slots], [s.clip.request for s in slots]
        widest = max(w.columns.shape[1] for w in windows)
        codebooks = windows[0].columns.shape[0]
        self._columns = torch.zeros(len(slots), codebooks, widest, dtype=torch.int64)
        self._uniform = torch.zeros(len(slots), codebooks, widest)
        for i, window in enumerate(windows):
            self._columns[i, :, : window.columns.shape[1]] = window.columns
            self._uniform[i, :, : window.columns.shape[1]] = window.uniform
        self._columns, self._uniform = self._columns.to(device), self._uniform.to(device)
        self._each = torch.arange(len(slots), device=device)
        self._at = torch.tensor([w.at for w in windows], device=device)
        self._bad = torch.zeros(len(slots), dtype=torch.bool, device=device)
        guided = [i for i, s in enumerate(slots) if len(s.rows) == 2]
        self._guided = torch.tensor(guided, dtype=torch.int64, device=device)
        self._guidance = torch.tensor([float(r.guidance_scale) for r in requests], device=device)
        pages = [s.rows[0] for s in slots] + [slots[i].rows[1] for i in guided]
        self._itself = _table(pages, torch.cat([self._at, self._at[self._guided]]), device)
        self._cross = _table([s.cross for s in slots], torch.tensor([len(s.prompt) for s in slots]), device)
        self.sampling = _sampling(requests, device)

    def tokens(self) -> Tensor:
        return self._columns[self._each, :, self._at]  # [S, K]

    def uniform(self) -> Tensor:
        return self._uniform[self._each, :, self._at + 1]  # [S, K]

    def rows(self) -> Rows:
        self._itself.lengths.add_(1)
        return Rows(self._at, self._guided, self._guidance, self._itself, self._cross)

    def put(self, drawn: Tensor, logits: Tensor) -> None:
        """drawn: [S, K]. A code of the next column that is known already stays."""
        self._at = self._at + 1
        there = self._columns[self._each, :, self._at]
        self._columns[self._each, :, self._at] = torch.where(there == UNKNOWN, drawn, there)
        self._bad |= ~logits.sum(dim=(1, 2)).isfinite()

    def keep(self, slots: list[Slot]) -> None:
        """Give the clips their columns back."""
        columns = self._columns.to("cpu")
        for i, slot in enumerate(slots):
            slot.window.columns = columns[i, :, : slot.window.columns.shape[1]].clone()

    def not_finite(self, slots: list[Slot]) -> list[Slot]:
        return [slot for slot, bad in zip(slots, self._bad.tolist(), strict=True) if bad]


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


def _sampling(requests: list, device: str) -> Sampling:
    off = 1 << 20  # more than any vocabulary: such a clip is not limited
    top_k = [r.top_k or off for r in requests]
    limited = [k for k in top_k if k != off]
    return Sampling(
        temperature=torch.tensor([float(r.temperature) for r in requests], device=device),
        top_k=torch.tensor(top_k, device=device),
        top_p=torch.tensor([float(r.top_p) for r in requests], device=device),
        most=max(limited, default=0),
        nucleus=any(0 < r.top_p < 1 for r in requests),
    )
