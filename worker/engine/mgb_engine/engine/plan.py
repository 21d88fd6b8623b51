"""How this machine is used for this model: precision, lanes, slots, pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from mgb_engine.engine.lookahead import clips_at_once
from mgb_engine.kernels.cache import pages_for
from mgb_engine.kernels.linear import packed_gflops, packs
from mgb_engine.model.architecture import WINDOW_SECONDS, DecoderSizes

_MOST_LANES = 8
_CPU_SLOTS = 16  # a lane's: rows enough for the matrix products, few enough to answer soon
_CUDA_SLOTS = 64
_CPU_CACHE_SHARE = 0.4  # of the memory that is free
CUDA_RESERVE = 2 << 30  # bytes for the codec and recorded steps
_LONGEST_PROMPT_TOKENS = 1024  # 1,000 characters are hardly ever more
_WORTH_IT = 1.3  # how much faster bf16 must be to give up float32
_NARROW = 256  # below this width a step is overhead, whatever the precision


@dataclass(frozen=True)
class Plan:
    device: str
    dtype: torch.dtype
    lanes: int
    slots: int  # a lane
    pages: int
    columns: int  # the most that a window has
    threads: int

    @property
    def clips(self) -> int:
        """How many of the longest kind can be at work at once when they began one after another; of
        shorter ones there may be more.
        """
        return clips_at_once(self.pages, self.columns - 1, self.lanes * self.slots)

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


def choose_dtype(sizes: DecoderSizes, device: str, asked: str) -> torch.dtype:
    """fp16 on CUDA; on a CPU bf16 where it is found faster: names of processors tell too little."""
    if asked != "auto":
        return getattr(torch, asked)
    if device == "cuda":
        return torch.float16
    if sizes.width < _NARROW or not packs(torch.bfloat16):
        return torch.float32
    faster = packed_gflops(torch.bfloat16) > _WORTH_IT * packed_gflops(torch.float32)
    return torch.bfloat16 if faster else torch.float32


def make_plan(
    sizes: DecoderSizes,
    frame_rate: float,
    device: str,
    dtype: torch.dtype,
    threads: int,
    cache_bytes: int | None = None,
) -> Plan:
    """cache_bytes: for pages; None is what memory has left: ask when the weights are loaded."""
    if cache_bytes is None:
        cache_bytes = _cache_bytes(device)
    columns = round(WINDOW_SECONDS * frame_rate) + sizes.longest_delay + 1
    each = 2 * pages_for(columns - 1) + 1  # a usual prompt is one page
    longest = 2 * pages_for(columns - 1) + pages_for(_LONGEST_PROMPT_TOKENS)
    affordable = cache_bytes // sizes.cache_shape(dtype).page_bytes()
    if device == "cuda":  # a step's cost hardly depends on how many rows it has: one lane has them all
        lanes, slots = 1, max(1, clips_at_once(affordable, columns - 1, _CUDA_SLOTS))
    else:
        lanes, slots = min(threads, _MOST_LANES), _CPU_SLOTS
    pages = max(longest, min(lanes * slots * each, affordable))
    return Plan(device, dtype, lanes, slots, pages, columns, threads)


def _cache_bytes(device: str) -> int:
    if device == "cuda":
        return max(0, torch.cuda.mem_get_info()[0] - CUDA_RESERVE)
    return int(_free_bytes() * _CPU_CACHE_SHARE)


def _free_bytes() -> int:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux
    return 8 << 30  # not told: what a small machine can be expected to have
