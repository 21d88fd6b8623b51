"""EnCodec's layers: convolutions padded as the reference pads them, and the LSTM.

States are [positions, channels].
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

from mgb_engine.kernels.convolution import Convolution, Transposed
from mgb_engine.kernels.elu import elu_for
from mgb_engine.kernels.lstm import LstmLayer
from mgb_engine.model.architecture import CodecSizes
from mgb_engine.model.weights import Weights

Layer = Callable[[Tensor], Tensor]


class CodecLayers:
    """Those of one half of a codec, by the number of their layer. `prefix`: that of its tensors."""

    def __init__(self, sizes: CodecSizes, weights: Weights, prefix: str, device: str):
        self._sizes, self._weights, self._prefix, self._device = sizes, weights, prefix, device
        self._elu_into = elu_for(sizes.width, device)

    def plain(self, at: int | str, dilation: int = 1, stride: int = 1) -> Layer:
        return self._padded(Tensor.copy_, Convolution(*self.load(at), stride, dilation))

    def activated(self, at: int | str, dilation: int = 1, stride: int = 1) -> Layer:
        """ELU, and then the convolution."""
        return self._padded(self._elu_into, Convolution(*self.load(at), stride, dilation))

    def transposed(self, at: int, stride: int) -> Layer:
        """ELU, and then the convolution, which makes `stride` positions of one."""
        convolve = Transposed(*self.load(at), stride)
        total = convolve.size - stride
        after = total if self._sizes.causal else total // 2

        def lengthen(x: Tensor) -> Tensor:
            y = convolve(_framed(self._elu_into, x, 0, 0))
            return y[total - after : len(y) - after]

        return lengthen

    def residual(self, at: int, dilation: int) -> Layer:
        """Takes its input for its output where that can be."""
        wide = self.activated(f"{at}.block.1", dilation)
        narrow = Convolution(*self.load(f"{at}.block.3"))
        shortcut = self.plain(f"{at}.shortcut") if self._sizes.conv_shortcut else lambda x: x

        def add(x: Tensor) -> Tensor:
            inner = _framed(self._elu_into, wide(x), 0, 0)
            return narrow.add_to(shortcut(x), inner)

        return add

    def lstm(self, at: int) -> list[LstmLayer]:
        def read(part: str, layer: int) -> Tensor:
            return self._weights(f"{self._prefix}{at}.lstm.{part}_l{layer}").to(self._device)

        return [
            LstmLayer.from_torch(
                read("weight_ih", i), read("weight_hh", i), read("bias_ih", i) + read("bias_hh", i)
            )
            for i in range(self._sizes.lstm_layers)
        ]

    def load(self, at: int | str) -> tuple[Tensor, Tensor]:
        conv = f"{self._prefix}{at}.conv"
        return self._weights.normed(conv).to(self._device), self._weights(f"{conv}.bias").to(self._device)

    def _padded(self, write: Write, convolve: Convolution) -> Layer:
        """Padded behind so that every sample is part of a whole stride."""
        total = convolve.reach - convolve.stride
        after = 0 if self._sizes.causal else total // 2
        reflect = self._sizes.pad_mode == "reflect"

        def layer(x: Tensor) -> Tensor:
            more = -len(x) % convolve.stride
            return convolve(_framed(write, x, total - after, after + more, reflect))

        return layer


# Writes a function of the second into the first, which has its shape.
Write = Callable[[Tensor, Tensor], object]


def _framed(write: Write, x: Tensor, before: int, after: int, reflect: bool = False) -> Tensor:
    """What is written of x, with its own reflection around it, or zeros. A clip that is shorter than its
    reflection is lengthened with zeros first, as the reference does.
    """
    short = max(0, max(before, after) - len(x) + 1) if reflect else 0
    x = F.pad(x, (0, 0, 0, short))
    end = before + len(x)
    framed = x.new_empty(end + after, x.shape[1])
    write(framed[before:end], x)
    framed[:before] = framed[before + 1 : 2 * before + 1].flip(0) if reflect else 0
    framed[end:] = framed[end - 1 - after : end - 1].flip(0) if reflect else 0
    return framed[: len(framed) - short]
