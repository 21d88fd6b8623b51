"""How this machine is used for this model: precision, lanes, slots, pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from mgb_engine.architecture import WINDOW_SECONDS, DecoderSizes
from mgb_engine.cache import CacheShape, pages_for
from mgb_engine.linear import packed_gflops, packs

_MOST_LANES = 8
_CPU_SLOTS = 16  # a lane's: rows enough for the matrix products, few enough to answer soon
_CUDA_SLOTS = 64
_CACHE_SHARE = 0.4  # of the memory that is free
_PROMPT_TOKENS = 512
_WORTH_IT = 1.3  # how much faster bf16 must be to give up float32
_NARROW = 256  # below this width a step is overhead, whatever the precision


@dataclass(frozen=True)
class Plan:
    device: str
    dtype: torch.dtype
    lanes: int
    slots: int  # a lane
    pages: int
    pages_a_clip: int  # the most that one clip can need
    threads: int

    @property
    def dtype_name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


def make_plan(sizes: DecoderSizes, frame_rate: float, device: str, dtype: str, threads: int) -> Plan:
    chosen = _choose_dtype(sizes, device) if dtype == "auto" else getattr(torch, dtype)
    lanes = min(threads, _MOST_LANES) if device == "cpu" else 1
    slots = _CPU_SLOTS if device == "cpu" else _CUDA_SLOTS
    columns = round(WINDOW_SECONDS * frame_rate) + sizes.longest_delay
    each = 2 * pages_for(columns) + pages_for(_PROMPT_TOKENS)
    page_bytes = CacheShape(sizes.layers, sizes.heads, sizes.head_size, chosen).page_bytes()
    affordable = int(_free_bytes(device) * _CACHE_SHARE / page_bytes)
    pages = max(each, min(lanes * slots * each, affordable))
    return Plan(device, chosen, lanes, slots, pages, each, threads)


def _choose_dtype(sizes: DecoderSizes, device: str) -> torch.dtype:
    """fp16 on CUDA; on a CPU bf16 where it is found faster: names of processors tell too little."""
    if device == "cuda":
        return torch.float16
    if sizes.width < _NARROW or not packs(torch.bfloat16):
        return torch.float32
    faster = packed_gflops(torch.bfloat16) > _WORTH_IT * packed_gflops(torch.float32)
    return torch.bfloat16 if faster else torch.float32


def _free_bytes(device: str) -> int:
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux
    return 8 << 30  # not told: what a small machine can be expected to have
