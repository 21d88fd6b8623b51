"""How near a step comes to what the processor allows.

Products and attention come one after the other on a lane's thread, so their floors are added: of each the
larger of arithmetic and memory time. (The larger of the whole step's two is a floor that nothing reaches.)
All of it on one thread, as a lane runs, and in the thread's own processor time, so that other
programs on the machine count as little as possible (they still share its caches and memory).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from mgb_engine.kernels.linear import Linear
from mgb_engine.model import decoder as decoder_module
from small_lane import PROMPT_TOKENS, lane_at, sizes

SLOTS, CONTEXT = 16, 250
_TRIES = 12


def measure_step(dtype: torch.dtype, *, quick: bool) -> dict[str, Any]:
    torch.set_num_threads(1)
    lane = lane_at(CONTEXT, SLOTS, dtype, quick=quick)
    for _ in range(3):
        lane.step()
    step = _best(lane.step)
    gflops, bandwidth = _gemm_gflops(dtype, quick), _copy_gigabytes(quick)
    works = {"products": _products(dtype, quick), "attention": _attention(dtype, quick)}
    floors = {kind: max(flops / gflops, size / bandwidth) / 1e9 for kind, (flops, size) in works.items()}
    flops, size = (sum(part) for part in zip(*works.values(), strict=True))
    return {
        "step_over_floors": round(step / sum(floors.values()), 3),
        "step_over_roofline": round(step / (max(flops / gflops, size / bandwidth) / 1e9), 3),
        "step_ms": round(step * 1e3, 2),
        "floors_ms": {kind: round(floor * 1e3, 2) for kind, floor in floors.items()},
        "gemm_gflops": round(gflops, 1),
        "copy_gigabytes_per_second": round(bandwidth, 1),
        "breakdown_ms": _breakdown(lane),
    }


def _best(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(_TRIES):
        started = time.thread_time()
        work()
        times.append(time.thread_time() - started)
    return min(times)


def _gemm_gflops(dtype: torch.dtype, quick: bool) -> float:
    """Products of the step's own shape: 2 x 16 rows, weights too many for the cache."""
    shape = sizes(quick)
    linears = [Linear((torch.rand(shape.ffn, shape.width) - 0.5).to(dtype)) for _ in range(12)]
    x = torch.randn(2 * SLOTS, shape.width).to(dtype)
    return 2 * x.numel() * shape.ffn * len(linears) / _best(lambda: [linear(x) for linear in linears]) / 1e9


def _copy_gigabytes(quick: bool) -> float:
    """Bytes read and written by a copy of memory far larger than the cache."""
    source = torch.zeros((1 << 20) if quick else (1 << 27), dtype=torch.float32)
    target = torch.empty_like(source)
    target.copy_(source)
    return 2 * source.nbytes / _best(lambda: target.copy_(source)) / 1e9


def _products(dtype: torch.dtype, quick: bool) -> tuple[float, float]:
    """Operations and bytes that the algorithm needs: no row that is known to be zero or equal, no padding;
    weights once.
    """
    s, rows = sizes(quick), 2 * SLOTS
    per_layer = rows * 2 * (4 * s.width**2 + 2 * s.width * s.ffn) + SLOTS * 2 * 2 * s.width**2
    shared = SLOTS * 2 * 4 * s.width**2  # layer 0 attends once for both rows
    heads = s.codebooks * s.codes * s.width
    weights = s.layers * (6 * s.width**2 + 2 * s.width * s.ffn) * dtype.itemsize
    return per_layer * s.layers - shared + SLOTS * 2 * heads, weights + 4 * heads


def _attention(dtype: torch.dtype, quick: bool) -> tuple[float, float]:
    """The same, of valid keys and values once."""
    s = sizes(quick)
    positions = (2 * SLOTS * CONTEXT + SLOTS * PROMPT_TOKENS) * s.layers
    return 4.0 * s.width * positions, 2.0 * s.width * dtype.itemsize * positions


def _breakdown(lane) -> dict[str, float]:
    """Where a step's time goes, by wrapping the three kinds of work."""
    spent = {"products": 0.0, "attention": 0.0, "sampling": 0.0}

    def timed(kind: str, work: Callable) -> Callable:
        def call(*arguments):
            started = time.thread_time()
            result = work(*arguments)
            spent[kind] += time.thread_time() - started
            return result

        return call

    import mgb_engine.engine.batch as batch_module

    kept = [(Linear, "__call__", "products"), (decoder_module, "attend", "attention"),
            (batch_module, "sample", "sampling")]  # fmt: skip
    originals = [getattr(owner, name) for owner, name, _ in kept]
    for (owner, name, kind), original in zip(kept, originals, strict=True):
        setattr(owner, name, timed(kind, original))
    steps = 6
    started = time.thread_time()
    for _ in range(steps):
        lane.step()
    total = time.thread_time() - started
    for (owner, name, _), original in zip(kept, originals, strict=True):
        setattr(owner, name, original)
    spent["rest"] = total - sum(spent.values())
    return {kind: round(seconds / steps * 1e3, 2) for kind, seconds in spent.items()}
