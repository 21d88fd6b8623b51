"""The tensors of a running batch, and the step that makes the next column of every clip in it.

Two ways to hold clips. On a CPU the tensors are as large as the clips are many and are made anew
when one enters or leaves. Where steps are recorded (`cuda.py`) they have a place for every slot and
stay: a clip enters and leaves by its place's rows. An empty place, and the second row of a clip
without guidance, reads and writes one position of a page that is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from mgb_engine.engine.clip import UNKNOWN, Clip, Window
from mgb_engine.engine.request import Submit
from mgb_engine.engine.sampler import Sampling, sample
from mgb_engine.kernels.cache import PageCache, PageTable, pages_for
from mgb_engine.kernels.cuda import Recorder
from mgb_engine.model.architecture import DecoderSizes
from mgb_engine.model.decoder import Decoder, Rows

_OFF = 1 << 20  # a top_k above any vocabulary: such a clip is not limited


@dataclass(eq=False)
class Slot:
    """A clip on its way. pages: all it holds; rows: those of its one row, or two with guidance."""

    clip: Clip
    prompt: Tensor  # [T, text width]
    window: Window
    pages: list[int]
    rows: list[list[int]]
    cross: list[int]
    later_steps: int  # those of the clip's windows after this one
    is_bad: bool = False  # its logits were once not finite

    @property
    def steps_left(self) -> int:
        return self.later_steps + self.window.steps_left


@dataclass(frozen=True)
class Room:
    """How large the tensors of a batch are. guided: the places that have a second row."""

    places: int
    guided: list[int]
    columns: int
    pages: int  # of a row
    prompt_pages: int


class Batch:
    def __init__(self, decoder: Decoder, cache: PageCache, room: Room):
        self._decoder, self._cache = decoder, cache
        device, codebooks = decoder.device, decoder.sizes.codebooks
        rows = room.places + len(room.guided)
        self._second = {place: room.places + j for j, place in enumerate(room.guided)}

        def full(value: float, *shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
            return torch.full(shape, value, dtype=dtype, device=device)

        self._columns = full(0, room.places, codebooks, room.columns)
        self._uniform = full(0.5, room.places, codebooks, room.columns, dtype=torch.float32)
        self._at = full(0, room.places)
        self._moving = full(0, room.places)  # 1 where there is a clip
        self._growing = full(0, rows, dtype=torch.int32)
        self._bad = full(0, room.places, dtype=torch.bool)
        self._itself = PageTable(
            full(cache.scratch, rows, room.pages, dtype=torch.int32), full(1, rows, dtype=torch.int32)
        )
        self._cross = PageTable(
            full(cache.scratch, room.places, room.prompt_pages, dtype=torch.int32),
            full(1, room.places, dtype=torch.int32),
        )
        self._guidance = full(1, room.places, dtype=torch.float32)
        self._temperature = full(1, room.places, dtype=torch.float32)
        self._top_k = full(_OFF, room.places)
        self._top_p = full(0, room.places, dtype=torch.float32)
        self._each = torch.arange(room.places, device=device)
        self._guided = torch.tensor(room.guided, dtype=torch.int64, device=device)

    def put(self, place: int, slot: Slot) -> None:
        window, request = slot.window, slot.clip.request
        self._columns[place, :, : window.columns.shape[1]] = window.columns
        self._uniform[place, :, : window.columns.shape[1]] = window.uniform
        self._at[place] = window.at
        self._moving[place] = 1
        self._bad[place] = slot.is_bad
        self._guidance[place] = request.guidance_scale
        self._temperature[place] = request.temperature
        self._top_k[place] = _limit(request, self._decoder.sizes) or _OFF
        self._top_p[place] = request.top_p
        self._set_row(self._cross, place, slot.cross, len(slot.prompt))
        for row, pages in zip(self._rows_of(place), slot.rows, strict=False):
            self._set_row(self._itself, row, pages, window.at)
            self._growing[row] = 1

    def give_back(self, place: int, slot: Slot) -> None:
        """Write what was made into the slot: the place is about to be another's."""
        slot.window.columns = self._columns[place, :, : slot.window.columns.shape[1]].cpu().clone()
        slot.is_bad = bool(self._bad[place])

    def clear(self, place: int) -> None:
        self._at[place] = 0
        self._moving[place] = 0
        self._guidance[place] = 1
        self._top_k[place] = _OFF
        self._top_p[place] = 0
        self._set_row(self._cross, place, [self._cache.scratch], 1)
        for row in self._rows_of(place):
            self._set_row(self._itself, row, [self._cache.scratch], 1)
            self._growing[row] = 0

    def bad(self) -> list[bool]:
        """Of each place: whether its clip's logits were once not finite."""
        return self._bad.tolist()

    def step(self, most: int, nucleus: bool) -> None:
        """Nothing in here waits for the device or depends on a value on the host but these two.

        most: at least the largest top_k at work; nucleus: whether any top_p is.
        """
        self._itself.lengths.add_(self._growing)
        rows = Rows(self._at, self._guided, self._guidance, self._itself, self._cross)
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
        return [place, self._second[place]] if place in self._second else [place]

    def _set_row(self, table: PageTable, row: int, pages: list[int], length: int) -> None:
        # Filled up with a page of its own: what lies there is finite, and weighs nothing.
        padded = pages + pages[-1:] * (table.pages.shape[1] - len(pages))
        table.pages[row] = torch.tensor(padded, dtype=torch.int32)
        table.lengths[row] = length


