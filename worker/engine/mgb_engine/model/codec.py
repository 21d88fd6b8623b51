"""EnCodec's decoder (arXiv:2210.13438) in float32: codes in, samples out.

The LSTM runs first and over whole clips, several at once: its state carries what came before (a
model may put phase there). It reads only backwards, so a clip padded at its end is exact up to
its own length. The convolutions follow, clip by clip and piece by piece: a sample hears little
more than a frame to each side, and a piece's states fit in the processor's cache.

A clip's samples have the same bits whatever is decoded with it, on however many threads.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mgb_engine.kernels.cuda import Recorder
from mgb_engine.kernels.lstm import Lstm, RecordedLstm
from mgb_engine.kernels.threads import one_thread, use_threads
from mgb_engine.model.architecture import CodecSizes
from mgb_engine.model.codec_layers import CodecLayers, Layer
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
        threads: int = 1,
    ):
        """threads: on a CPU, how many pieces are convolved at once, each on one thread."""
        self.sizes = sizes
        self.device = device
        self.books = torch.stack(
            [weights(f"audio_encoder.quantizer.layers.{k}.codebook.embed") for k in range(codebooks)]
        ).to(device)  # [K, codes, hidden]
        layers_of = CodecLayers(sizes, weights, _PREFIX, device)
        self._first = layers_of.plain(0)
        layers = layers_of.lstm(1)
        self._lstm = RecordedLstm(layers, TOGETHER, recorder) if recorder else Lstm(layers)
        self._rest = self._load_rest(2, layers_of)
        workers = ThreadPoolExecutor(threads, "codec-piece", use_threads, (1,)) if threads > 1 else None
        self._each = workers.map if workers else map

    @one_thread()
    @torch.inference_mode()
    def decode(self, clips: list[Tensor]) -> list[Tensor]:
        """clips: each [K, frames] int64. Returns each one's samples, [frames * samples_per_frame]."""
        groups = (clips[start : start + TOGETHER] for start in range(0, len(clips), TOGETHER))
        return [samples for group in groups for samples in self._convolved(self._recur(group))]

    def _recur(self, clips: list[Tensor]) -> list[Tensor]:
        """Each clip's states after the LSTM, [frames, channels]."""
        states = [self._first(self._embed(codes)) for codes in clips]  # each [frames, channels]
        padded = nn.utils.rnn.pad_sequence(states)  # [T, clips, channels]
        recurrent = self._lstm(padded) + padded
        return [recurrent[: len(own), i] for i, own in enumerate(states)]

    def _convolved(self, clips: list[Tensor]) -> list[Tensor]:
        """Each clip's samples. The pieces of all of them are at work before the first is waited for."""
        pieces = [self._each(partial(self._piece, states), range(0, len(states), _PIECE)) for states in clips]
        return [torch.cat(list(each)) for each in pieces]

    @torch.inference_mode()
    def _piece(self, states: Tensor, start: int) -> Tensor:
        """The convolutions of the frames from `start` on, with those around that they hear."""
        each, before = self.sizes.samples_per_frame, min(start, _AROUND)
        end = min(start + _PIECE, len(states))
        heard = self._convolve(states[start - before : end + _AROUND])
        return heard[before * each : (before + end - start) * each]

    def _embed(self, codes: Tensor) -> Tensor:
        codes = codes.to(self.device)
        # Summed in the order of the codebooks, as the reference adds them.
        total = F.embedding(codes[0], self.books[0])  # [frames, hidden]
        for book, row in zip(self.books[1:], codes[1:], strict=True):
            total = total + F.embedding(row, book)
        return total

    def _convolve(self, x: Tensor) -> Tensor:
        for layer in self._rest:
            x = layer(x)
        return x[:, 0]

    def _load_rest(self, at: int, layers_of: CodecLayers) -> list[Layer]:
        layers: list[Layer] = []
        for ratio in self.sizes.ratios:
            layers.append(layers_of.transposed(at + 1, ratio))
            at += 2
            for j in range(self.sizes.residual_layers):
                layers.append(layers_of.residual(at, self.sizes.dilation_growth**j))
                at += 1
        last, (weight, _) = layers_of.activated(at + 1), layers_of.load(at + 1)
        if len(weight) != 1:
            raise ModelError(f"expected the codec to end in one channel at layer {at + 1}, got {len(weight)}")
        return [*layers, last]


def frames_for(seconds: float, frame_rate: float) -> int:
    """Enough frames for a clip; the audio is then cut to its length."""
    return max(1, math.ceil(round(seconds * frame_rate, 6)))
