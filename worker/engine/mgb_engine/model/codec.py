"""EnCodec's decoder (arXiv:2210.13438) in float32: codes in, samples out.

The LSTM runs first and over whole clips, several at once: its state carries what came before (a
model may put phase there). It reads only backwards, so a clip padded at its end is exact up to
its own length. The convolutions follow, clip by clip and piece by piece: a sample hears little
more than a frame to each side, and a piece's states fit in the processor's cache.

A clip's samples have the same bits whatever is decoded with it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mgb_engine.kernels.cuda import Recorder
from mgb_engine.kernels.lstm import Lstm, LstmLayer, RecordedLstm
from mgb_engine.model.architecture import CodecSizes
from mgb_engine.model.model_folder import ModelError
from mgb_engine.model.weights import Weights

_PREFIX = "audio_encoder.decoder.layers."
TOGETHER = 8  # clips in one run of the LSTM: it costs little more for them than for one
_PIECE, _AROUND = 100, 2  # frames


class Codec:
    def __init__(
        self,
        sizes: CodecSizes,
        codebooks: int,
        weights: Weights,
        device: str,
        recorder: Recorder | None = None,
    ):
        self.sizes = sizes
        self.device = device
        self._books = torch.stack(
            [weights(f"audio_encoder.quantizer.layers.{k}.codebook.embed") for k in range(codebooks)]
        ).to(device)  # [K, codes, hidden]
        self._weights = weights
        self._first = self._conv(0)
        layers = self._load_lstm(1)
        self._lstm = RecordedLstm(layers, TOGETHER, recorder) if recorder else Lstm(layers)
        self._rest = self._load_rest(2)
        del self._weights

    @torch.inference_mode()
    def decode(self, clips: list[Tensor]) -> list[Tensor]:
        """clips: each [K, frames] int64. Returns each one's samples, [frames * samples_per_frame]."""
        groups = (clips[start : start + TOGETHER] for start in range(0, len(clips), TOGETHER))
        return [self._samples(states) for group in groups for states in self._recur(group)]

    def _recur(self, clips: list[Tensor]) -> list[Tensor]:
        """Each clip's states after the LSTM, [1, channels, frames]."""
        states = [self._first(self._embed(codes))[0].T for codes in clips]  # each [frames, channels]
        padded = nn.utils.rnn.pad_sequence(states)  # [T, clips, channels]
        recurrent = self._lstm(padded) + padded
        return [recurrent[: len(own), i].T[None] for i, own in enumerate(states)]

    def _samples(self, states: Tensor) -> Tensor:
        """The convolutions, in pieces with the frames around that they hear."""
        frames, each = states.shape[-1], self.sizes.samples_per_frame
        pieces = []
        for start in range(0, frames, _PIECE):
            end, before = min(start + _PIECE, frames), min(start, _AROUND)
            heard = self._convolve(states[..., start - before : end + _AROUND])
            pieces.append(heard[before * each : (before + end - start) * each])
        return torch.cat(pieces)

    def _embed(self, codes: Tensor) -> Tensor:
        codes = codes.to(self.device)
        # Summed in the order of the codebooks, as the reference adds them.
        total = F.embedding(codes[0], self._books[0])  # [frames, hidden]
        for book, row in zip(self._books[1:], codes[1:], strict=True):
            total = total + F.embedding(row, book)
        return total.T[None]

    def _convolve(self, x: Tensor) -> Tensor:
        for layer in self._rest:
            x = layer(x)
        return x[0, 0]

    def _load_lstm(self, at: int) -> list[LstmLayer]:
        def read(part: str, layer: int) -> Tensor:
            return self._weights(f"{_PREFIX}{at}.lstm.{part}_l{layer}").to(self.device)

        return [
            LstmLayer.from_torch(
                read("weight_ih", i), read("weight_hh", i), read("bias_ih", i) + read("bias_hh", i)
            )
            for i in range(self.sizes.lstm_layers)
        ]

    def _load_rest(self, at: int) -> list:
        layers = []
        for ratio in self.sizes.ratios:
            layers += [F.elu, self._transposed(at + 1, ratio)]
            at += 2
            for j in range(self.sizes.residual_layers):
                layers.append(self._residual(at, self.sizes.dilation_growth**j))
                at += 1
        last, (weight, _) = self._conv(at + 1), self._load_conv(at + 1)
        if len(weight) != 1:
            raise ModelError(f"expected the codec to end in one channel at layer {at + 1}, got {len(weight)}")
        return [*layers, F.elu, last]

    def _residual(self, at: int, dilation: int):
        wide = self._conv(f"{at}.block.1", dilation)
        narrow = self._conv(f"{at}.block.3")
        shortcut = self._conv(f"{at}.shortcut") if self.sizes.conv_shortcut else lambda x: x
        return lambda x: shortcut(x) + narrow(F.elu(wide(F.elu(x))))

    def _conv(self, at: int | str, dilation: int = 1):
        weight, bias = self._load_conv(at)
        total = (weight.shape[-1] - 1) * dilation
        after = 0 if self.sizes.causal else total // 2

        def convolve(x: Tensor) -> Tensor:
            return F.conv1d(
                _pad(x, total - after, after, self.sizes.pad_mode), weight, bias, dilation=dilation
            )

        return convolve

    def _transposed(self, at: int, stride: int):
        weight, bias = self._load_conv(at)
        total = weight.shape[-1] - stride
        after = total if self.sizes.causal else total // 2
        before = total - after

        def convolve(x: Tensor) -> Tensor:
            y = F.conv_transpose1d(x, weight, bias, stride)
            return y[..., before : y.shape[-1] - after]

        return convolve

    def _load_conv(self, at: int | str) -> tuple[Tensor, Tensor]:
        conv = f"{_PREFIX}{at}.conv"
        return self._weights.normed(conv).to(self.device), self._weights(f"{conv}.bias").to(self.device)


def _pad(x: Tensor, before: int, after: int, mode: str) -> Tensor:
    """A clip shorter than its own reflection is lengthened with zeros first, as the reference does."""
    if before == after == 0:
        return x
    if mode != "reflect":
        return F.pad(x, (before, after))
    short = max(0, max(before, after) - x.shape[-1] + 1)
    padded = F.pad(F.pad(x, (0, short)), (before, after), mode="reflect")
    return padded[..., : padded.shape[-1] - short]


def frames_for(seconds: float, frame_rate: float) -> int:
    """Enough frames for a clip; the audio is then cut to its length."""
    return max(1, math.ceil(round(seconds * frame_rate, 6)))