def _limit(request: Submit, sizes: DecoderSizes) -> int:
    """The top_k of a clip, 0 where there is none: one of the whole vocabulary or more limits nothing."""
    return request.top_k if request.top_k < sizes.codes else 0


@dataclass
class FreshBatch:
    """Tensors of exactly the clips there are."""

    decoder: Decoder
    cache: PageCache
    slots: list[Slot] = field(default_factory=list)
    _batch: Batch | None = None

    def enter(self, slot: Slot) -> None:
        self._dissolve()
        self.slots.append(slot)

    def leave(self, slot: Slot) -> None:
        self._dissolve()
        self.slots.remove(slot)

    def step(self) -> None:
        if self._batch is None:
            self._batch = Batch(self.decoder, self.cache, self._room())
            for place, slot in enumerate(self.slots):
                self._batch.put(place, slot)
        most = max((_limit(slot.clip.request, self.decoder.sizes) for slot in self.slots), default=0)
        self._batch.step(most, any(0 < slot.clip.request.top_p < 1 for slot in self.slots))

    def broken(self) -> list[Slot]:
        bad = self._batch.bad() if self._batch else [False] * len(self.slots)
        return [slot for slot, is_bad in zip(self.slots, bad, strict=True) if is_bad]

    def _dissolve(self) -> None:
        if self._batch is not None:
            for place, slot in enumerate(self.slots):
                self._batch.give_back(place, slot)
        self._batch = None

    def _room(self) -> Room:
        return Room(
            places=len(self.slots),
            guided=[i for i, slot in enumerate(self.slots) if len(slot.rows) == 2],
            columns=max(slot.window.columns.shape[1] for slot in self.slots),
            pages=max(len(slot.rows[0]) for slot in self.slots),
            prompt_pages=max(len(slot.cross) for slot in self.slots),
        )


class FixedBatch:
    """Tensors for every slot and steps recorded over them: always of the same sizes, so that a clip's
    numbers are the same whoever is in the other places.
    """

    _PROMPT_PAGES = pages_for(1024)  # 1,000 characters are hardly ever more tokens
    _USUAL_TOP_K = 256

    def __init__(self, decoder: Decoder, cache: PageCache, places: int, columns: int, recorder: Recorder):
        self._decoder, self._cache, self._recorder = decoder, cache, recorder
        self._columns = columns
        self._places: list[Slot | None] = [None] * places
        self._prepare(self._PROMPT_PAGES)

    @property
    def slots(self) -> list[Slot]:
        return [slot for slot in self._places if slot is not None]

    def enter(self, slot: Slot) -> None:
        if len(slot.cross) > self._prompt_pages:
            self._widen(len(slot.cross))
        place = self._places.index(None)
        self._batch.put(place, slot)
        self._places[place] = slot

    def leave(self, slot: Slot) -> None:
        place = self._places.index(slot)
        self._batch.give_back(place, slot)
        self._batch.clear(place)
        self._places[place] = None

    def step(self) -> None:
        requests = [slot.clip.request for slot in self.slots]
        most = max((_limit(request, self._decoder.sizes) for request in requests), default=0)
        enough = next(k for k in self._ranked if k >= most)
        self._replays[enough, any(0 < request.top_p < 1 for request in requests)]()
        self._recorder.keep_pace()

    def broken(self) -> list[Slot]:
        bad = self._batch.bad()
        return [slot for slot, is_bad in zip(self._places, bad, strict=True) if slot and is_bad]

    @torch.inference_mode()
    def _prepare(self, prompt_pages: int) -> None:
        """Record the steps while all places are empty: recording runs them, and must move no clip."""
        places = len(self._places)
        room = Room(places, list(range(places)), self._columns, pages_for(self._columns - 1), prompt_pages)
        self._prompt_pages = prompt_pages
        self._batch = Batch(self._decoder, self._cache, room)
        codes = self._decoder.sizes.codes
        self._ranked = sorted({min(self._USUAL_TOP_K, codes), codes})
        self._replays = {
            (most, nucleus): self._recorder.record(partial(self._batch.step, most, nucleus))
            for most in self._ranked
            for nucleus in (False, True)
        }

    def _widen(self, prompt_pages: int) -> None:
        """For a prompt longer than any before it."""
        here = [(place, slot) for place, slot in enumerate(self._places) if slot]
        for place, slot in here:
            self._batch.give_back(place, slot)
        self._prepare(prompt_pages)
        for place, slot in here:
            self._batch.put(place, slot)
