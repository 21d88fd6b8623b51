"""What the plan promises of memory: its arithmetic everywhere, and what is really taken on a GPU."""

from __future__ import annotations

import torch

from mgb_engine.check.report import Fault
from mgb_engine.engine.batch import Recording, RunningBatch
from mgb_engine.engine.plan import CUDA_RESERVE, make_plan
from mgb_engine.kernels.cache import PageCache
from mgb_engine.kernels.cuda import STEPS_FIRST, recorder_for
from mgb_engine.model.architecture import DecoderSizes
from mgb_engine.model.decoder import Decoder
from mgb_engine.model.weights import Weights

FRAME_RATE = 50.0
CACHE_BYTES = 13_000_000_000  # what a T4 of 16 GB has for weights and pages
MODELS = {
    "small": DecoderSizes(24, 1024, 16, 4096, 4, 2048, 1),
    "medium": DecoderSizes(48, 1536, 24, 6144, 4, 2048, 1),
    "large": DecoderSizes(48, 2048, 32, 8192, 4, 2048, 1),
}


class HollowWeights(Weights):
    """Zeros of any name and shape: memory is taken as by a true checkpoint, and nothing is read."""

    def __contains__(self, name: str) -> bool:
        return False

    def __call__(
        self, name: str, dtype: torch.dtype = torch.float32, shape: tuple[int, ...] | None = None
    ) -> torch.Tensor:
        assert shape is not None, f"{name} has no shape of its own"
        return torch.zeros(shape, dtype=dtype)


def decoder_bytes(sizes: DecoderSizes, dtype: torch.dtype) -> int:
    """Of its weights: products in `dtype`, embeddings and heads in float32."""
    products = sizes.layers * (8 * sizes.width**2 + 2 * sizes.width * sizes.ffn)
    tables = sizes.codebooks * (2 * sizes.codes + 1) * sizes.width
    return products * dtype.itemsize + tables * 4


def plan_arithmetic() -> str:
    """At each model's sizes: pages and clips for a T4, and a page's bytes as tensors have them."""
    told = []
    for name, sizes in MODELS.items():
        left = CACHE_BYTES - decoder_bytes(sizes, torch.float16)
        plan = make_plan(sizes, FRAME_RATE, "cuda", torch.float16, 1, left)
        shape = sizes.cache_shape(torch.float16)
        cache = PageCache(shape, plan.pages, "meta")
        taken = sum(store.nbytes for store in (*cache.keys, *cache.values))
        if taken != (plan.pages + 1) * shape.page_bytes():  # one page is nobody's
            raise Fault(
                f"{name}: {plan.pages} pages take {taken} bytes, planned {plan.pages * shape.page_bytes()}"
            )
        if taken > left + shape.page_bytes():
            raise Fault(f"{name}: {taken / 1e9:.2f} GB of pages, and {left / 1e9:.2f} GB for them")
        told.append(f"{name} {plan.clips} clips in {plan.pages} pages")
    return f"{', '.join(told)}, of {CACHE_BYTES / 1e9:g} GB in fp16"


@torch.inference_mode()
def taken_on_gpu() -> str:
    """Weights, pages and recorded steps at each model's sizes, with every place's steps run once."""
    told = []
    for name, sizes in MODELS.items():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        before, total = torch.cuda.mem_get_info()
        if decoder_bytes(sizes, torch.float16) * 1.5 > before:
            told.append(f"{name} does not fit")
            continue
        decoder = Decoder(sizes, HollowWeights(), torch.float16, "cuda")
        plan = make_plan(sizes, FRAME_RATE, "cuda", torch.float16, 1)
        shape = sizes.cache_shape(torch.float16)
        cache = PageCache(shape, plan.pages, "cuda")
        recorder = recorder_for("cuda", STEPS_FIRST)
        assert recorder is not None, "CUDA records its steps"
        batch = RunningBatch(decoder, cache, Recording(recorder, plan.slots, plan.columns))
        batch.step()
        torch.cuda.synchronize()
        left = torch.cuda.mem_get_info()[0]
        promised = decoder_bytes(sizes, torch.float16) + (plan.pages + 1) * shape.page_bytes()
        beside = before - left - promised
        if left <= 0 or beside > CUDA_RESERVE:
            raise Fault(
                f"{name}: {beside / 1e9:.2f} GB beside weights and pages, planned {CUDA_RESERVE / 1e9:.2f}"
            )
        told.append(
            f"{name} {plan.clips} clips: promised {promised / 1e9:.2f} GB, beside it {beside / 1e9:.2f}, "
            f"left {left / 1e9:.2f} of {total / 1e9:.2f}"
        )
        del decoder, cache, batch, recorder
    return "; ".join(told)
