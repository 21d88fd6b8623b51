"""Keys and values of running clips, in pages.

A page holds 64 positions of one row in every layer. Clips take pages as they come to need them. Who
steps clips reserves the most that they will hold together (`engine/lookahead.py`) before it takes one in;
reservations never exceed the pages there are, so none runs out in the middle.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

PAGE = 64
_LARGE_PAGE = 2 << 20  # bytes, of the processor's memory


def pages_for(positions: int) -> int:
    return -(-positions // PAGE)


@dataclass(frozen=True)
class CacheShape:
    layers: int
    heads: int
    head_size: int
    dtype: torch.dtype

    def page_bytes(self) -> int:
        return 2 * self.layers * self.heads * self.head_size * PAGE * self.dtype.itemsize


@dataclass(frozen=True)
class BlockTable:
    """Where rows' positions lie. pages: [R, W] int32; lengths: [R] int32, the valid positions."""

    pages: Tensor
    lengths: Tensor

    def first(self, rows: int) -> BlockTable:
        return BlockTable(self.pages[:rows], self.lengths[:rows])


class PageCache:
    """keys[layer] and values[layer]: [pages, H, 64, D]. Safe from many threads.

    `scratch` is a page more, that nobody gets: empty places of a batch read and write there.
    """

    def __init__(self, shape: CacheShape, pages: int, device: str):
        self.shape = shape
        self.scratch = pages
        sizes = (pages + 1, shape.heads, PAGE, shape.head_size)
        self.keys = [_zeros(sizes, shape.dtype, device) for _ in range(shape.layers)]
        self.values = [_zeros(sizes, shape.dtype, device) for _ in range(shape.layers)]
        self._free = list(range(pages - 1, -1, -1))
        self._reserved: dict[Hashable, int] = {}
        self._lock = threading.Lock()
        self.pages = pages

    def reserve(self, holder: Hashable, count: int) -> bool:
        """From now on `holder` takes at most `count` pages in all. False, and as before, when there would
        be too few beside what the others reserved. Less than before is always granted.
        """
        with self._lock:
            others = sum(self._reserved.values()) - self._reserved.get(holder, 0)
            fits = others + count <= self.pages
            if fits:
                self._reserved[holder] = count
            return fits

    def hand_over(self, giver: Hashable, taker: Hashable, count: int) -> None:
        """`taker` has `count` pages reserved from now on, and `giver` none: together they have no more."""
        with self._lock:
            had = self._reserved.pop(giver) + self._reserved.get(taker, 0)
            assert count <= had, "pages were handed over that nobody reserved"
            self._reserved[taker] = count

    def take(self, count: int) -> list[int]:
        """Within what was reserved: there are as many."""
        with self._lock:
            assert count <= len(self._free), "pages were taken that nobody reserved"
            return [self._free.pop() for _ in range(count)]

    def release(self, pages: list[int], *, clean: bool = False) -> None:
        """`clean` wipes them first: what is not finite would reach the next clip as 0 x NaN."""
        if clean:
            self.wipe(pages)
        with self._lock:
            self._free.extend(pages)

    def wipe(self, pages: list[int]) -> None:
        for store in (*self.keys, *self.values):
            store[pages] = 0

    def free(self) -> int:
        with self._lock:
            return len(self._free)


def _zeros(shape: tuple[int, ...], dtype: torch.dtype, device: str) -> Tensor:
    if device != "cpu":
        return torch.zeros(shape, dtype=dtype, device=device)
    # NumPy's zeros are pages of memory that nobody has touched: they cost nothing until used.
    # torch.zeros writes them all. Left alone they would begin 16 bytes behind a page's start, and each of
    # the kernels' loads would lie across two lines of the processor's cache.
    size = math.prod(shape) * dtype.itemsize
    raw = np.zeros(size + _LARGE_PAGE, np.uint8)
    start = -raw.ctypes.data % _LARGE_PAGE
    bits = raw[start : start + size].view(np.uint16 if dtype.itemsize == 2 else np.float32).reshape(shape)
    return torch.from_numpy(bits).view(dtype)
