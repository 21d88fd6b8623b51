"""Muon (Jordan et al., 2024): momentum, with every update of a matrix made orthogonal first.

It learns rare facts (which chord follows in F sharp minor) as soon as common ones, where Adam attends to the
common ones first; here it needs half the steps. PyTorch's own makes updates orthogonal in bfloat16, which a
CPU without instructions for it emulates at a twentieth of the speed.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from demo_model.model import parallel

ITERATIONS = 5
# The quintic whose iteration lifts all singular values to about 1 soonest.
FIRST, THIRD, FIFTH = 3.4445, -4.7750, 2.0315


def orthogonal(matrices: Tensor) -> Tensor:
    """[n, rows, columns]: the nearest matrices with singular values near 1, by Newton and Schulz."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.transpose(1, 2) if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(ITERATIONS):
        square = x @ x.transpose(1, 2)
        x = FIRST * x + (THIRD * square + FIFTH * square @ square) @ x
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    """lr: as AdamW's, for updates are scaled to the size that AdamW's usually have."""

    def __init__(
        self, matrices: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    def _direction(self, parameter: nn.Parameter, momentum: float) -> Tensor:
        state = self.state[parameter]
        if "mean" not in state:
            state["mean"] = torch.zeros_like(parameter)
        assert parameter.grad is not None
        state["mean"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(state["mean"], momentum)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        assert closure is None
        for group in self.param_groups:
            alike: dict[torch.Size, list[nn.Parameter]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike.setdefault(parameter.shape, []).append(parameter)
            for shape, parameters in alike.items():
                directions = torch.stack([self._direction(it, group["momentum"]) for it in parameters])
                scale = 0.2 * max(shape) ** 0.5
                for parameter, update in zip(parameters, _shared_orthogonal(directions), strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update, alpha=-group["lr"] * scale)


def _shared_orthogonal(matrices: Tensor) -> Tensor:
    """Each process makes its share of them."""
    rank, size = parallel.rank(), parallel.size()
    if size == 1:
        return orthogonal(matrices)
    made = torch.zeros_like(matrices)
    if len(matrices) > rank:
        made[rank::size] = orthogonal(matrices[rank::size])
    dist.all_reduce(made)
    return made


def optimizers_of(model: Any, rate: float, matrix_rate: float, decay: float) -> list[torch.optim.Optimizer]:
    """Muon over the matrices of the layers, AdamW over embeddings, heads and vectors, each group with
    its `peak` rate. The codec is finished."""
    model.audio_encoder.requires_grad_(False)
    trained = {name: it for name, it in model.named_parameters() if it.requires_grad}
    inner = [n for n, it in trained.items() if it.ndim == 2 and (".layers." in n or ".block." in n)]
    matrices = [trained[name] for name in inner if "relative" not in name]
    known = {id(it) for it in matrices}
    rest = [it for it in trained.values() if id(it) not in known]
    groups = [
        {"params": [it for it in rest if it.ndim > 1], "weight_decay": decay},
        {"params": [it for it in rest if it.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizers: list[torch.optim.Optimizer] = [
        Muon(matrices, matrix_rate, weight_decay=decay),
        torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98)),
    ]
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return optimizers
