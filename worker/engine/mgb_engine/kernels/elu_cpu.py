"""ELU on a CPU, compiled by numba at first use and kept on disk.

Measured on one Zen 4 core: torch's own takes 1.3 to 2.1 ns a number, and a fifth of the codec's time with it.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from torch import Tensor

from mgb_engine.kernels.exponential import COMPILE, exp_less_one


def elu_into(out: Tensor, x: Tensor) -> None:
    """Both float32, each without gaps in memory."""
    _elu(x.numpy().ravel(), out.numpy().ravel())


@njit(cache=True, **COMPILE)
def _elu(x, out):
    for i in range(x.shape[0]):
        below = exp_less_one(min(x[i], np.float32(0)))
        out[i] = x[i] if x[i] > 0 else below
