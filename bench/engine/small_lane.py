"""One lane at the benchmark's dimensions, every slot taken, all at the same context."""

from __future__ import annotations

import torch
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.request import Output, Submit
from mgb_engine.kernels.cache import PageCache, pages_for
from mgb_engine.model.architecture import CodecSizes, DecoderSizes
from mgb_engine.model.decoder import Decoder
from mgb_engine.model.weights import Weights
from workload import SIZES

CODEC = CodecSizes(
    sample_rate=32_000, ratios=(8, 5, 4, 4), width=1024, lstm_layers=2, residual_layers=1, dilation_growth=2,
    conv_shortcut=False, causal=False, pad_mode="reflect",
)  # fmt: skip
PROMPT_TOKENS = 16


def sizes(quick: bool) -> DecoderSizes:
    if quick:
        return DecoderSizes(layers=2, width=64, heads=4, ffn=128, codebooks=4, codes=256, channels=1)
    return DecoderSizes(SIZES["layers"], SIZES["width"], SIZES["heads"], SIZES["ffn"], 4, 2048, 1)


def lane_at(context: int, slots: int, dtype: torch.dtype, *, quick: bool) -> Lane:
    """A lane whose next steps read `context` positions; its keys and values are zeros."""
    shape = sizes(quick)
    pages = slots * (2 * pages_for(context + 60) + pages_for(PROMPT_TOKENS))
    cache = PageCache(shape.cache_shape(dtype), pages, "cpu")
    for store in (*cache.keys, *cache.values):
        store.fill_(0.5)
    lane = Lane(Decoder(shape, random_weights(shape), dtype, "cpu"), cache, slots)
    lane._prefill = lambda slot: None  # only the place matters here, not what the clips' beginnings were
    known = torch.zeros(shape.codebooks, context, dtype=torch.int64)
    for i in range(slots):
        asked = Submit(str(i), "x", (context + 50) / 50, i, 1.0, 250, 0.0, 3.0, Output("wav", "none"))
        assert lane.admit(Clip(asked, shape, CODEC, known), torch.randn(PROMPT_TOKENS, shape.width))
    return lane


def random_weights(shape: DecoderSizes) -> Weights:
    w, ffn = shape.width, shape.ffn
    at = "decoder.model.decoder."
    tensors = {f"{at}layer_norm.{part}": torch.ones(w) for part in ("weight", "bias")}
    for k in range(shape.codebooks):
        tensors[f"{at}embed_tokens.{k}.weight"] = _random(shape.codes + 1, w)
        tensors[f"decoder.lm_heads.{k}.weight"] = _random(shape.codes, w)
    for i in range(shape.layers):
        layer = f"{at}layers.{i}."
        for attention in ("self_attn", "encoder_attn"):
            for name in "qkv":
                tensors[f"{layer}{attention}.{name}_proj.weight"] = _random(w, w)
            tensors[f"{layer}{attention}.out_proj.weight"] = _random(w, w)
        tensors[f"{layer}fc1.weight"], tensors[f"{layer}fc2.weight"] = _random(ffn, w), _random(w, ffn)
        for norm in ("self_attn_layer_norm", "encoder_attn_layer_norm", "final_layer_norm"):
            tensors[f"{layer}{norm}.weight"], tensors[f"{layer}{norm}.bias"] = torch.ones(w), torch.zeros(w)
    weights = Weights()
    weights.add(tensors)
    return weights


def _random(*shape: int) -> torch.Tensor:
    return (torch.rand(shape) - 0.5) * 0.06
