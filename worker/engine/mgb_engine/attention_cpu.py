"""The CPU's attention kernel, compiled by numba at first use and kept on disk.

torch has no CPU operation that reads rows of different lengths from pages; its nearest (scaled
dot product, one clip at a time) was measured at 3 GB/s in bf16 on one core where this reaches
17. One call does a layer for all rows on the calling thread, without the interpreter's lock.
"""

from __future__ import annotations

import numpy as np
import torch
from numba import njit
from numba.extending import overload
from torch import Tensor

from mgb_engine.attention import PageTable
from mgb_engine.cache import PAGE, PageCache

_COMPILE = {"fastmath": True, "error_model": "numpy", "nogil": True}
# The head size comes as the length of a tuple, which the compiler knows: with the size in a
# variable it kept the sums in memory, and the kernel was a third slower.
_GROUP = 8  # positions or dimensions whose products are added before the sum is stored


def append_and_attend(
    cache: PageCache, layer: int, q: Tensor, k: Tensor, v: Tensor, table: PageTable
) -> Tensor:
    return _run(cache, layer, q, k, v, table)


def attend(cache: PageCache, layer: int, q: Tensor, table: PageTable) -> Tensor:
    return _run(cache, layer, q, q[:0], q[:0], table)


def _run(cache: PageCache, layer: int, q: Tensor, k: Tensor, v: Tensor, table: PageTable) -> Tensor:
    rows, heads, size = q.shape
    out = torch.empty(rows, heads * size)
    pages = table.pages.numpy()
    _attend_rows(
        (0,) * (size // 8), q.numpy(), k.numpy(), v.numpy(),
        _bits(cache.keys[layer]), _bits(cache.values[layer]),
        pages, table.lengths.numpy(), np.float32(size**-0.5), out.numpy(),
    )  # fmt: skip
    return out


def _bits(store: Tensor) -> np.ndarray:
    """NumPy has no bfloat16; its bits are the upper half of a float32's."""
    return store.numpy() if store.dtype == torch.float32 else store.view(torch.uint16).numpy()


def _widen(x):
    raise NotImplementedError


def _narrow(x, like):
    raise NotImplementedError


@overload(_widen, inline="always")
def _widen_compiled(x):
    if x.bitwidth == 16:
        return lambda x: np.uint32(np.uint32(x) << np.uint32(16)).view(np.float32)
    return lambda x: x


@overload(_narrow, inline="always")
def _narrow_compiled(x, like):
    if like.bitwidth == 16:
        # No rounding: what comes here left a bf16 product, so the lower half is zero.
        return lambda x, like: np.uint16(np.float32(x).view(np.uint32) >> np.uint32(16))
    return lambda x, like: x


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
def _score_page(eighths, q, keys, scale, scores):
    """scores [64] = q [D] . keys [D, 64]"""
    for t in range(PAGE):
        scores[t] = np.float32(0)
    for d in range(0, 8 * len(eighths), _GROUP):
        q0, q1, q2, q3 = q[d] * scale, q[d + 1] * scale, q[d + 2] * scale, q[d + 3] * scale
        q4, q5, q6, q7 = q[d + 4] * scale, q[d + 5] * scale, q[d + 6] * scale, q[d + 7] * scale
        k0, k1, k2, k3 = keys[d], keys[d + 1], keys[d + 2], keys[d + 3]
        k4, k5, k6, k7 = keys[d + 4], keys[d + 5], keys[d + 6], keys[d + 7]
        for t in range(PAGE):
            low = (q0 * _widen(k0[t]) + q1 * _widen(k1[t])) + (q2 * _widen(k2[t]) + q3 * _widen(k3[t]))
            high = (q4 * _widen(k4[t]) + q5 * _widen(k5[t])) + (q6 * _widen(k6[t]) + q7 * _widen(k7[t]))
            scores[t] += low + high


@njit(inline="always", **_COMPILE)
def _add_page(eighths, weights, values, count, out):
    """out [D] += weights [count] . values [count, D]"""
    whole = count // _GROUP * _GROUP
    for t in range(0, whole, _GROUP):
        w0, w1, w2, w3 = weights[t], weights[t + 1], weights[t + 2], weights[t + 3]
        w4, w5, w6, w7 = weights[t + 4], weights[t + 5], weights[t + 6], weights[t + 7]
        v0, v1, v2, v3 = values[t], values[t + 1], values[t + 2], values[t + 3]
        v4, v5, v6, v7 = values[t + 4], values[t + 5], values[t + 6], values[t + 7]
        for d in range(8 * len(eighths)):
            low = (w0 * _widen(v0[d]) + w1 * _widen(v1[d])) + (w2 * _widen(v2[d]) + w3 * _widen(v3[d]))
            high = (w4 * _widen(v4[d]) + w5 * _widen(v5[d])) + (w6 * _widen(v6[d]) + w7 * _widen(v7[d]))
            out[d] += low + high
    for t in range(whole, count):  # exactly to the end: what lies behind is another clip's
        for d in range(8 * len(eighths)):
            out[d] += weights[t] * _widen(values[t, d])


@njit(cache=True, **_COMPILE)
def _attend_rows(eighths, q, k, v, keys, values, pages, lengths, scale, out):
    rows, heads, size = q.shape
    scores = np.empty(pages.shape[1] * PAGE, np.float32)
    for h in range(heads):
        for r in range(rows):  # in order: a later row of the same sequence reads what this one writes
            n = lengths[r]
            if k.shape[0] > 0:
                page, at = pages[r, (n - 1) // PAGE], (n - 1) % PAGE
                for d in range(8 * len(eighths)):
                    keys[page, h, d, at] = _narrow(k[r, h, d], keys[page, h, d, at])
                    values[page, h, at, d] = _narrow(v[r, h, d], values[page, h, at, d])
            for p in range((n + PAGE - 1) // PAGE):
                _score_page(eighths, q[r, h], keys[pages[r, p], h], scale, scores[p * PAGE : p * PAGE + PAGE])
            share = _softmax(scores[:n])
            mine = out[r, h * size : h * size + size]
            mine[:] = np.float32(0)
            for p in range((n + PAGE - 1) // PAGE):
                count = min(PAGE, n - p * PAGE)
                _add_page(eighths, scores[p * PAGE : p * PAGE + PAGE], values[pages[r, p], h], count, mine)
            for d in range(8 * len(eighths)):
                mine[d] *= share
