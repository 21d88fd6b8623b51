"""ELU, by numba or by torch's own operation: x above 0, e^x - 1 below."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

_COMPILED_FROM_WIDTH = 128  # a smaller model is done sooner than the kernel would be compiled

# Writes ELU of the second into the first: float32 of one shape, each without gaps in memory.
EluInto = Callable[[Tensor, Tensor], None]


def elu_for(width: int, device: str) -> EluInto:
    """width: the most channels that a model's states have."""
    if device != "cpu" or width < _COMPILED_FROM_WIDTH:
        return _plainly
    try:
        from mgb_engine.kernels import elu_cpu
    except ImportError:  # numba follows a new Python some months late
        return _plainly
    return elu_cpu.elu_into


def _plainly(out: Tensor, x: Tensor) -> None:
    out.copy_(F.elu(x))
