"""A lane: one running batch and the thread that steps it.

Each step takes in whatever waits and fits, makes one column of
every clip, and lets go of what is whole. On a CPU there is a lane a core: lanes need no barrier
with each other, while threads inside an operation would meet at one several hundred times a step.
"""

from __future__ import annotations

import time

import torch
from torch import Tensor

from mgb_engine.engine.batch import RunningBatch
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.lookahead import Need, peak_pages
from mgb_engine.engine.sequence import Sequence
from mgb_engine.kernels.cache import BlockTable, PageCache, pages_for
from mgb_engine.model.decoder import Decoder, Rows

_PREFILL_COLUMNS = 128
_LOOK_EVERY = 16  # steps between two looks at what only the host needs to know


class Lane:
    """Not for two threads at once."""

    def __init__(self, decoder: Decoder, cache: PageCache, slots: int, batch: RunningBatch | None = None):
        self._decoder = decoder
        self._cache = cache
        self._most = slots
        self._batch = batch or RunningBatch(decoder, cache)
        self.step_seconds = 0.0
        self.steps = 0
        self.seconds = 0.0  # that all steps took

    @property
    def sequences(self) -> list[Sequence]:
        return self._batch.sequences

    def has_room(self) -> bool:
        return len(self.sequences) < self._most

    @torch.inference_mode()
    def admit(self, clip: Clip, prompt: Tensor) -> bool:
        """Take a clip in, if it fits beside the others to its end. It takes part from the next step on."""
        sequence = self._begin(clip, prompt)
        if sequence is None:
            return False
        try:
            self._decoder.write_prompt(prompt, sequence.cross, self._cache)
            self._prefill(sequence)
            self._batch.enter(sequence)
        except Exception:
            self._give_up(sequence, clean=True)
            raise
        return True

    @torch.inference_mode()
    def admit_at(self, clip: Clip, prompt: Tensor, column: int) -> bool:
        """For a trial: take a clip in as if it had come to this column, of which nothing was computed."""
        sequence = self._begin(clip, prompt)
        if sequence is None:
            return False
        sequence.window.columns.clamp_(min=0)
        sequence.window.at = column
        self._take_pages(sequence)
        if column:
            self._cache.wipe(sequence.pages)  # memory that nobody has touched would cost nothing to read
        self._decoder.write_prompt(prompt, sequence.cross, self._cache)
        self._batch.enter(sequence)
        return True

    def _begin(self, clip: Clip, prompt: Tensor) -> Sequence | None:
        """None while there would be too few pages at some later step."""
        window = clip.next_window()
        assert window is not None, "a whole clip has no step to make"
        rows = 2 if clip.request.guidance_scale > 1 else 1
        need = Need(rows, window.at, window.steps_left, pages_for(len(prompt)))
        if not self._cache.reserve(self, peak_pages([*self._needs(), need])):
            return None
        later = clip.steps_left() - window.steps_left
        sequence = Sequence(
            clip, prompt, window, [[] for _ in range(rows)], self._cache.take(need.fixed), later
        )
        self._take_pages(sequence)
        return sequence

    def _needs(self) -> list[Need]:
        return [sequence.need() for sequence in self.sequences]

    def _take_pages(self, sequence: Sequence) -> bool:
        """As many as the next step needs. Whether there were any to take."""
        wanted = pages_for(sequence.window.at + 1) - len(sequence.rows[0])
        if wanted <= 0:
            return False
        for row in sequence.rows:
            row.extend(self._cache.take(wanted))
        return True

    def _give_up(self, sequence: Sequence, *, clean: bool) -> None:
        """Its pages, and what was held for its later steps."""
        self._cache.release(sequence.pages, clean=clean)
        self._cache.reserve(self, peak_pages(self._needs()))

    @torch.inference_mode()
    def remove(self, sequence: Sequence, *, clean: bool = False) -> None:
        """Take a clip out as it is, its codes so far kept in it."""
        self._batch.leave(sequence)
        sequence.clip.keep(sequence.window)
        self._give_up(sequence, clean=clean)

    @torch.inference_mode()
    def hand_over(self, sequence: Sequence) -> bool:
        """Take a clip out that another lane goes on with: its pages stay its own. False, and as before, while
        there are too few for it and this lane's others each by themselves.
        """
        if not self._cache.reserve(sequence, peak_pages([sequence.need()])):
            return False
        self._batch.leave(sequence)
        self._cache.reserve(self, peak_pages(self._needs()))
        return True

    @torch.inference_mode()
    def take_over(self, sequence: Sequence) -> None:
        """Of another lane. It takes part from the next step on."""
        self._cache.hand_over(sequence, self, peak_pages([*self._needs(), sequence.need()]))
        self._batch.enter(sequence)

    @torch.inference_mode()
    def step(self) -> list[Sequence]:
        """Make the next column of every clip. Returns those that left: their windows are whole, or their
        numbers are not finite.
        """
        started = time.perf_counter()
        for sequence in self.sequences:
            if self._take_pages(sequence):
                self._batch.grow(sequence)
        self._batch.step()
        taken = time.perf_counter() - started
        self.step_seconds = 0.9 * (self.step_seconds or taken) + 0.1 * taken
        self.steps += 1
        self.seconds += taken
        sequences = self.sequences
        for sequence in sequences:
            sequence.window.at += 1
            sequence.clip.steps_made += 1
            sequence.clip.busy_seconds += taken / len(sequences)
        return self._let_go()

    def drop_broken(self) -> list[Sequence]:
        """Let go of clips whose numbers are not finite, and return them."""
        broken = self._batch.broken()
        for sequence in broken:
            self.remove(sequence, clean=True)
        return broken

    def _let_go(self) -> list[Sequence]:
        whole = [sequence for sequence in self.sequences if sequence.window.steps_left == 0]
        broken = self.drop_broken() if whole or self.steps % _LOOK_EVERY == 0 else []
        whole = [sequence for sequence in whole if sequence not in broken]
        for sequence in whole:
            self.remove(sequence)
        return broken + whole

    def _prefill(self, sequence: Sequence) -> None:
        """Write the keys and values of every column before the one that goes in next."""
        for start in range(0, sequence.window.at, _PREFILL_COLUMNS):
            end = min(start + _PREFILL_COLUMNS, sequence.window.at)
            positions = torch.arange(start, end, device=self._decoder.device)
            tokens = sequence.window.columns[:, start:end].T.to(self._decoder.device)
            self._decoder.hidden(tokens, _column_rows(sequence, positions), self._cache)


def _column_rows(sequence: Sequence, positions: Tensor) -> Rows:
    """Many columns of one clip as rows of a step: each reads up to its own position."""
    count, device = len(positions), positions.device
    pages = [row for row in sequence.rows for _ in range(count)]
    every = torch.arange(count if len(sequence.rows) == 2 else 0, device=device)
    return Rows(
        positions=positions,
        unconditional=every,
        guidance=torch.ones(count, device=device),
        itself=_table(pages, (positions + 1).repeat(len(sequence.rows)), str(device)),
        cross=_table([sequence.cross] * count, torch.full((count,), len(sequence.prompt)), str(device)),
    )


def _table(pages: list[list[int]], lengths: Tensor, device: str) -> BlockTable:
    widest = max(len(row) for row in pages)
    padded = [row + row[-1:] * (widest - len(row)) for row in pages]
    table = torch.tensor(padded, dtype=torch.int32, device=device)
    return BlockTable(table, lengths.to(device, torch.int32))
