"""Attention of single positions over paged keys and values.

Each row asks with one position and reads only its own valid length. Two implementations with one
meaning: plain torch for every device, and a compiled kernel for the CPU (`attention_cpu.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mgb_engine.cache import PAGE, PageCache

_COMPILED_FROM_WIDTH = 256  # a smaller model starts sooner than the kernel would compile


@dataclass(frozen=True)
class PageTable:
    """Where the rows' positions lie. pages: [R, W] int32; lengths: [R] int32, the valid positions."""

    pages: Tensor
    lengths: Tensor

    def first(self, rows: int) -> PageTable:
        return PageTable(self.pages[:rows], self.lengths[:rows])


def append_and_attend(
    cache: PageCache, layer: int, q: Tensor, k: Tensor, v: Tensor, table: PageTable
) -> Tensor:
    """Write k and v as each row's last valid position, then attend.

    q, k, v: [R, H, D] float32. Rows of one sequence must come in the order of their positions.
    Returns [R, H * D] float32.
    """
    if kernel := _cpu_kernel(cache):
        return kernel.append_and_attend(cache, layer, q, k, v, table)
    last = table.lengths.long() - 1  # [R]
    page = table.pages.long().gather(1, (last // PAGE)[:, None])[:, 0]  # [R]
    cache.keys[layer][page, :, :, last % PAGE] = k.to(cache.shape.dtype)
    cache.values[layer][page, :, last % PAGE] = v.to(cache.shape.dtype)
    return attend(cache, layer, q, table)


def attend(cache: PageCache, layer: int, q: Tensor, table: PageTable) -> Tensor:
    """q: [R, H, D] float32 -> [R, H * D] float32."""
    if kernel := _cpu_kernel(cache):
        return kernel.attend(cache, layer, q, table)
    rows, heads, size = q.shape
    pages = table.pages.long()
    keys = cache.keys[layer][pages].permute(0, 2, 3, 1, 4).reshape(rows, heads, size, -1)  # [R, H, D, W*64]
    values = (
        cache.values[layer][pages].permute(0, 2, 1, 3, 4).reshape(rows, heads, -1, size)
    )  # [R, H, W*64, D]
    valid = torch.arange(keys.shape[-1], device=q.device) < table.lengths[:, None]  # [R, W*64]
    scores = (q[:, :, None] * size**-0.5) @ keys.float()  # [R, H, 1, W*64]
    weights = scores.masked_fill(~valid[:, None, None], float("-inf")).softmax(dim=-1)
    return (weights @ values.float()).reshape(rows, heads * size)


def _cpu_kernel(cache: PageCache):
    """The compiled kernel where it runs and pays, else None."""
    narrow = cache.shape.heads * cache.shape.head_size < _COMPILED_FROM_WIDTH
    if narrow or cache.keys[0].device.type != "cpu":
        return None
    try:
        from mgb_engine import attention_cpu
    except ImportError:  # numba follows a new Python some months late
        return None
    return attention_cpu
