"""A matrix product with weights in the layout that the processor's kernels want."""

from __future__ import annotations

import time

import torch
from torch import Tensor
from torch.nn import functional as F

_ROWS_HINT = 32  # the row count the packed layout is chosen for; any other count works too


class Linear:
    """x [rows, in] -> [rows, out], without bias, optionally with an exact GELU at its end.

    On a CPU the weights are packed once for oneDNN. Its kernels were measured 1.4 to 2.3 times as
    fast as F.linear at 32 rows in fp32 (which goes to MKL, slow on AMD), and, unlike MKL's, they
    give a row the same bits whatever the number of rows: a clip does not feel its batch mates.
    """

    def __init__(self, weight: Tensor):
        """weight: [out, in], on its device and in its dtype."""
        self._packed = weight.device.type == "cpu" and packs(weight.dtype)
        if self._packed:
            weight = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), _ROWS_HINT)
        self._weight = weight

    def __call__(self, x: Tensor, activation: str = "none") -> Tensor:
        if not self._packed:
            y = F.linear(x, self._weight.to(x.dtype))
            return F.gelu(y) if activation == "gelu" else y
        if len(x) == 1:
            # One row alone takes another kernel, with other roundings than the same row in company.
            return self(x.expand(2, -1).contiguous(), activation)[:1]
        options = (activation, [], "none" if activation == "gelu" else "")
        return torch.ops.mkldnn._linear_pointwise(x, self._weight, None, *options)


def packs(dtype: torch.dtype) -> bool:
    """Whether oneDNN has kernels for weights of this kind on this processor."""
    if not torch.backends.mkldnn.is_available():
        return False
    match dtype:
        case torch.bfloat16:
            return torch.ops.mkldnn._is_mkldnn_bf16_supported()
        case torch.float16:
            return torch.ops.mkldnn._is_mkldnn_fp16_supported()
        case _:
            return dtype == torch.float32


def packed_gflops(dtype: torch.dtype, size: int = 1024, rows: int = _ROWS_HINT, tries: int = 12) -> float:
    """The rate of a product like the decoder's on this thread: best of `tries`, in GFLOP/s."""
    x = torch.randn(rows, size).to(dtype)
    linears = [Linear(torch.randn(size, size).to(dtype)) for _ in range(4)]
    best = float("inf")
    for _ in range(tries):
        started = time.perf_counter()
        for linear in linears:
            linear(x)
        best = min(best, time.perf_counter() - started)
    return 2 * len(linears) * rows * size * size / best / 1e9
