"""The CPU's attention kernel, compiled by numba at first use and kept on disk.

torch has no CPU operation that reads rows of different lengths from pages; its nearest (scaled
dot product, one clip at a time) was measured at 3 GB/s in bf16 on one core. One call does a layer
for all rows on the calling thread, without the interpreter's lock.

A page's heads lie one behind the other, so a row goes through its pages, and through all heads in each:
memory is read as it lies, 16 keys ahead. Four keys are worked on at once. Measured on one Zen 4 core, 32
rows at context 250: 18.5 GB/s in bf16 and 21 in fp32, where head by head and key by key it was 9.1 and 11.7.

Numbers are read as words of 32 bits: one float32, or two neighbouring bfloat16. A bfloat16 is the
upper half of a float32, so the high one of a pair needs a mask and the low one a shift, and no
lane of a vector changes its place. The query and the sums are held in that order: every low
dimension, then every high one. Where the processor multiplies pairs of bfloat16, scores are made so.
"""

from __future__ import annotations

import numpy as np
import torch
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import njit, types
from numba.extending import intrinsic
from torch import Tensor

from mgb_engine.kernels.cache import PAGE, BlockTable, PageCache
from mgb_engine.kernels.exponential import COMPILE, exp

_AHEAD = 16  # keys: what is asked for in time to be there, and not so early that it hinders


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
    """[..., D] float32 as [..., D] int32, bfloat16 as [..., D / 2]."""
    return x.numpy().view(np.int32) if x.dtype == torch.float32 else x.view(torch.int32).numpy()


# parts: a tuple as long as a word has numbers, one float32 or two bfloat16. The compiler knows its length.
@njit(inline="always", **COMPILE)
def _low(parts, word):
    return np.int32(word << np.int32(16) if len(parts) == 2 else word).view(np.float32)


@njit(inline="always", **COMPILE)
def _high(parts, word):
    return np.int32(word & np.int32(-65536) if len(parts) == 2 else word).view(np.float32)


@njit(inline="always", **COMPILE)
def _word(parts, low, high):
    low, high = np.float32(low).view(np.int32), np.float32(high).view(np.int32)
    if len(parts) == 1:
        return low
    # Rounded to the nearest, and in a tie to the even one, as torch does.
    low += np.int32(0x7FFF) + ((low >> np.int32(16)) & np.int32(1))
    high += np.int32(0x7FFF) + ((high >> np.int32(16)) & np.int32(1))
    return np.int32((low >> np.int32(16)) & np.int32(0xFFFF) | high & np.int32(-65536))


@intrinsic
def _prefetch(typing, address):
    """Ask for the cache line at `address`. It may be anywhere: nothing is read where nothing is."""

    def emit(context, builder, signature, arguments):
        number = ir.IntType(32)
        pointer = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], kind)
        # To read, from the second cache on, data.
        builder.call(prefetch, [pointer, number(0), number(2), number(1)])
        return context.get_dummy_value()

    return types.void(types.uintp), emit


@njit(inline="always", **COMPILE)
def _softmax(scores):
    """In place; returns one over the sum."""
    top = scores[0]
    for t in range(scores.shape[0]):
        top = max(top, scores[t])
    total = np.float32(0)
    for t in range(scores.shape[0]):
        scores[t] = exp(scores[t] - top)
        total += scores[t]
    return np.float32(1) / total


class _BFloat(ir.HalfType):
    """llvmlite has no bfloat16."""

    def __str__(self):
        return "bfloat"


_F32, _I32 = ir.FloatType(), ir.IntType(32)
# Products of pairs of bfloat16, summed in float32.
_HAS_DOTS = get_host_cpu_features().get("avx512bf16", False)


def _lanes_of(words: int) -> int:
    return next(lanes for lanes in (16, 8, 4) if words % lanes == 0)


