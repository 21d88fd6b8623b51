"""e^x for x <= 0, compiled by numba into the kernels that use it: the C library's is a call a number."""

from __future__ import annotations

import numpy as np
from numba import njit

# Sums in any order, but no leave to assume that there is no NaN and no infinity: a clip whose numbers
# are not finite is found by exactly those.
_FAST = {"reassoc", "contract", "arcp", "nsz", "afn"}
COMPILE = {"fastmath": _FAST, "error_model": "numpy", "nogil": True}


@njit(inline="always", **COMPILE)
def exp(x):
    """To one part in 10^7."""
    power, rest = _parts(x)
    return (rest + np.float32(1.0)) * power


@njit(inline="always", **COMPILE)
def exp_less_one(x):
    """To two parts in 10^7, however small x is."""
    power, rest = _parts(x)
    return rest * power + (power - np.float32(1.0))


@njit(inline="always", **COMPILE)
def _parts(x):
    """A power of two and a rest near 0: e^x = power * (1 + rest)."""
    x = max(x, np.float32(-87.0))
    n = np.floor(x * np.float32(1.44269504) + np.float32(0.5))
    f = x - n * np.float32(0.693359375)  # ln 2 in two parts, so that the difference is exact
    f = f + n * np.float32(2.12194440e-4)
    p = np.float32(1 / 5040) * f + np.float32(1 / 720)
    p = p * f + np.float32(1 / 120)
    p = p * f + np.float32(1 / 24)
    p = p * f + np.float32(1 / 6)
    p = p * f + np.float32(0.5)
    p = p * f * f + f
    return np.uint32(np.int32(np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32), p
