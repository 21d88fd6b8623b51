"""MusicGen's decoder, one position a row (arXiv:2306.05284; layout of Hugging Face's checkpoints).

S rows are conditional, one a clip; G of the clips are guided and have a second, unconditional row.
The same step makes single positions of many clips, or many positions of one clip (prefill).
Three things are left out because their result is known, not because it is small:
- an unconditional row sees an empty prompt, so its cross-attention adds exactly 0: not computed;
- before the first cross-attention both rows of a clip are equal: layer 0 attends once for both;
- guidance is linear and so is the output layer: the guided state goes through it, once a clip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from mgb_engine.kernels.attention import attend
from mgb_engine.kernels.cache import PAGE, BlockTable, PageCache
from mgb_engine.kernels.linear import Linear
from mgb_engine.model.architecture import DecoderSizes
from mgb_engine.model.model_folder import ModelError
from mgb_engine.model.weights import Weights

_PREFIX = "decoder.model.decoder."
LAYERS = f"{_PREFIX}layers."  # what is computed in `dtype` begins so; the rest in float32


@dataclass(frozen=True)
class Rows:
    """Who is in a step. Row i < S is clip i; row S + j is the unconditional one of `unconditional[j]`.

    positions: [S] int64, of the column that goes in; unconditional: [G] int64; guidance: [S] float32.
    itself: pages of all S + G rows, lengths counting the position that goes in.
    cross: pages of the S prompts.
    """

    positions: Tensor
    unconditional: Tensor
    guidance: Tensor
    itself: BlockTable
    cross: BlockTable


@dataclass(frozen=True)
class _Norm:
    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias)


@dataclass(frozen=True)
class _Layer:
    self_norm: _Norm
    qkv: Linear
    self_out: Linear
    cross_norm: _Norm
    cross_q: Linear
    cross_kv: Linear
    cross_out: Linear
    ffn_norm: _Norm
    up: Linear
    down: Linear


class Decoder:
    """Weights in `dtype`; residual, norms, softmax and logits in float32 whatever it is."""

    def __init__(self, sizes: DecoderSizes, weights: Weights, dtype: torch.dtype, device: str):
        self.sizes = sizes
        self.dtype = dtype
        self.device = device
        _refuse_more(sizes, weights)
        embedded = (sizes.codes + 1, sizes.width)
        self._embedding = torch.cat(
            [weights(f"{_PREFIX}embed_tokens.{k}.weight", shape=embedded) for k in range(sizes.codebooks)]
        ).to(device)  # [K * (codes + 1), width]
        self._first_code = torch.arange(sizes.codebooks, device=device) * (sizes.codes + 1)  # [K]
        self._layers = [self._load_layer(weights, f"{LAYERS}{i}.") for i in range(sizes.layers)]
        self._norm = self._load_norm(weights, f"{_PREFIX}layer_norm")
        ranked = (sizes.codes, sizes.width)
        heads = [weights(f"decoder.lm_heads.{k}.weight", shape=ranked) for k in range(sizes.codebooks)]
        self._heads = Linear(torch.cat(heads).to(device))  # float32: [K * codes, width]
        self._project = _projection(weights, device)

    def logits(self, tokens: Tensor, rows: Rows, cache: PageCache) -> Tensor:
        """tokens: [S, K] int64, the column at each position. Returns [S, K, codes], guided."""
        h = self._norm(self.hidden(tokens, rows, cache))  # [S + G, width]
        guided = h[: len(tokens)]
        if len(rows.unconditional):
            asked, plain = h[rows.unconditional], h[len(tokens) :]  # 2 x [G, width]
            scale = rows.guidance[rows.unconditional, None]
            # Where the second row is only there to keep a batch's sizes, guidance is 1: exactly `asked`.
            steered = torch.where(scale == 1, asked, plain + scale * (asked - plain))
            guided = guided.index_copy(0, rows.unconditional, steered)
        return self._heads(guided).view(len(tokens), self.sizes.codebooks, self.sizes.codes)

    def hidden(self, tokens: Tensor, rows: Rows, cache: PageCache) -> Tensor:
        """Run every layer and write the keys and values. Returns [S + G, width] float32."""
        clips = len(tokens)
        h = F.embedding_bag(tokens + self._first_code, self._embedding, mode="sum")  # [S, width]
        h = h + sinusoids(rows.positions, self.sizes.width)
        for i, layer in enumerate(self._layers):
            table = rows.itself.first(clips) if i == 0 else rows.itself
            h += self._self_attention(layer, i, h, table, cache)
            if i == 0 and len(rows.unconditional):
                h = torch.cat([h, h[rows.unconditional]])  # [S + G, width]
            h[:clips] += self._cross_attention(layer, i, h[:clips], rows.cross, cache)
            h += self._feed_forward(layer, h)
        return h

    def write_prompt(self, states: Tensor, pages: list[int], cache: PageCache) -> None:
        """Put the prompt's keys and values of every layer into `pages`.

        states: [T, text width] float32, the text encoder's output.
        """
        narrow = self._project(states.to(self.device)).to(self.dtype)  # [T, width]
        page = torch.tensor(pages, device=self.device)
        for i, layer in enumerate(self._layers):
            k, v = layer.cross_kv(narrow).view(len(narrow), 2, *self._head_shape()).unbind(1)  # [T, H, D]
            for store, x in ((cache.keys[i], k), (cache.values[i], v)):
                whole = F.pad(x, (0, 0, 0, 0, 0, len(pages) * PAGE - len(x)))  # [pages * 64, H, D]
                store[page] = whole.view(len(pages), PAGE, *self._head_shape()).transpose(1, 2)

    def _self_attention(
        self, layer: _Layer, i: int, h: Tensor, table: BlockTable, cache: PageCache
    ) -> Tensor:
        qkv = layer.qkv(layer.self_norm(h).to(self.dtype)).view(len(h), 3, *self._head_shape())
        return layer.self_out(attend(cache, i, qkv, table))

    def _cross_attention(
        self, layer: _Layer, i: int, h: Tensor, table: BlockTable, cache: PageCache
    ) -> Tensor:
        q = layer.cross_q(layer.cross_norm(h).to(self.dtype)).view(len(h), 1, *self._head_shape())
        return layer.cross_out(attend(cache, i, q, table))

    def _feed_forward(self, layer: _Layer, h: Tensor) -> Tensor:
        return layer.down(layer.up(layer.ffn_norm(h).to(self.dtype), "gelu"))

    def _head_shape(self) -> tuple[int, int]:
        return self.sizes.heads, self.sizes.head_size

    def _load_layer(self, weights: Weights, at: str) -> _Layer:
        width, ffn = self.sizes.width, self.sizes.ffn

        def linear(*names: str, shape: tuple[int, int] = (width, width)) -> Linear:
            parts = [weights(f"{at}{name}.weight", self.dtype, shape) for name in names]
            return Linear(torch.cat(parts).to(self.device))

        return _Layer(
            self_norm=self._load_norm(weights, f"{at}self_attn_layer_norm"),
            qkv=linear("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            self_out=linear("self_attn.out_proj"),
            cross_norm=self._load_norm(weights, f"{at}encoder_attn_layer_norm"),
            cross_q=linear("encoder_attn.q_proj"),
            cross_kv=linear("encoder_attn.k_proj", "encoder_attn.v_proj"),
            cross_out=linear("encoder_attn.out_proj"),
            ffn_norm=self._load_norm(weights, f"{at}final_layer_norm"),
            up=linear("fc1", shape=(ffn, width)),
            down=linear("fc2", shape=(width, ffn)),
        )

    def _load_norm(self, weights: Weights, at: str) -> _Norm:
        weight, bias = (
            weights(f"{at}.{part}", shape=(self.sizes.width,)).to(self.device) for part in ("weight", "bias")
        )
        return _Norm(weight, bias)


def _refuse_more(sizes: DecoderSizes, weights: Weights) -> None:
    """Raises ModelError for weights of more layers or codebooks than config.json tells of."""
    for name in (
        f"{LAYERS}{sizes.layers}.fc1.weight",
        f"{_PREFIX}embed_tokens.{sizes.codebooks}.weight",
    ):
        if name in weights:
            told = f"{sizes.layers} layers and {sizes.codebooks} codebooks"
            raise ModelError(f"expected {told} as config.json has it, got {name} besides")


def sinusoids(positions: Tensor, width: int) -> Tensor:
    """positions: [S] int64 -> [S, width] float32: cosines, then sines."""
    half = width // 2
    falling = torch.exp(torch.arange(half, device=positions.device).float() * -(math.log(10000) / (half - 1)))
    angle = positions[:, None].float() * falling  # [S, half]
    return torch.cat([angle.cos(), angle.sin()], dim=1)


def _projection(weights: Weights, device: str):
    """From the text encoder's width to the decoder's, where they differ."""
    if "enc_to_dec_proj.weight" not in weights:
        return lambda states: states
    linear = Linear(weights("enc_to_dec_proj.weight").to(device))
    bias = weights("enc_to_dec_proj.bias").to(device)
    return lambda states: linear(states) + bias
