"""CUDA's attention kernels, in Triton, which torch's CUDA builds bring along.

A program is one head of one row's chunk of 4 pages: it goes through them and keeps the running maximum
and sum of the softmax (Milakov and Gimelshein, arXiv:1805.02867), so that every key and value is read
once and nothing is gathered. What lies behind a row's end is never read. A second launch adds up each
row's chunks, in their order.

A row is always cut at the same places, however many rows there are: its numbers are the same whatever
the other rows are, and a long clip alone still keeps a GPU at work (2 rows of 16 heads would be 32
programs; in chunks they are up to 192). What is written between the launches is 1/128 of what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
import triton
import triton.language as tl
from torch import Tensor

from mgb_engine.kernels.cache import PAGE, BlockTable, CacheShape, PageCache

CHUNK = 4  # pages
_WIDEST_HEAD = 128  # a wider one would not leave a T4's registers room for a page


def attend(cache: PageCache, layer: int, qkv: Tensor, table: BlockTable) -> Tensor:
    """As `attention.attend`."""
    rows, parts, heads, size = qkv.shape
    qkv = qkv.contiguous()
    keys, values = cache.keys[layer], cache.values[layer]
    width = table.pages.shape[1]
    chunks = -(-width // CHUNK)
    row = {"ROW": parts * heads * size}
    sizes = {"H": heads, "D": size, "PAGE": PAGE}
    if parts == 3:
        # A launch of its own: rows of one sequence read what the rows before them write.
        _write_last[rows, heads](qkv, keys, values, table.pages, table.lengths, width, **row, **sizes)
    sums = torch.empty(rows, heads, chunks, size, dtype=torch.float32, device=qkv.device)
    tops, totals = torch.empty(2, rows, heads, chunks, dtype=torch.float32, device=qkv.device)
    _attend_chunks[rows, heads, chunks](
        qkv, keys, values, table.pages, table.lengths, sums, tops, totals, width, size**-0.5,
        **row, **sizes, CHUNK=CHUNK,
    )  # fmt: skip
    out = torch.empty(rows, heads * size, dtype=qkv.dtype, device=qkv.device)
    _add_chunks[rows, heads](table.lengths, sums, tops, totals, out, chunks, **sizes, CHUNK=CHUNK)
    return out


def compiled() -> int:
    """Of every device; the first of what Triton keeps for one is its kernels by the kind of arguments."""
    return sum(len(kept[0]) for kernel in KERNELS for kept in kernel.device_caches.values())


def refusal(shape: CacheShape) -> str | None:
    """Why these sizes cannot be done, None where they can: Triton's vectors have powers of 2."""
    size = shape.head_size
    runs = size & (size - 1) == 0 and size <= _WIDEST_HEAD
    return None if runs else f"a head of {size} is no power of 2 up to {_WIDEST_HEAD}"


def agrees_with(
    plainly: Callable[[PageCache, int, Tensor, BlockTable], Tensor], device: str, shape: CacheShape
) -> bool:
    """Whether the kernels compile here and compute what `plainly` does. Raises what Triton raises."""
    lengths, heads, size = [1, PAGE, PAGE + 1, CHUNK * PAGE + 7], shape.heads, shape.head_size
    cache = PageCache(replace(shape, layers=1), (CHUNK + 1) * len(lengths), device)
    draw = torch.Generator().manual_seed(1)
    for store in (*cache.keys, *cache.values):
        store.copy_(torch.randn(store.shape, generator=draw))
    pages = torch.randperm((CHUNK + 1) * len(lengths), generator=draw).view(len(lengths), -1).int()
    table = BlockTable(pages.to(device), torch.tensor(lengths, dtype=torch.int32, device=device))
    qkv = torch.randn(len(lengths), 3, heads, size, generator=draw).to(device, shape.dtype)
    # Ours first: what it fails to write, the other would have written for it.
    ours = attend(cache, 0, qkv, table)
    again = attend(cache, 0, qkv[:, :1], table)
    wanted = plainly(cache, 0, qkv, table)
    return all(
        torch.allclose(found.float(), wanted.float(), atol=2e-3, rtol=2**-7) for found in (ours, again)
    )


