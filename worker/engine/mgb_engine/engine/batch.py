"""The tensors of a running batch, and the step that makes the next column of every clip in it.

Two ways to hold clips. On a CPU the tensors are as large as the clips are many and are made anew
when one enters or leaves. Where steps are recorded (`cuda.py`) they have a place for as many clips as
there may be and stay: a clip enters and leaves by its place's rows. An empty place, and the second row
of a clip without guidance, reads and writes one position of a page that is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
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


class Batch:
    def __init__(
        self,
        decoder: Decoder,
        cache: PageCache,
        places: int,
        unconditional: list[int],
        columns: int,
        prompt_pages: int,
    ):
        """unconditional: the places that have a second row."""
        self._decoder, self._cache = decoder, cache
        device, codebooks = decoder.device, decoder.sizes.codebooks
        rows, pages = places + len(unconditional), pages_for(columns - 1)
        self._second_row = {place: places + j for j, place in enumerate(unconditional)}

        def full(value: float, *shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
            return torch.full(shape, value, dtype=dtype, device=device)

        def table(rows: int, pages: int) -> BlockTable:
            at = full(cache.scratch, rows, pages, dtype=torch.int32)
            return BlockTable(at, full(1, rows, dtype=torch.int32))

        self._columns = full(0, places, codebooks, columns)
        self._uniform = full(0.5, places, codebooks, columns, dtype=torch.float32)
        self._at = full(0, places)
        self._moving = full(0, places)  # 1 where there is a clip
        self._growing = full(0, rows, dtype=torch.int32)
        self._bad = full(0, places, dtype=torch.bool)
        self._itself, self._cross = table(rows, pages), table(places, prompt_pages)
        self._guidance = full(1, places, dtype=torch.float32)
        self._temperature = full(1, places, dtype=torch.float32)
        self._top_k = full(_OFF, places)
        self._top_p = full(0, places, dtype=torch.float32)
        self._each = torch.arange(places, device=device)
        self._unconditional = torch.tensor(unconditional, dtype=torch.int64, device=device)

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


@dataclass(frozen=True)
class Recording:
    """places: for how many clips; columns: the most that a window has."""

    recorder: Recorder
    places: int
    columns: int


class RunningBatch:
    """Who is in the batch, and at which place of its tensors.

    Without a recording the tensors are of exactly the clips there are. With one they have every place, and
    steps are recorded over them: always of the same sizes, so that a clip's numbers are the same whoever
    is in the other places.
    """

    _PROMPT_PAGES = pages_for(1024)  # 1,000 characters are hardly ever more tokens
    _USUAL_TOP_K = 256

    def __init__(self, decoder: Decoder, cache: PageCache, recording: Recording | None = None):
        self._decoder, self._cache, self._recording = decoder, cache, recording
        self._places: list[Sequence | None] = [None] * (recording.places if recording else 0)
        self._prompt_pages = self._PROMPT_PAGES
        self._batch: Batch | None = None
        if recording:
            self._form()

    @property
    def sequences(self) -> list[Sequence]:
        return [sequence for sequence in self._places if sequence is not None]

    def enter(self, sequence: Sequence) -> None:
        if self._recording is None:
            self._dissolve()
            self._places.append(sequence)
            return
        if len(sequence.cross) > self._prompt_pages:  # longer than any prompt before it
            self._prompt_pages = len(sequence.cross)
            self._dissolve()
            self._form()
        place = self._places.index(None)
        self._batch.put(place, sequence)
        self._places[place] = sequence

    def grow(self, sequence: Sequence) -> None:
        """It has got pages more."""
        if self._batch is not None:
            self._batch.grow(self._places.index(sequence), sequence)

    def leave(self, sequence: Sequence) -> None:
        place = self._places.index(sequence)
        if self._recording is None:
            self._dissolve()
            del self._places[place]
            return
        self._batch.write_back(place, sequence)
        self._batch.clear(place)
        self._places[place] = None

    def step(self) -> None:
        if self._batch is None:
            self._form()
        requests = [sequence.clip.request for sequence in self.sequences]
        most = max((_limit(request, self._decoder.sizes) for request in requests), default=0)
        nucleus = any(0 < request.top_p < 1 for request in requests)
        if self._recording is None:
            self._batch.step(most, nucleus)
            return
        enough = next(k for k in self._ranked if k >= most)
        self._replays[enough, nucleus]()
        self._recording.recorder.keep_pace()

    def broken(self) -> list[Sequence]:
        """Those whose logits were once not finite."""
        if self._batch is None:
            return [sequence for sequence in self.sequences if sequence.is_bad]
        bad = self._batch.bad()
        return [sequence for sequence, is_bad in zip(self._places, bad, strict=True) if sequence and is_bad]

    @torch.inference_mode()
    def _form(self) -> None:
        sequences, fixed = self.sequences, self._recording
        if fixed:
            places, unconditional = fixed.places, list(range(fixed.places))
            columns, prompt_pages = fixed.columns, self._prompt_pages
        else:
            places = len(sequences)
            unconditional = [i for i, sequence in enumerate(sequences) if len(sequence.rows) == 2]
            columns = max(sequence.window.columns.shape[1] for sequence in sequences)
            prompt_pages = max(len(sequence.cross) for sequence in sequences)
        self._batch = Batch(self._decoder, self._cache, places, unconditional, columns, prompt_pages)
        if fixed:  # while all places are empty: recording runs the steps, and must move no clip
            self._record(fixed.recorder, self._batch)
        for place, sequence in enumerate(self._places):
            if sequence is not None:
                self._batch.put(place, sequence)

    def _dissolve(self) -> None:
        if self._batch is not None:
            for place, sequence in enumerate(self._places):
                if sequence is not None:
                    self._batch.write_back(place, sequence)
        self._batch = None

    def _record(self, recorder: Recorder, batch: Batch) -> None:
        codes = self._decoder.sizes.codes
        self._ranked = sorted({min(self._USUAL_TOP_K, codes), codes})
        self._replays = {
            (most, nucleus): recorder.record(partial(batch.step, most, nucleus))
            for most in self._ranked
            for nucleus in (False, True)
        }
