"""The attention kernel of this device against its definition, at the shapes of every model."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mgb_engine.check.report import Fault
from mgb_engine.kernels.attention import Kernel, kernel_for
from mgb_engine.kernels.cache import PAGE, BlockTable, CacheShape, PageCache, pages_for

# (heads, width of a head) of small, medium, large, the demo model and tiny-random.
SHAPES = ((16, 64), (24, 64), (32, 64), (6, 32), (4, 8))
MEDIUM = (24, 64)
LONGEST = 1503  # columns of a window of 30 s
_ROWS = 64  # at once: what bounds the memory of the definition
_TOLERANCE = {torch.float32: 1e-5, torch.float16: 4e-3, torch.bfloat16: 2e-2}


def dtypes_of(device: str) -> tuple[torch.dtype, ...]:
    return (torch.float32, torch.float16) if device == "cuda" else (torch.float32, torch.bfloat16)


def attention(device: str) -> str:
    """Every length from 1 to the longest, rows of all lengths beside one another."""
    worst, names = 0.0, []
    for heads, size in SHAPES:
        for dtype in dtypes_of(device):
            cache, table = _shared_pages(heads, size, dtype, device)
            kernel = kernel_for(cache)
            worst = max(worst, _difference(kernel, cache, table) / _TOLERANCE[dtype])
            if worst > 1:
                raise Fault(f"{kernel.name} at {heads} x {size} in {dtype}: off its definition")
            _check_writes(kernel, heads, size, dtype, device)
        names.append(f"{heads}x{size} {kernel.name.partition(':')[0]}")
    if device == "cuda" and (slow := [name for name in names if not name.endswith("triton")]):
        raise Fault(f"the slow way is taken at {', '.join(slow)}; stderr says why")
    told = f"as defined at lengths 1 to {LONGEST}, within {worst:.0%} of the tolerance"
    return f"{', '.join(names)}: {told}"


def not_finite(device: str, lengths: Sequence[int] = (1, 64, 65, 500, 750, 1000, LONGEST, 31)) -> str:
    """A NaN in one page of the fourth row's values, at medium's shape: the other rows keep their bits."""
    heads, size = MEDIUM
    dtype = dtypes_of(device)[1]
    cache, table = _own_pages(heads, size, dtype, device, lengths)
    kernel, queries = kernel_for(cache), _random(len(lengths), 1, heads, size, dtype=dtype, device=device)
    before = kernel.attend(cache, 0, queries, table)
    struck = 3
    cache.values[0][table.pages[struck, 0].item(), 0, 7, 11] = float("nan")
    after = kernel.attend(cache, 0, queries, table)
    neighbours = [row for row in range(len(lengths)) if row != struck]
    if not torch.equal(before[neighbours], after[neighbours]):
        raise Fault("a NaN of one clip changed its neighbours")
    if after[struck].isfinite().all():
        raise Fault("a NaN in a page of values did not reach its own row")
    return f"a NaN stays in its row, {len(neighbours)} neighbours keep their bits ({kernel.name})"


def definition(queries: Tensor, keys: Tensor, values: Tensor, lengths: Tensor) -> Tensor:
    """softmax(q k / sqrt(D)) v of rows that read the same positions. All float64.

    queries: [H, R, D]; keys, values: [H, T, D]; lengths: [R]. -> [R, H * D]
    """
    scores = queries @ keys.transpose(1, 2) * keys.shape[2] ** -0.5  # [H, R, T]
    behind = torch.arange(keys.shape[1], device=keys.device) >= lengths[:, None]
    weights = scores.masked_fill(behind, float("-inf")).softmax(dim=-1)
    return (weights @ values).transpose(0, 1).flatten(1)


def _difference(kernel: Kernel, cache: PageCache, table: BlockTable) -> float:
    """The largest one of all rows, which share their pages and come in the order of their lengths."""
    shape, device, worst = cache.shape, str(table.lengths.device), 0.0
    keys, values = (
        store[0][table.pages[0].long()].transpose(0, 1).flatten(1, 2).double()  # [H, W * 64, D]
        for store in (cache.keys, cache.values)
    )
    for start in range(0, len(table.lengths), _ROWS):
        part = BlockTable(table.pages[start : start + _ROWS], table.lengths[start : start + _ROWS])
        rows, longest = len(part.lengths), int(part.lengths[-1])
        queries = _random(rows, 1, shape.heads, shape.head_size, dtype=shape.dtype, device=device)
        found = kernel.attend(cache, 0, queries, part).double()
        asked = queries[:, 0].double().transpose(0, 1)  # [H, R, D]
        wanted = definition(asked, keys[:, :longest], values[:, :longest], part.lengths)
        worst = max(worst, (found - wanted).abs().nan_to_num(torch.inf).max().item())
    return worst


def _check_writes(kernel: Kernel, heads: int, size: int, dtype: torch.dtype, device: str) -> None:
    """A row's own key and value go to its last position, and to no other."""
    lengths = [1, PAGE - 1, PAGE, PAGE + 1, LONGEST]
    cache, table = _own_pages(heads, size, dtype, device, lengths)
    wanted = [store[0].clone() for store in (cache.keys, cache.values)]
    qkv = _random(len(lengths), 3, heads, size, dtype=dtype, device=device)
    for row, length in enumerate(lengths):
        page = table.pages[row, (length - 1) // PAGE].item()
        for part, store in enumerate(wanted):
            store[page, :, (length - 1) % PAGE] = qkv[row, 1 + part]
    kernel.attend(cache, 0, qkv, table)
    if not (torch.equal(cache.keys[0], wanted[0]) and torch.equal(cache.values[0], wanted[1])):
        raise Fault(f"{kernel.name} at {heads} x {size} in {dtype}: keys or values are written elsewhere")


def _shared_pages(heads: int, size: int, dtype: torch.dtype, device: str) -> tuple[PageCache, BlockTable]:
    """A row for every length, all reading the same pages."""
    width = pages_for(LONGEST)
    cache = _filled(heads, size, dtype, device, width)
    pages = torch.randperm(width, generator=torch.Generator().manual_seed(2)).int()
    lengths = torch.arange(1, LONGEST + 1, dtype=torch.int32, device=device)
    return cache, BlockTable(pages.to(device).expand(LONGEST, width).contiguous(), lengths)


def _own_pages(
    heads: int, size: int, dtype: torch.dtype, device: str, lengths: Sequence[int]
) -> tuple[PageCache, BlockTable]:
    width = pages_for(max(lengths))
    cache = _filled(heads, size, dtype, device, len(lengths) * width)
    pages = torch.randperm(len(lengths) * width, generator=torch.Generator().manual_seed(3))
    table = pages.view(len(lengths), width).int().to(device)
    return cache, BlockTable(table, torch.tensor(lengths, dtype=torch.int32, device=device))


def _filled(heads: int, size: int, dtype: torch.dtype, device: str, pages: int) -> PageCache:
    cache = PageCache(CacheShape(1, heads, size, dtype), pages, device)
    draw = torch.Generator().manual_seed(1)
    for store in (*cache.keys, *cache.values):
        store.copy_(torch.randn(store.shape, generator=draw))
    return cache


def _random(*shape: int, dtype: torch.dtype, device: str) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(4)).to(device, dtype)