class _Vectors:
    """Emits operations on vectors of `lanes` words."""

    def __init__(self, builder, words: int, parts: int):
        self.builder, self.words, self.parts = builder, words, parts
        self.lanes = _lanes_of(words)
        self.floats, self.ints = ir.VectorType(_F32, self.lanes), ir.VectorType(_I32, self.lanes)

    def load(self, address, at: int, kind):
        """The vector that begins `at` words behind an address."""
        here = self.builder.add(address, ir.Constant(address.type, 4 * at))
        return self.builder.load(self.builder.inttoptr(here, kind.as_pointer()), align=4)

    def store(self, value, address, at: int) -> None:
        here = self.builder.add(address, ir.Constant(address.type, 4 * at))
        self.builder.store(value, self.builder.inttoptr(here, value.type.as_pointer()), align=4)

    def numbers(self, address, at: int):
        """Of the words there: one vector of float32, or the low and the high bfloat16 of each."""
        if self.parts == 1:
            return [self.load(address, at, self.floats)]
        words, b = self.load(address, at, self.ints), self.builder
        low, high = b.shl(words, self.splat(16)), b.and_(words, self.splat(0xFFFF0000))
        return [b.bitcast(low, self.floats), b.bitcast(high, self.floats)]

    def splat(self, number: int):
        return ir.Constant(self.ints, [number] * self.lanes)

    def spread(self, scalar, lanes: int = 0):
        kind, places = ir.VectorType(_F32, lanes or self.lanes), ir.VectorType(_I32, lanes or self.lanes)
        one = self.builder.insert_element(ir.Constant(kind, ir.Undefined), scalar, ir.Constant(_I32, 0))
        return self.builder.shuffle_vector(one, one, ir.Constant(places, [0] * kind.count))

    def fma(self, x, y, z):
        return self._call(f"llvm.fma.v{self.lanes}f32", [self.floats] * 3, x, y, z)

    def dots(self, total, x, y):
        """total + the products of the pairs of bfloat16 in x and y."""
        pairs = ir.VectorType(_BFloat(), 2 * self.lanes)
        x, y = (self.builder.bitcast(v, pairs) for v in (x, y))
        name = f"llvm.x86.avx512bf16.dpbf16ps.{32 * self.lanes}"
        return self._call(name, [self.floats, pairs, pairs], total, x, y)

    def _call(self, name: str, kinds, *arguments):
        module = self.builder.module
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(self.floats, kinds), name)
        return self.builder.call(function, arguments)

    def added(self, x, y, some, others):
        """Some lanes of x and y, counted through both, plus as many others."""
        kind = ir.VectorType(_I32, len(some))
        chosen = (self.builder.shuffle_vector(x, y, ir.Constant(kind, list(i))) for i in (some, others))
        return self.builder.fadd(*chosen)

    def sums(self, four):
        """The sums of four vectors, as a vector of 4."""
        lanes = self.lanes
        while lanes > 4:
            lanes //= 2
            four = [self.added(x, x, range(lanes), range(lanes, 2 * lanes)) for x in four]
        pairs = [self.added(x, y, [0, 1, 4, 5], [2, 3, 6, 7]) for x, y in (four[:2], four[2:])]
        return self.added(*pairs, [0, 2, 4, 6], [1, 3, 5, 7])


@intrinsic
def _four_scores(typing, quarter, parts, query, asked, scale, keys, out):
    """out [4] = keys [4, D] . query. All addresses. asked: the query as it lies in memory; query: the same in
    float32 and scaled, its low dimensions first; keys: one behind the other.
    """

    def emit(context, builder, signature, arguments):
        _, _, query, asked, scale, keys, out = arguments
        v = _Vectors(builder, 4 * quarter.count, parts.count)
        totals = []
        for key in range(4):
            total = ir.Constant(v.floats, [0.0] * v.lanes)
            for at in range(0, v.words, v.lanes):
                here = key * v.words + at
                if parts.count == 2 and _HAS_DOTS:
                    total = v.dots(total, v.load(asked, at, v.ints), v.load(keys, here, v.ints))
                    continue
                for part, number in enumerate(v.numbers(keys, here)):
                    total = v.fma(v.load(query, part * v.words + at, v.floats), number, total)
            totals.append(total)
        four = v.sums(totals)
        if parts.count == 2 and _HAS_DOTS:
            four = builder.fmul(four, v.spread(scale, 4))
        v.store(four, out, 0)
        return context.get_dummy_value()

    return types.void(quarter, parts, types.uintp, types.uintp, types.float32, types.uintp, types.uintp), emit


@intrinsic
def _add_four(typing, quarter, parts, weights, v0, v1, v2, v3, out):
    """out [D] += weights [4] . the values at four addresses."""

    def emit(context, builder, signature, arguments):
        _, _, weights, *values, out = arguments
        v = _Vectors(builder, 4 * quarter.count, parts.count)
        spread = [v.spread(v.load(weights, i, _F32)) for i in range(4)]
        for at in range(0, v.words, v.lanes):
            rows = [v.numbers(value, at) for value in values]
            for part in range(parts.count):
                x = [row[part] for row in rows]
                one = v.fma(spread[1], x[1], builder.fmul(spread[0], x[0]))
                other = v.fma(spread[3], x[3], builder.fmul(spread[2], x[2]))
                place = part * v.words + at
                both = builder.fadd(one, other)
                v.store(builder.fadd(v.load(out, place, v.floats), both), out, place)
        return context.get_dummy_value()

    return types.void(quarter, parts, *[types.uintp] * 6), emit


