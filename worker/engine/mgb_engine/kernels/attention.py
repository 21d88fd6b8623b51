"""Attention of single positions over paged keys and values.

Each row asks with one position and reads only its own valid length. Three implementations with one
meaning: plain torch for every device, and compiled kernels for the CPU (`attention_cpu.py`, numba)
and for CUDA (`attention_cuda.py`, Triton).
"""

from __future__ import annotations

import functools
import sys

import torch
from torch import Tensor

from mgb_engine.kernels.cache import PAGE, PageCache, PageTable

_COMPILED_FROM_WIDTH = 128  # a smaller model is done sooner than the kernel would be compiled


def attend(cache: PageCache, layer: int, qkv: Tensor, table: PageTable) -> Tensor:
    """qkv: [R, 1 or 3, H, D]: queries, alone or with keys and values. -> [R, H * D].

    All in the cache's dtype; scores and sums are float32. Keys and values are written first, as each
    row's last valid position. Rows of one sequence must then come in the order of their positions.
    """
    if kernel := _kernel(cache):
        return kernel.attend(cache, layer, qkv, table)
    return attend_plainly(cache, layer, qkv, table)


def attend_plainly(cache: PageCache, layer: int, qkv: Tensor, table: PageTable) -> Tensor:
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


def _write_last(cache: PageCache, layer: int, k: Tensor, v: Tensor, table: PageTable) -> None:
    last = table.lengths.long() - 1  # [R]
    page = table.pages.long().gather(1, (last // PAGE)[:, None])[:, 0]  # [R]
    cache.keys[layer][page, :, last % PAGE] = k
    cache.values[layer][page, :, last % PAGE] = v


def _kernel(cache: PageCache):
    """The compiled kernel where it runs and pays, else None."""
    try:
        return _cuda_kernel() if cache.keys[0].device.type == "cuda" else _cpu_kernel(cache)
    except ImportError:  # numba follows a new Python some months late; Triton is not everywhere
        return None


def _cpu_kernel(cache: PageCache):
    shape = cache.shape
    runs = shape.dtype in (torch.float32, torch.bfloat16) and shape.head_size % 8 == 0
    pays = shape.heads * shape.head_size >= _COMPILED_FROM_WIDTH
    if not (runs and pays) or cache.keys[0].device.type != "cpu":
        return None
    from mgb_engine.kernels import attention_cpu

    return attention_cpu


@functools.cache
def _cuda_kernel():
    """Tried once: Triton promises nothing for GPUs as old as a T4, and a fault there costs speed only."""
    from mgb_engine.kernels import attention_cuda

    try:
        if attention_cuda.agrees_with(attend_plainly, "cuda"):
            return attention_cuda
        sys.stderr.write("mgb-engine: Triton's attention computes something else here\n")
    except Exception as error:  # a compiler has many ways to fail
        sys.stderr.write(f"mgb-engine: Triton's attention does not run here: {error}\n")
    sys.stderr.write("mgb-engine: attention falls back to gathering pages, which is slow\n")
    return None