# `width` is the longest clip's pages: by its value the compiler would make a kernel anew in mid-run, at
# the first clip that is longer or shorter than those before.
@triton.jit(do_not_specialize=["width"])
def _write_last(
    qkv, keys, values, pages, lengths, width,
    ROW: tl.constexpr, H: tl.constexpr, D: tl.constexpr, PAGE: tl.constexpr,
):  # fmt: skip
    row, head, d = tl.program_id(0), tl.program_id(1), tl.arange(0, D)
    last = tl.load(lengths + row) - 1
    page = tl.load(pages + row * width + last // PAGE).to(tl.int64)
    target = ((page * H + head) * PAGE + last % PAGE) * D + d
    mine = row * ROW + head * D + d
    tl.store(keys + target, tl.load(qkv + mine + H * D))
    tl.store(values + target, tl.load(qkv + mine + 2 * H * D))


@triton.jit(do_not_specialize=["width"])
def _attend_chunks(
    qkv, keys, values, pages, lengths, sums, tops, totals, width, scale,
    ROW: tl.constexpr, H: tl.constexpr, D: tl.constexpr, PAGE: tl.constexpr, CHUNK: tl.constexpr,
):  # fmt: skip
    row, head, chunk = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    length = tl.load(lengths + row)
    first, end = chunk * CHUNK, tl.minimum((chunk + 1) * CHUNK, tl.cdiv(length, PAGE))
    if first < end:
        t, d = tl.arange(0, PAGE), tl.arange(0, D)
        q = tl.load(qkv + row * ROW + head * D + d).to(tl.float32) * scale  # [D]
        top, total = float("-inf"), 0.0
        mixed = tl.zeros([D], tl.float32)
        for p in range(first, end):
            page = tl.load(pages + row * width + p).to(tl.int64)
            here = (page * H + head) * PAGE * D + t[:, None] * D + d[None, :]  # [PAGE, D]
            valid = p * PAGE + t < length  # [PAGE]
            k = tl.load(keys + here, mask=valid[:, None], other=0.0).to(tl.float32)
            scores = tl.where(valid, tl.sum(k * q[None, :], axis=1), float("-inf"))  # [PAGE]
            new_top = tl.maximum(top, tl.max(scores, axis=0))
            fall = tl.exp(top - new_top)
            weights = tl.exp(scores - new_top)
            v = tl.load(values + here, mask=valid[:, None], other=0.0).to(tl.float32)
            mixed = mixed * fall + tl.sum(weights[:, None] * v, axis=0)
            total = total * fall + tl.sum(weights, axis=0)
            top = new_top
        at = (row * H + head) * tl.num_programs(2) + chunk
        tl.store(sums + at * D + d, mixed)
        tl.store(tops + at, top)
        tl.store(totals + at, total)


@triton.jit(do_not_specialize=["chunks"])
def _add_chunks(
    lengths, sums, tops, totals, out, chunks,
    H: tl.constexpr, D: tl.constexpr, PAGE: tl.constexpr, CHUNK: tl.constexpr,
):  # fmt: skip
    row, head, d = tl.program_id(0), tl.program_id(1), tl.arange(0, D)
    first = (row * H + head) * chunks
    top, total = float("-inf"), 0.0
    mixed = tl.zeros([D], tl.float32)
    for at in range(first, first + tl.cdiv(tl.load(lengths + row), CHUNK * PAGE)):
        its_top = tl.load(tops + at)
        new_top = tl.maximum(top, its_top)
        fall, rise = tl.exp(top - new_top), tl.exp(its_top - new_top)
        mixed = mixed * fall + tl.load(sums + at * D + d) * rise
        total = total * fall + tl.load(totals + at) * rise
        top = new_top
    tl.store(out + row * H * D + head * D + d, mixed / total)


KERNELS = (_write_last, _attend_chunks, _add_chunks)
