"""How fast: the engine at 10 and 30 s, its share of the memory's pace, and transformers beside it."""

from __future__ import annotations

import time

import torch

from mgb_engine.check.memory import decoder_bytes
from mgb_engine.check.report import Fault
from mgb_engine.io.bench import Row, measure
from mgb_engine.io.local_engine import LocalEngine
from mgb_engine.kernels.cache import PAGE
from mgb_engine.model.architecture import DecoderSizes, codec_sizes, decoder_sizes
from mgb_engine.model.model_folder import ModelFolder

SECONDS = (10.0, 30.0)
_BUDGET_SECONDS = 60.0  # of each length
_COPY_BYTES = {"cuda": 1 << 30, "cpu": 1 << 28}
_REFERENCE = {"cuda": (8, 10.0), "cpu": (1, 2.0)}  # clips at once, seconds


def pace(folder: ModelFolder, model: str, device: str) -> str:
    rate = copy_rate(device)
    with LocalEngine(model, device) as local:
        ready = local.engine.description
        told = []
        for seconds in SECONDS:
            clips = _clips_in_time(seconds, ready.slots, ready.guessed_audio_seconds_per_second)
            if clips == 0:
                told.append(f"{seconds:g} s: not measured, one clip would take over {_BUDGET_SECONDS:g} s")
                continue
            row = measure(local, seconds, clips)
            share = _bytes_of_step(folder, ready.dtype, row) / (row.step_ms / 1e3) / rate
            told.append(
                f"{clips} x {seconds:g} s: {row.audio_seconds_per_second:g} audio-s/s, "
                f"step {row.step_ms:g} ms, {share:.0%} of the copy rate"
            )
    return f"{ready.dtype}, copy {rate / 1e9:.1f} GB/s; {'; '.join(told)}"


def reference(folder: ModelFolder, device: str) -> str:
    """transformers' own generate(), in fp16 on CUDA: what the engine's pace is to be held against."""
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    count, seconds = _REFERENCE[device]
    dtype = torch.float16 if device == "cuda" else torch.float32
    model = MusicgenForConditionalGeneration.from_pretrained(folder.path, dtype=dtype).to(device).eval()
    text = AutoTokenizer.from_pretrained(folder.path)(["slow blues"] * count, return_tensors="pt").to(device)
    frames = round(seconds * codec_sizes(folder.config).frame_rate)
    model.generate(**text, max_new_tokens=8)  # the first one compiles and touches memory
    begun = time.perf_counter()
    audio = model.generate(**text, max_new_tokens=frames + 3, guidance_scale=3.0)
    audio.cpu()
    rate = count * seconds / (time.perf_counter() - begun)
    name = str(dtype).removeprefix("torch.")
    return f"transformers, {count} x {seconds:g} s in {name}: {rate:.2f} audio-s/s"


def copy_rate(device: str) -> float:
    """Bytes a second that are read and written by a copy; the best of some."""
    source = torch.ones(_COPY_BYTES[device], dtype=torch.uint8, device=device)
    target, best = torch.empty_like(source), float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        target.copy_(source)
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begun)
    if not torch.equal(source, target):
        raise Fault("a copy of memory differs from its source")
    return 2 * source.nbytes / best


def _clips_in_time(seconds: float, slots: int, guess: float | None) -> int:
    """As many as the budget bears, as the trial at start has it: at most one for every slot."""
    if guess is None:
        return 1
    return min(slots, int(guess * _BUDGET_SECONDS / seconds))


def _bytes_of_step(folder: ModelFolder, dtype: str, row: Row) -> float:
    """Weights once a step, keys and values of every row to the middle of the clip."""
    sizes: DecoderSizes = decoder_sizes(folder.config)
    kind = getattr(torch, dtype)
    positions = row.seconds * codec_sizes(folder.config).frame_rate / 2
    page = sizes.cache_shape(kind).page_bytes() / PAGE
    return decoder_bytes(sizes, kind) + 2 * row.clips * positions * page
