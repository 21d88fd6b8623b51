"""What every contestant is given: one checkpoint with random weights, one queue of clips."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from mgb_engine.engine.request import Output, Submit
from mgb_engine.model.tiny_random import make_tiny_random

SIZES = {"width": 1024, "layers": 24, "heads": 16, "ffn": 4096}  # musicgen-small


SHORTEST_SHARE = 0.2  # of the longest clip


def queue_of(clips: int, longest: float, *, equal: bool = False) -> list[Submit]:
    """Durations from a fifth of `longest` up to it, in an order that is mixed and always the same; or all
    of them as long as those are in the mean.
    """
    spread = [SHORTEST_SHARE + (1 - SHORTEST_SHARE) * i / max(1, clips - 1) for i in range(clips)]
    durations = [longest * (1 + SHORTEST_SHARE) / 2 if equal else longest * share for share in spread]
    random.Random(4).shuffle(durations)
    return [
        Submit(f"clip-{i}", f"take {i}: slow blues, brushed drums", round(d, 2), i, 1.0, 250, 0.0, 3.0,
               Output("wav", "loudness"))
        for i, d in enumerate(durations)
    ]  # fmt: skip


def middle_of(queue: list[Submit], count: int) -> list[Submit]:
    """The `count` clips in the middle of the queue, sorted by length."""
    ordered = sorted(queue, key=lambda clip: clip.duration_seconds)
    start = (len(ordered) - count) // 2
    return ordered[start : start + count]


def make_checkpoint(folder: Path, *, quick: bool) -> Path:
    """musicgen-small's dimensions (T5-base, EnCodec 32 kHz) with random weights; tiny ones if quick."""
    make_tiny_random(folder)
    if quick:
        return folder
    model = _small_on_meta()
    generator = torch.Generator().manual_seed(0)
    tensors = {name: _values(name, t.shape, generator) for name, t in model.state_dict().items()}
    # T5 has one embedding under two names; two that differ would be a checkpoint that nobody has.
    del tensors["text_encoder.encoder.embed_tokens.weight"]
    from safetensors.torch import save_file

    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(
        json.dumps({**config, "mgb_name": "random weights, small's dimensions"})
    )
    return folder


def measured(work: Callable[[], float]) -> dict[str, Any]:
    """Run `work`, which says how many seconds of audio it made."""
    wall, own, everybody = time.perf_counter(), time.process_time(), _processor_seconds()
    audio = work()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    others = max(0.0, _processor_seconds() - everybody - own)
    return {
        "audio_seconds": round(audio, 2),
        "seconds": round(wall, 2),
        "audio_seconds_per_second": round(audio / wall, 4),
        "cpu_seconds_per_audio_second": round(own / audio, 3),
        # Figures taken beside other work say so: the cores that other programs kept busy.
        "cores_used_by_others": round(others / wall, 2),
    }


def _processor_seconds() -> float:
    """What all processors have worked so far, what a hypervisor took away included; 0 if not told."""
    try:
        user, nice, system, _idle, _iowait, irq, soft, steal = (
            int(x) for x in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]
        )
    except OSError:
        return 0.0  # not Linux
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def _small_on_meta():
    from transformers import EncodecConfig, MusicgenConfig, MusicgenDecoderConfig, T5Config
    from transformers import MusicgenForConditionalGeneration as Musicgen

    text = T5Config(
        vocab_size=32_128,
        d_model=768,
        d_kv=64,
        d_ff=3072,
        num_layers=12,
        num_heads=12,
        is_encoder_decoder=False,
    )
    codec = EncodecConfig(
        sampling_rate=32_000, target_bandwidths=[2.2], codebook_size=2048, num_filters=64,
        upsampling_ratios=[8, 5, 4, 4], use_causal_conv=False, use_conv_shortcut=False,
    )  # fmt: skip
    decoder = MusicgenDecoderConfig(
        num_hidden_layers=SIZES["layers"], hidden_size=SIZES["width"], num_attention_heads=SIZES["heads"],
        ffn_dim=SIZES["ffn"],
    )  # fmt: skip
    with torch.device("meta"):
        model = Musicgen(MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=decoder))
    model.generation_config.update(pad_token_id=2048, bos_token_id=2048, decoder_start_token_id=2048)
    return model


def _values(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    if name.endswith(("norm.weight", "original0", "inited", "cluster_size")):
        return torch.ones(shape)
    if "codebook" in name:
        return torch.randn(shape, generator=generator)
    spread = 0.1 if "lm_heads" in name else 0.03
    return (torch.rand(shape, generator=generator) - 0.5) * 2 * spread
