"""T5's encoder (arXiv:1910.10683) in float32, one prompt at a time, and its tokenizer.

float32 on every device: T5's feed-forward passes the range of fp16.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from mgb_engine.kernels.linear import Linear
from mgb_engine.kernels.threads import one_thread
from mgb_engine.model.architecture import TextSizes
from mgb_engine.model.model_folder import read_tokenizer
from mgb_engine.model.weights import Weights

_REMEMBERED = 256  # prompts; batches repeat them with other seeds
_PREFIX = "text_encoder.encoder."


class TextEncoder:
    def __init__(self, sizes: TextSizes, weights: Weights, folder: Path, device: str):
        self._sizes = sizes
        self._device = device
        self._tokenize = load_tokenizer(folder)
        shared = "text_encoder.shared.weight"
        self._embedding = weights(shared if shared in weights else f"{_PREFIX}embed_tokens.weight").to(device)
        bias = f"{_PREFIX}block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        self._bias = weights(bias).to(device)  # [buckets, heads]
        self._blocks = [self._load_block(weights, f"{_PREFIX}block.{i}.") for i in range(sizes.layers)]
        self._norm = weights(f"{_PREFIX}final_layer_norm.weight").to(device)
        self._known: OrderedDict[str, Tensor] = OrderedDict()

    @one_thread()
    @torch.inference_mode()
    def encode(self, prompt: str) -> Tensor:
        """[T, width] float32, T tokens with the end token. Not for two threads at once."""
        if prompt in self._known:
            self._known.move_to_end(prompt)
            return self._known[prompt]
        states = self._encode(torch.tensor(self._tokenize(prompt), device=self._device))
        self._known[prompt] = states
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return states

    def _encode(self, tokens: Tensor) -> Tensor:
        h = F.embedding(tokens, self._embedding)  # [T, width]
        bias = self._position_bias(len(tokens))
        for block in self._blocks:
            q, k, v = self._heads(block["qkv"](self._scale(h, block["norm0"])))  # 3 x [heads, T, size]
            # T5 does not divide by the root of the head size.
            mixed = F.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=bias, scale=1.0)[0]
            h = h + block["o"](mixed.transpose(0, 1).reshape(len(h), -1))
            h = h + self._feed_forward(block, self._scale(h, block["norm1"]))
        return self._scale(h, self._norm)

    def _heads(self, qkv: Tensor) -> Tensor:
        return qkv.view(len(qkv), 3, self._sizes.heads, self._sizes.head_size).permute(1, 2, 0, 3)

    def _scale(self, h: Tensor, weight: Tensor) -> Tensor:
        return weight * (h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + self._sizes.epsilon))

    def _feed_forward(self, block: dict, x: Tensor) -> Tensor:
        if not self._sizes.gated:
            return block["wo"](F.relu(block["wi"](x)))
        gate, value = block["wi"](x).chunk(2, dim=-1)
        return block["wo"](F.gelu(gate, approximate="tanh") * value)

    def _position_bias(self, length: int) -> Tensor:
        """[1, heads, T, T]: near distances one bucket each, far ones on a logarithmic scale."""
        places = torch.arange(length, device=self._device)
        ahead = places[None, :] - places[:, None]  # [T, T], key minus query
        half = self._sizes.buckets // 2
        exact = half // 2
        distance = ahead.abs()
        scale = (half - exact) / math.log(self._sizes.farthest / exact)
        far = exact + ((distance.float().clamp(min=1) / exact).log() * scale).long()
        bucket = torch.where(distance < exact, distance, far.clamp(max=half - 1)) + half * (ahead > 0)
        return F.embedding(bucket, self._bias).permute(2, 0, 1)[None]

    def _load_block(self, weights: Weights, at: str) -> dict:
        def linear(*names: str) -> Linear:
            return Linear(torch.cat([weights(f"{at}{name}.weight") for name in names]).to(self._device))

        attention, dense = "layer.0.SelfAttention.", "layer.1.DenseReluDense."
        ups = ("wi_0", "wi_1") if self._sizes.gated else ("wi",)
        return {
            "norm0": weights(f"{at}layer.0.layer_norm.weight").to(self._device),
            "qkv": linear(*(attention + name for name in "qkv")),
            "o": linear(attention + "o"),
            "norm1": weights(f"{at}layer.1.layer_norm.weight").to(self._device),
            "wi": linear(*(dense + name for name in ups)),
            "wo": linear(dense + "wo"),
        }


def load_tokenizer(folder: Path):
    """A function from prompt to token ids, end token included."""
    if (folder / "tokenizer.json").exists():
        tokenizer = read_tokenizer(folder)
        return lambda prompt: tokenizer.encode(prompt).ids
    from transformers import AutoTokenizer  # older folders have only the sentencepiece model

    slow = AutoTokenizer.from_pretrained(folder)
    return lambda prompt: slow(prompt)["input_ids"]
