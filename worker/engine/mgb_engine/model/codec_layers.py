"""EnCodec's layers: convolutions padded as the reference pads them, and the LSTM."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

from mgb_engine.kernels.lstm import LstmLayer
from mgb_engine.model.architecture import CodecSizes
from mgb_engine.model.weights import Weights

Layer = Callable[[Tensor], Tensor]


class CodecLayers:
    """Those of one half of a codec, by the number of their layer. `prefix`: that of its tensors."""

    def __init__(self, sizes: CodecSizes, weights: Weights, prefix: str, device: str):
        self._sizes, self._weights, self._prefix, self._device = sizes, weights, prefix, device

    def plain(self, at: int | str, dilation: int = 1, stride: int = 1) -> Layer:
        """Padded behind so that every sample is part of a whole stride."""
        weight, bias = self.load(at)
        total = (weight.shape[-1] - 1) * dilation + 1 - stride
        after = 0 if self._sizes.causal else total // 2

        def convolve(x: Tensor) -> Tensor:
            padded = _pad(x, total - after, after + -x.shape[-1] % stride, self._sizes.pad_mode)
            return F.conv1d(padded, weight, bias, stride, dilation=dilation)

        return convolve

    def transposed(self, at: int, stride: int) -> Layer:
        weight, bias = self.load(at)
        total = weight.shape[-1] - stride
        after = total if self._sizes.causal else total // 2
        before = total - after

        def convolve(x: Tensor) -> Tensor:
            y = F.conv_transpose1d(x, weight, bias, stride)
            return y[..., before : y.shape[-1] - after]

        return convolve

    def residual(self, at: int, dilation: int) -> Layer:
        wide = self.plain(f"{at}.block.1", dilation)
        narrow = self.plain(f"{at}.block.3")
        shortcut = self.plain(f"{at}.shortcut") if self._sizes.conv_shortcut else lambda x: x
        return lambda x: shortcut(x) + narrow(F.elu(wide(F.elu(x))))

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


def _pad(x: Tensor, before: int, after: int, mode: str) -> Tensor:
    """A clip shorter than its own reflection is lengthened with zeros first, as the reference does."""
    if before == after == 0:
        return x
    if mode != "reflect":
        return F.pad(x, (before, after))
    short = max(0, max(before, after) - x.shape[-1] + 1)
    padded = F.pad(F.pad(x, (0, short)), (before, after), mode="reflect")
    return padded[..., : padded.shape[-1] - short]
