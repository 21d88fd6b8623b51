"""The tensors of a running batch, and the step that makes the next column of every clip in it.

Two ways to hold clips. On a CPU the tensors are as large as the clips are many and are made anew
when one enters or leaves. Where steps are recorded (`cuda.py`) they have a place for as many clips as
there may be and stay: a clip enters and leaves by its place's rows. An empty place, and the second row
of a clip without guidance, reads and writes one position of a page that is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from mgb_engine.engine.clip import UNKNOWN
from mgb_engine.engine.request import Submit
from mgb_engine.engine.sampler import Sampling, sample
from mgb_engine.engine.sequence import Sequence
from mgb_engine.kernels.cache import BlockTable, PageCache, pages_for
from mgb_engine.kernels.cuda import Recorder
from mgb_engine.model.architecture import DecoderSizes
from mgb_engine.model.decoder import Decoder, Rows

_OFF = 1 << 20  # a top_k above any vocabulary: such a clip is not limited


@dataclass(frozen=True)
class BatchShape:
    """How large the tensors of a batch are. unconditional: the places that have a second row."""

    places: int
    unconditional: list[int]
    columns: int
    pages: int  # of a row
    prompt_pages: int


class Batch:
    def __init__(self, decoder: Decoder, cache: PageCache, shape: BatchShape):
        self._decoder, self._cache = decoder, cache
        device, codebooks = decoder.device, decoder.sizes.codebooks
        rows = shape.places + len(shape.unconditional)
        self._second_row = {place: shape.places + j for j, place in enumerate(shape.unconditional)}

        def full(value: float, *shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
            return torch.full(shape, value, dtype=dtype, device=device)

        self._columns = full(0, shape.places, codebooks, shape.columns)
        self._uniform = full(0.5, shape.places, codebooks, shape.columns, dtype=torch.float32)
        self._at = full(0, shape.places)
        self._moving = full(0, shape.places)  # 1 where there is a clip
        self._growing = full(0, rows, dtype=torch.int32)
        self._bad = full(0, shape.places, dtype=torch.bool)
        self._itself = BlockTable(
            full(cache.scratch, rows, shape.pages, dtype=torch.int32), full(1, rows, dtype=torch.int32)
        )
        self._cross = BlockTable(
            full(cache.scratch, shape.places, shape.prompt_pages, dtype=torch.int32),
            full(1, shape.places, dtype=torch.int32),
        )
        self._guidance = full(1, shape.places, dtype=torch.float32)
        self._temperature = full(1, shape.places, dtype=torch.float32)
        self._top_k = full(_OFF, shape.places)
        self._top_p = full(0, shape.places, dtype=torch.float32)
        self._each = torch.arange(shape.places, device=device)
        self._unconditional = torch.tensor(shape.unconditional, dtype=torch.int64, device=device)

    def put(self, place: int, sequence: Sequence) -> None:
        window, request = sequence.window, sequence.clip.request
        self._columns[place, :, : window.columns.shape[1]] = window.columns
        self._uniform[place, :, : window.columns.shape[1]] = window.uniform
        self._at[place] = window.at
        self._moving[place] = 1
        self._bad[place] = sequence.is_bad
        self._guidance[place] = request.guidance_scale
        self._temperature[place] = request.temperature
        self._top_k[place] = _limit(request, self._decoder.sizes) or _OFF
        self._top_p[place] = request.top_p
        self._set_pages(self._cross, place, sequence.cross)
        self._cross.lengths[place] = len(sequence.prompt)
        for row, pages in zip(self._rows_of(place), sequence.rows, strict=False):
            self._set_pages(self._itself, row, pages)
            self._itself.lengths[row] = window.at
            self._growing[row] = 1

    def grow(self, place: int, sequence: Sequence) -> None:
        """The sequence has got pages more."""
        for row, pages in zip(self._rows_of(place), sequence.rows, strict=False):
            self._set_pages(self._itself, row, pages)

    def write_back(self, place: int, sequence: Sequence) -> None:
        """Write what was made into the sequence: the place is about to be another's."""
        sequence.window.columns = self._columns[place, :, : sequence.window.columns.shape[1]].cpu().clone()
        sequence.is_bad = bool(self._bad[place])

    def clear(self, place: int) -> None:
        self._at[place] = 0
        self._moving[place] = 0
        self._guidance[place] = 1
        self._top_k[place] = _OFF
        self._top_p[place] = 0
        self._set_pages(self._cross, place, [self._cache.scratch])
        self._cross.lengths[place] = 1
        for row in self._rows_of(place):
            self._set_pages(self._itself, row, [self._cache.scratch])
            self._itself.lengths[row] = 1
            self._growing[row] = 0

    def bad(self) -> list[bool]:
        """Of each place: whether its clip's logits were once not finite."""
        return self._bad.tolist()

    def step(self, most: int, nucleus: bool) -> None:
        """Nothing in here waits for the device or depends on a value on the host but these two.

        most: at least the largest top_k at work; nucleus: whether any top_p is.
        """
        self._itself.lengths.add_(self._growing)
        rows = Rows(self._at, self._unconditional, self._guidance, self._itself, self._cross)
        logits = self._decoder.logits(self._columns[self._each, :, self._at], rows, self._cache)
        following = self._at + 1
        sampling = Sampling(self._temperature, self._top_k, self._top_p, most, nucleus)
        drawn = sample(logits, self._uniform[self._each, :, following], sampling)  # [P, K]
        there = self._columns[self._each, :, following]
        # A code of the next column that is known already stays.
        self._columns[self._each, :, following] = torch.where(there == UNKNOWN, drawn, there)
        self._at.add_(self._moving)
        self._bad.logical_or_(logits.sum(dim=(1, 2)).isfinite().logical_not_())

    def _rows_of(self, place: int) -> list[int]:
        return [place, self._second_row[place]] if place in self._second_row else [place]

    def _set_pages(self, table: BlockTable, row: int, pages: list[int]) -> None:
        # Filled up with a page of its own: what lies there is finite, and weighs nothing.
        padded = pages + pages[-1:] * (table.pages.shape[1] - len(pages))
        table.pages[row] = torch.tensor(padded, dtype=torch.int32)


