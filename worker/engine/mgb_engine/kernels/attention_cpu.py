"""The CPU's attention kernel, compiled by numba at first use and kept on disk.

torch has no CPU operation that reads rows of different lengths from pages; its nearest (scaled
dot product, one clip at a time) was measured at 3 GB/s in bf16 on one core. One call does a layer
for all rows on the calling thread, without the interpreter's lock.

Numbers are read as words of 32 bits: one float32, or two neighbouring bfloat16. A bfloat16 is the
upper half of a float32, so the high one of a pair needs a mask and the low one a shift, and no
lane of a vector changes its place. The query and the sums are held in that order: every low
dimension, then every high one.
"""

from __future__ import annotations

import numpy as np
import torch
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload
from torch import Tensor

from mgb_engine.kernels.cache import PAGE, BlockTable, PageCache

# Sums in any order, but no leave to assume that there is no NaN and no infinity: a clip whose numbers
# are not finite is found by exactly those.
_FAST = {"reassoc", "contract", "arcp", "nsz", "afn"}
_COMPILE = {"fastmath": _FAST, "error_model": "numpy", "nogil": True}


def attend(cache: PageCache, layer: int, qkv: Tensor, table: BlockTable) -> Tensor:
    """As `attention.attend`, whose head size must be a multiple of 8."""
    rows, _, heads, size = qkv.shape
    out = torch.empty(rows, heads * size, dtype=qkv.dtype)
    keys, values = _words(cache.keys[layer]), _words(cache.values[layer])
    words = keys.shape[-1]
    # Two sizes come as lengths of tuples, which the compiler knows: with the sizes in variables
    # it kept the sums in memory, and the kernel was a third slower.
    _attend_rows(
        (0,) * (words // 4), (0,) * (size // words), _words(qkv), keys, values,
        table.pages.numpy(), table.lengths.numpy(), np.float32(size**-0.5), _words(out),
    )  # fmt: skip
    return out


def compiled() -> int:
    return len(_attend_rows.signatures)


def _words(x: Tensor) -> np.ndarray:
    """[..., D] float32 as it is, bfloat16 as [..., D / 2] int32."""
    return (x if x.dtype == torch.float32 else x.view(torch.int32)).numpy()


def _low(word):
    raise NotImplementedError


def _high(word):
    raise NotImplementedError


def _join(word, low, high):
    raise NotImplementedError


@overload(_low, inline="always")
def _low_compiled(word):
    if word == types.float32:
        return lambda word: word
    return lambda word: np.int32(word << np.int32(16)).view(np.float32)


@overload(_high, inline="always")
def _high_compiled(word):
    if word == types.float32:
        return lambda word: word
    return lambda word: np.int32(word & np.int32(-65536)).view(np.float32)


@overload(_join, inline="always")
def _join_compiled(word, low, high):
    """A word like `word`."""

    def pair(word, low, high):
        # Rounded to the nearest, and in a tie to the even one, as torch does.
        low, high = np.float32(low).view(np.int32), np.float32(high).view(np.int32)
        low += np.int32(0x7FFF) + ((low >> np.int32(16)) & np.int32(1))
        high += np.int32(0x7FFF) + ((high >> np.int32(16)) & np.int32(1))
        return np.int32((low >> np.int32(16)) & np.int32(0xFFFF) | high & np.int32(-65536))

    return (lambda word, low, high: low) if word == types.float32 else pair


@intrinsic
def _prefetch(typing, address):
    """Ask for the cache line at `address`. Without it the bf16 kernel read a third less a second."""

    def emit(context, builder, signature, arguments):
        number = ir.IntType(32)
        pointer = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], kind)
        builder.call(prefetch, [pointer, number(0), number(3), number(1)])  # to read, every cache, data
        return context.get_dummy_value()

    return types.void(types.uintp), emit


@njit(inline="always", **_COMPILE)
def _ahead(block, row, rows):
    """Ask for some rows of a block, while as many of the one before it are worked on."""
    size = block.shape[1] * 4
    for at in range(row * size, (row + rows) * size, 64):
        _prefetch(np.uintp(block.ctypes.data + at))


