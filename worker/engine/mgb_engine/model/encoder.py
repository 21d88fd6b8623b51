"""EnCodec's encoder in float32: samples in, codes out. Loaded when it is first needed."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mgb_engine.kernels.lstm import Lstm
from mgb_engine.kernels.threads import one_thread
from mgb_engine.model.architecture import CodecSizes
from mgb_engine.model.codec_layers import CodecLayers, Layer
from mgb_engine.model.weights import Weights

_PREFIX = "audio_encoder.encoder.layers."


class Encoder:
    """books: the decoder's, [K, codes, hidden]."""

    def __init__(self, sizes: CodecSizes, books: Tensor, weights: Weights, device: str):
        self._books, self._device = books, device
        layers_of = CodecLayers(sizes, weights, _PREFIX, device)
        self._before, at = _down(layers_of, sizes)
        self._lstm = Lstm(layers_of.lstm(at))
        self._last = layers_of.activated(at + 2)

    @one_thread()
    @torch.inference_mode()
    def encode(self, samples: Tensor) -> Tensor:
        """samples: [channels, N] float32. Returns [K * channels, frames] int64: stereo L0, R0, L1, …"""
        sides = [self._quantized(self._states(side)) for side in samples.to(self._device)]
        return torch.stack(sides, dim=1).flatten(0, 1).cpu()

    def _states(self, samples: Tensor) -> Tensor:
        """samples: [N] -> [frames, hidden]."""
        x = samples[:, None]
        for layer in self._before:
            x = layer(x)
        return self._last(self._lstm(x[:, None])[:, 0] + x)

    def _quantized(self, states: Tensor) -> Tensor:
        """[K, frames]: each codebook's nearest vector to what the ones before it have left over."""
        rows = []
        for book in self._books:
            # The squares as the reference sums them, so that near ties fall alike.
            away = states.pow(2).sum(1, keepdim=True) - 2 * states @ book.T + book.pow(2).sum(1)[None]
            rows.append((-away).max(dim=-1).indices)
            states = states - F.embedding(rows[-1], book)
        return torch.stack(rows)


def _down(layers_of: CodecLayers, sizes: CodecSizes) -> tuple[list[Layer], int]:
    """The layers before the LSTM, and the LSTM's number."""
    layers, at = [layers_of.plain(0)], 1
    for ratio in reversed(sizes.ratios):
        for j in range(sizes.residual_layers):
            layers.append(layers_of.residual(at, sizes.dilation_growth**j))
            at += 1
        layers.append(layers_of.activated(at + 1, stride=ratio))
        at += 2
    return layers, at