def _limit(request: Submit, sizes: DecoderSizes) -> int:
    """The top_k of a clip, 0 where there is none: one of the whole vocabulary or more limits nothing."""
    return request.top_k if request.top_k < sizes.codes else 0


@dataclass
class FreshBatch:
    """Tensors of exactly the clips there are."""

    decoder: Decoder
    cache: PageCache
    sequences: list[Sequence] = field(default_factory=list)
    _batch: Batch | None = None

    def enter(self, sequence: Sequence) -> None:
        self._dissolve()
        self.sequences.append(sequence)

    def grow(self, sequence: Sequence) -> None:
        if self._batch is not None:
            self._batch.grow(self.sequences.index(sequence), sequence)

    def leave(self, sequence: Sequence) -> None:
        self._dissolve()
        self.sequences.remove(sequence)

    def step(self) -> None:
        if self._batch is None:
            self._batch = Batch(self.decoder, self.cache, self._shape())
            for place, sequence in enumerate(self.sequences):
                self._batch.put(place, sequence)
        most = max(
            (_limit(sequence.clip.request, self.decoder.sizes) for sequence in self.sequences), default=0
        )
        self._batch.step(most, any(0 < sequence.clip.request.top_p < 1 for sequence in self.sequences))

    def broken(self) -> list[Sequence]:
        bad = self._batch.bad() if self._batch else [False] * len(self.sequences)
        return [sequence for sequence, is_bad in zip(self.sequences, bad, strict=True) if is_bad]

    def _dissolve(self) -> None:
        if self._batch is not None:
            for place, sequence in enumerate(self.sequences):
                self._batch.write_back(place, sequence)
        self._batch = None

    def _shape(self) -> BatchShape:
        widest = max(sequence.window.columns.shape[1] for sequence in self.sequences)
        return BatchShape(
            places=len(self.sequences),
            unconditional=[i for i, sequence in enumerate(self.sequences) if len(sequence.rows) == 2],
            columns=widest,
            pages=pages_for(widest - 1),
            prompt_pages=max(len(sequence.cross) for sequence in self.sequences),
        )


class FixedBatch:
    """Tensors for every place and steps recorded over them: always of the same sizes, so that a clip's
    numbers are the same whoever is in the other places.
    """

    _PROMPT_PAGES = pages_for(1024)  # 1,000 characters are hardly ever more tokens
    _USUAL_TOP_K = 256

    def __init__(self, decoder: Decoder, cache: PageCache, places: int, columns: int, recorder: Recorder):
        self._decoder, self._cache, self._recorder = decoder, cache, recorder
        self._columns = columns
        self._places: list[Sequence | None] = [None] * places
        self._prepare(self._PROMPT_PAGES)

    @property
    def sequences(self) -> list[Sequence]:
        return [sequence for sequence in self._places if sequence is not None]

    def enter(self, sequence: Sequence) -> None:
        if len(sequence.cross) > self._prompt_pages:
            self._widen(len(sequence.cross))
        place = self._places.index(None)
        self._batch.put(place, sequence)
        self._places[place] = sequence

    def grow(self, sequence: Sequence) -> None:
        self._batch.grow(self._places.index(sequence), sequence)

    def leave(self, sequence: Sequence) -> None:
        place = self._places.index(sequence)
        self._batch.write_back(place, sequence)
        self._batch.clear(place)
        self._places[place] = None

    def step(self) -> None:
        requests = [sequence.clip.request for sequence in self.sequences]
        most = max((_limit(request, self._decoder.sizes) for request in requests), default=0)
        enough = next(k for k in self._ranked if k >= most)
        self._replays[enough, any(0 < request.top_p < 1 for request in requests)]()
        self._recorder.keep_pace()

    def broken(self) -> list[Sequence]:
        bad = self._batch.bad()
        return [sequence for sequence, is_bad in zip(self._places, bad, strict=True) if sequence and is_bad]

    @torch.inference_mode()
    def _prepare(self, prompt_pages: int) -> None:
        """Record the steps while all places are empty: recording runs them, and must move no clip."""
        places = len(self._places)
        shape = BatchShape(
            places, list(range(places)), self._columns, pages_for(self._columns - 1), prompt_pages
        )
        self._prompt_pages = prompt_pages
        self._batch = Batch(self._decoder, self._cache, shape)
        codes = self._decoder.sizes.codes
        self._ranked = sorted({min(self._USUAL_TOP_K, codes), codes})
        self._replays = {
            (most, nucleus): self._recorder.record(partial(self._batch.step, most, nucleus))
            for most in self._ranked
            for nucleus in (False, True)
        }

    def _widen(self, prompt_pages: int) -> None:
        """For a prompt longer than any before it."""
        here = [(place, sequence) for place, sequence in enumerate(self._places) if sequence]
        for place, sequence in here:
            self._batch.write_back(place, sequence)
        self._prepare(prompt_pages)
        for place, sequence in here:
            self._batch.put(place, sequence)
