"""Bytes touched by a step's operations over the ideal: weights once and valid keys and values once.

Counted below the dispatcher: every operation that is no view, the bytes of its tensors in and
out. Look-ups count what they fetch, not the table. Our attention kernel is no torch operation:
it is counted by what it reads and writes.
"""

from __future__ import annotations

from typing import Any

import torch
from mgb_engine.model import decoder as decoder_module
from small_lane import PROMPT_TOKENS, lane_at, sizes
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

SLOTS, CONTEXT = 16, 500
_LOOK_UPS = ("aten::embedding", "aten::index", "aten::gather", "aten::index_select", "aten::_embedding_bag")
_WRITES_ONE = ("aten::index_put_", "aten::index_copy")


class Counter(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        name = func._schema.name
        view = any(r.alias_info and not r.alias_info.is_write for r in func._schema.returns)
        if view or name in ("aten::empty", "aten::empty_strided", "aten::detach"):
            return out
        tensors = [t for t in tree_leaves((args, kwargs or {})) if isinstance(t, Tensor)]
        written = sum(_size(t) for t in tree_leaves(out) if isinstance(t, Tensor))
        if name.startswith(_LOOK_UPS):
            self.bytes += 2 * written + sum(_size(t) for t in tensors[1:] if t.dtype == torch.int64)
        elif name.startswith(_WRITES_ONE):
            self.bytes += 2 * min(_size(t) for t in tensors)
        else:
            self.bytes += sum(_size(t) for t in tensors) + written
        return out


def measure_traffic(*, quick: bool) -> dict[str, Any]:
    torch.set_num_threads(1)
    return {"engine": round(_engine(quick), 3), "reference": round(_reference(quick), 3)}


def _size(t: Tensor) -> int:
    return t.numel() * t.element_size()


def _ideal(quick: bool) -> int:
    s = sizes(quick)
    weights = s.layers * (6 * s.width**2 + 2 * s.width * s.ffn) + s.codebooks * s.codes * s.width
    kept = 2 * s.width * s.layers * (2 * SLOTS * CONTEXT + SLOTS * PROMPT_TOKENS)
    return 4 * (weights + kept)


def _engine(quick: bool) -> float:
    lane = lane_at(CONTEXT, SLOTS, torch.float32, quick=quick)
    lane.step()
    counter = Counter()

    def counted(cache, layer, qkv, table):
        read = 2 * int(table.lengths.sum()) * qkv.shape[2] * qkv.shape[3] * qkv.element_size()
        counter.bytes += read + 2 * _size(qkv)  # keys and values are written, and as many results as queries
        with torch.utils._python_dispatch._disable_current_modes():
            return attend(cache, layer, qkv, table)

    attend, decoder_module.attend = decoder_module.attend, counted
    with counter:
        lane.step()
    decoder_module.attend = attend
    return counter.bytes / _ideal(quick)


@torch.inference_mode()
def _reference(quick: bool) -> float:
    """A step of transformers' decoder with as many rows at the same context."""
    from transformers import DynamicCache, EncoderDecoderCache, MusicgenDecoderConfig, MusicgenForCausalLM

    s = sizes(quick)
    config = MusicgenDecoderConfig(
        num_hidden_layers=s.layers, hidden_size=s.width, num_attention_heads=s.heads, ffn_dim=s.ffn,
        vocab_size=s.codes, pad_token_id=s.codes, bos_token_id=s.codes,
    )  # fmt: skip
    with torch.device("meta"):
        model = MusicgenForCausalLM(config).eval()
    model.to_empty(device="cpu")
    for parameter in model.parameters():
        parameter.fill_(0.01)
    model.model.decoder.embed_positions.weights = torch.zeros(2048, s.width)
    rows = 2 * SLOTS
    own, cross = DynamicCache(), DynamicCache()
    for i in range(s.layers):
        own.update(*(torch.zeros(rows, s.heads, CONTEXT - 1, s.head_size) for _ in "kv"), i)
        cross.update(*(torch.zeros(rows, s.heads, PROMPT_TOKENS, s.head_size) for _ in "kv"), i)
    cache = EncoderDecoderCache(own, cross)
    cache.is_updated = dict.fromkeys(range(s.layers), True)
    with Counter() as counter:
        model(
            input_ids=torch.zeros(rows * s.codebooks, 1, dtype=torch.int64),
            encoder_hidden_states=torch.zeros(rows, PROMPT_TOKENS, s.width),
            encoder_attention_mask=torch.ones(rows, PROMPT_TOKENS),
            past_key_values=cache, use_cache=True,
        )  # fmt: skip
    return counter.bytes / _ideal(quick)