@njit(inline="always", **_COMPILE)
def _exp(x):
    """e^x for x <= 0 to one part in 10^7: the C library's is a call for each number."""
    x = max(x, np.float32(-87.0))
    n = np.floor(x * np.float32(1.44269504) + np.float32(0.5))
    f = x - n * np.float32(0.693359375)  # ln 2 in two parts, so that the difference is exact
    f = f + n * np.float32(2.12194440e-4)
    p = np.float32(1 / 5040) * f + np.float32(1 / 720)
    p = p * f + np.float32(1 / 120)
    p = p * f + np.float32(1 / 24)
    p = p * f + np.float32(1 / 6)
    p = p * f + np.float32(0.5)
    p = p * f * f + f + np.float32(1.0)
    return p * np.uint32(np.int32(np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32)


@njit(inline="always", **_COMPILE)
def _softmax(scores):
    """In place; returns one over the sum."""
    top = scores[0]
    for t in range(scores.shape[0]):
        top = max(top, scores[t])
    total = np.float32(0)
    for t in range(scores.shape[0]):
        scores[t] = _exp(scores[t] - top)
        total += scores[t]
    return np.float32(1) / total


@njit(inline="always", **_COMPILE)
def _score(quarter, parts, q, keys, count, after, scores):
    """scores [count] = keys [count, D] . q [D]"""
    words = 4 * len(quarter)
    for t in range(count):
        _ahead(after, t, 1)
        low, high = np.float32(0), np.float32(0)
        for i in range(words):
            low += q[i] * _low(keys[t, i])
            if len(parts) == 2:
                high += q[words + i] * _high(keys[t, i])
        scores[t] = low + high


@njit(inline="always", **_COMPILE)
def _add(quarter, parts, weights, values, count, after, out):
    """out [D] += weights [count] . values [count, D]. Weights behind the last are 0."""
    words = 4 * len(quarter)
    for t in range(0, count, 4):
        _ahead(after, t, 4)
        w0, w1, w2, w3 = weights[t], weights[t + 1], weights[t + 2], weights[t + 3]
        # Never a row behind the last: it is another clip's, and 0 x NaN is NaN.
        v0, v1 = values[t], values[min(t + 1, count - 1)]
        v2, v3 = values[min(t + 2, count - 1)], values[min(t + 3, count - 1)]
        for i in range(words):
            out[i] += (w0 * _low(v0[i]) + w1 * _low(v1[i])) + (w2 * _low(v2[i]) + w3 * _low(v3[i]))
            if len(parts) == 2:
                out[words + i] += (w0 * _high(v0[i]) + w1 * _high(v1[i])) + (
                    w2 * _high(v2[i]) + w3 * _high(v3[i])
                )


@njit(cache=True, **_COMPILE)
def _attend_rows(quarter, parts, qkv, keys, values, pages, lengths, scale, out):
    rows, given, heads, words = qkv.shape
    scores = np.empty(pages.shape[1] * PAGE + 3, np.float32)
    query, total = np.zeros(2 * words, np.float32), np.empty(2 * words, np.float32)
    for r in range(rows):  # in order: a later row of the same sequence reads what this one writes
        n = lengths[r]
        last = (n - 1) // PAGE
        for h in range(heads):
            if given == 3:
                keys[pages[r, last], h, n - 1 - last * PAGE] = qkv[r, 1, h]
                values[pages[r, last], h, n - 1 - last * PAGE] = qkv[r, 2, h]
            for i in range(words):
                query[i] = _low(qkv[r, 0, h, i]) * scale
                query[words + i] = _high(qkv[r, 0, h, i]) * scale
            for p in range(last + 1):
                after = keys[pages[r, p + 1], h] if p < last else values[pages[r, 0], h]
                count = min(PAGE, n - p * PAGE)
                _score(quarter, parts, query, keys[pages[r, p], h], count, after, scores[p * PAGE :])
            share = _softmax(scores[:n])
            scores[n : n + 3] = np.float32(0)
            total[:] = np.float32(0)
            for p in range(last + 1):
                after = values[pages[r, p + 1], h] if p < last else keys[pages[r, 0], min(h + 1, heads - 1)]
                count = min(PAGE, n - p * PAGE)
                _add(quarter, parts, scores[p * PAGE :], values[pages[r, p], h], count, after, total)
            for i in range(words):
                word = _join(qkv[r, 0, h, i], total[i] * share, total[words + i] * share)
                out[r, h * words + i] = word
