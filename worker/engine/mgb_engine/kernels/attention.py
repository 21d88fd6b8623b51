"""Attention of single positions over paged keys and values.

Each row asks with one position and reads only its own valid length. Three implementations with one
meaning: plain torch for every device, and compiled kernels for the CPU (`attention_cpu.py`, numba)
and for CUDA (`attention_cuda.py`, Triton).
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from mgb_engine.kernels.cache import PAGE, BlockTable, CacheShape, PageCache

_COMPILED_FROM_WIDTH = 128  # a smaller model is done sooner than the kernel would be compiled


@dataclass(frozen=True)
class Kernel:
    """One of the implementations. `name`: as `ready` says it, with the reason where it is the slow one."""

    name: str
    attend: Callable[[PageCache, int, Tensor, BlockTable], Tensor]


def attend(cache: PageCache, layer: int, qkv: Tensor, table: BlockTable) -> Tensor:
    """qkv: [R, 1 or 3, H, D]: queries, alone or with keys and values. -> [R, H * D].

    All in the cache's dtype; scores and sums are float32. Keys and values are written first, as each
    row's last valid position. Rows of one sequence must then come in the order of their positions.
    """
    return kernel_for(cache).attend(cache, layer, qkv, table)


def kernel_for(cache: PageCache) -> Kernel:
    """The compiled kernel where it runs and pays."""
    match cache.keys[0].device.type:
        case "cuda":
            return _cuda_kernel(cache.shape)
        case "cpu":
            return _cpu_kernel(cache.shape)
        case other:
            return _plain(f"there is no kernel for {other}")


def compiled_kernels(device: str) -> int:
    """How many were compiled in this process so far, one for each kind of arguments."""
    try:
        if device == "cuda":
            from mgb_engine.kernels import attention_cuda as kernels
        else:
            from mgb_engine.kernels import attention_cpu as kernels
    except ImportError:
        return 0
    return kernels.compiled()


def attend_plainly(cache: PageCache, layer: int, qkv: Tensor, table: BlockTable) -> Tensor:
    """As `attend`, by torch's own operations: every row's pages are gathered to the table's width."""
    if qkv.shape[1] == 3:
        _write_last(cache, layer, qkv[:, 1], qkv[:, 2], table)
    rows, _, heads, size = qkv.shape
    q = qkv[:, 0, :, None].float() * size**-0.5  # [R, H, 1, D]
    pages = table.pages.long()
    keys, values = (
        store[layer][pages].transpose(1, 2).reshape(rows, heads, -1, size).float()  # [R, H, W * 64, D]
        for store in (cache.keys, cache.values)
    )
    valid = torch.arange(keys.shape[2], device=q.device) < table.lengths[:, None]  # [R, W * 64]
    scores = q @ keys.transpose(2, 3)  # [R, H, 1, W * 64]
    weights = scores.masked_fill(~valid[:, None, None], float("-inf")).softmax(dim=-1)
    return (weights @ values).reshape(rows, heads * size).to(qkv.dtype)


def _write_last(cache: PageCache, layer: int, k: Tensor, v: Tensor, table: BlockTable) -> None:
    last = table.lengths.long() - 1  # [R]
    page = table.pages.long().gather(1, (last // PAGE)[:, None])[:, 0]  # [R]
    cache.keys[layer][page, :, last % PAGE] = k
    cache.values[layer][page, :, last % PAGE] = v


def _plain(reason: str) -> Kernel:
    return Kernel(f"torch: {reason}", attend_plainly)


def _cpu_kernel(shape: CacheShape) -> Kernel:
    if shape.heads * shape.head_size < _COMPILED_FROM_WIDTH:
        return _plain(f"a model narrower than {_COMPILED_FROM_WIDTH}")
    if shape.dtype not in (torch.float32, torch.bfloat16) or shape.head_size % 8 != 0:
        return _plain("expected float32 or bfloat16 and heads of a multiple of 8")
    try:
        from mgb_engine.kernels import attention_cpu
    except ImportError:  # numba follows a new Python some months late
        return _plain("numba is not installed")
    return Kernel("numba", attention_cpu.attend)


@functools.cache
def _cuda_kernel(shape: CacheShape) -> Kernel:
    """Tried once for each shape: Triton promises nothing for GPUs as old as a T4, and a fault there costs
    speed only. Whoever reads `ready` or stderr hears of it.
    """
    reason = _refusal(shape)
    if reason is None:
        from mgb_engine.kernels import attention_cuda

        return Kernel("triton", attention_cuda.attend)
    sys.stderr.write(f"mgb-engine: Triton's attention does not run here: {reason}\n")
    sys.stderr.write("mgb-engine: attention falls back to gathering pages, which is slow\n")
    return _plain(reason)


def _refusal(shape: CacheShape) -> str | None:
    try:
        from mgb_engine.kernels import attention_cuda

        if reason := attention_cuda.refusal(shape):
            return reason
        agrees = attention_cuda.agrees_with(attend_plainly, "cuda", shape)
        return None if agrees else "it computes something else than its definition"
    except Exception as error:  # a compiler has many ways to fail
        return f"{type(error).__name__}: {error}"