@njit(inline="always", **COMPILE)
def _ahead(block, count, t, size, after):
    """Ask for the four that come _AHEAD later, in this block or at the begin of the one after it."""
    t += _AHEAD
    whole = (count + 3) // 4 * 4
    start = block + t * size if t < whole else after + (t - whole) * size
    for at in range(start, start + 4 * size, 64):
        _prefetch(at)


@njit(inline="always", **COMPILE)
def _score(quarter, parts, query, asked, scale, keys, count, after, scores):
    """scores [count] = keys [count, D] . query [D]. Up to three behind them are spoilt."""
    size = 16 * len(quarter)
    for t in range(0, count, 4):
        _ahead(keys, count, t, size, after)
        _four_scores(quarter, parts, query, asked, scale, keys + t * size, scores + 4 * t)


@njit(inline="always", **COMPILE)
def _add(quarter, parts, weights, values, count, after, out):
    """out [D] += weights [count] . values [count, D]. Weights behind the last are 0."""
    size = 16 * len(quarter)
    for t in range(0, count, 4):
        _ahead(values, count, t, size, after)
        # Never a row behind the last: it is another clip's, and 0 x NaN is NaN.
        v, last = values + t * size, values + (count - 1) * size
        v1, v2, v3 = min(v + size, last), min(v + 2 * size, last), min(v + 3 * size, last)
        _add_four(quarter, parts, weights + 4 * t, v, v1, v2, v3, out)


@njit(inline="always", **COMPILE)
def _block_behind(store, end, pages, p, h, heads, block):
    """The address of the block that comes next. end: of the one that comes after the last."""
    if h + 1 < heads:
        return store + (pages[p] * heads + h + 1) * block
    return store + pages[p + 1] * heads * block if p + 1 < len(pages) else end


@njit(cache=True, **COMPILE)
def _attend_rows(quarter, parts, qkv, keys, values, pages, lengths, scale, out):
    rows, given, heads, words = qkv.shape
    block, line = PAGE * words * 4, pages.shape[1] * PAGE + 4  # bytes of a head's page; scores of a head
    to_keys, to_values = np.int64(keys.ctypes.data), np.int64(values.ctypes.data)
    scores, shares = np.empty((heads, line), np.float32), np.empty(heads, np.float32)
    query, total = np.zeros((heads, 2 * words), np.float32), np.empty((heads, 2 * words), np.float32)
    to_scores, to_query = np.int64(scores.ctypes.data), np.int64(query.ctypes.data)
    to_total, to_asked = np.int64(total.ctypes.data), np.int64(qkv.ctypes.data)
    for r in range(rows):  # in order: a later row of the same sequence reads what this one writes
        n = lengths[r]
        last = (n - 1) // PAGE
        mine = pages[r, : last + 1]
        for h in range(heads):
            if given == 3:
                keys[mine[last], h, n - 1 - last * PAGE] = qkv[r, 1, h]
                values[mine[last], h, n - 1 - last * PAGE] = qkv[r, 2, h]
            for i in range(words):
                query[h, i] = _low(parts, qkv[r, 0, h, i]) * scale
                query[h, words + i] = _high(parts, qkv[r, 0, h, i]) * scale
        # A page's heads lie one behind the other: page by page, memory is read as it lies.
        end = to_values + mine[0] * heads * block
        for p in range(last + 1):
            for h in range(heads):
                _score(
                    quarter, parts, to_query + h * words * 8, to_asked + (r * given * heads + h) * words * 4,
                    scale, to_keys + (mine[p] * heads + h) * block, min(PAGE, n - p * PAGE),
                    _block_behind(to_keys, end, mine, p, h, heads, block),
                    to_scores + (h * line + p * PAGE) * 4,
                )  # fmt: skip
        for h in range(heads):
            # To the end of the page: for what is left of a vector the compiled loop goes number by number.
            scores[h, n : (last + 1) * PAGE] = -np.inf
            shares[h] = _softmax(scores[h, : (last + 1) * PAGE])
            scores[h, n : n + 3] = np.float32(0)
        total[:] = np.float32(0)
        end = to_keys + pages[min(r + 1, rows - 1), 0] * heads * block
        for p in range(last + 1):
            for h in range(heads):
                _add(
                    quarter, parts, to_scores + (h * line + p * PAGE) * 4,
                    to_values + (mine[p] * heads + h) * block, min(PAGE, n - p * PAGE),
                    _block_behind(to_values, end, mine, p, h, heads, block), to_total + h * words * 8,
                )  # fmt: skip
        for h in range(heads):
            for i in range(words):
                low, high = total[h, i] * shares[h], total[h, words + i] * shares[h]
                out[r, h * words + i] = _word(parts, low, high)
