"""An LSTM over several sequences at once, each with the same bits whatever runs beside it.

torch's own picks its product by the number of sequences: the same one came out a bit in the last
place different alone and in company, and a sample of its file with it. Here every product is
`Linear`, which on a CPU gives a row the same bits among any number of rows; on CUDA the number of
sequences and of positions of every call is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from mgb_engine.kernels.cuda import Recorder
from mgb_engine.kernels.linear import Linear

_POSITIONS = 50  # of a piece: their input products are one, and a piece's weights stay in the cache


@dataclass(frozen=True)
class LstmLayer:
    """The gates lie in the order input, forget, output, cell: three sigmoids in one piece."""

    from_input: Linear  # [4 * width, width]
    from_state: Linear
    bias: Tensor  # [4 * width]

    @classmethod
    def from_torch(cls, input: Tensor, state: Tensor, bias: Tensor) -> LstmLayer:
        """With torch's order of the gates: input, forget, cell, output."""
        input, state, bias = (
            torch.cat([*t.chunk(4)[:2], t.chunk(4)[3], t.chunk(4)[2]]) for t in (input, state, bias)
        )
        return cls(Linear(input), Linear(state), bias)


class Lstm:
    def __init__(self, layers: list[LstmLayer]):
        self._layers = layers

    def __call__(self, x: Tensor) -> Tensor:
        """x: [T, B, width] -> [T, B, width], from states of zero."""
        states = self._states(x)
        return torch.cat([self._piece(piece, states) for piece in x.split(_POSITIONS)])

    def _states(self, x: Tensor) -> list[Tensor]:
        """Of each layer the output and the cell, [2, B, width]."""
        return [x.new_zeros(2, *x.shape[1:]) for _ in self._layers]

    def _piece(self, x: Tensor, states: list[Tensor]) -> Tensor:
        for layer, state in zip(self._layers, states, strict=True):
            x = _run(layer, x, state)
        return x


class RecordedLstm(Lstm):
    """Runs pieces of `together` sequences, recorded once; what is missing to that is zeros."""

    @torch.inference_mode()
    def __init__(self, layers: list[LstmLayer], together: int, recorder: Recorder):
        super().__init__(layers)
        width = layers[0].bias.shape[0] // 4
        self._x = layers[0].bias.new_zeros(_POSITIONS, together, width)
        self._y = torch.zeros_like(self._x)
        self._kept = self._states(self._x)
        self._replay = recorder.record(lambda: self._y.copy_(self._piece(self._x, self._kept)))

    def __call__(self, x: Tensor) -> Tensor:
        """x: [T, B, width] with B up to `together`."""
        length, count, _ = x.shape
        x = F.pad(x, (0, 0, 0, self._x.shape[1] - count, 0, -length % _POSITIONS))
        for state in self._kept:
            state.zero_()
        pieces = []
        for piece in x.split(_POSITIONS):
            self._x.copy_(piece)
            self._replay()
            pieces.append(self._y.clone())
        return torch.cat(pieces)[:length, :count]


def _run(layer: LstmLayer, x: Tensor, state: Tensor) -> Tensor:
    """x: [T, B, width] -> [T, B, width]; `state` [2, B, width] is read and left at the end's."""
    width = x.shape[2]
    given = (layer.from_input(x.flatten(0, 1)) + layer.bias).view(*x.shape[:2], 4 * width)
    hidden, cell = state[0], state[1]
    outputs = torch.empty_like(x)
    for at in range(len(x)):
        gates = layer.from_state(hidden).add_(given[at])  # [B, 4 * width]
        let_in, keep, let_out = gates[:, : 3 * width].sigmoid_().chunk(3, dim=1)
        cell = torch.addcmul(keep * cell, let_in, gates[:, 3 * width :].tanh_())
        hidden = torch.mul(let_out, cell.tanh(), out=outputs[at])
    state[0], state[1] = hidden, cell
    return outputs
