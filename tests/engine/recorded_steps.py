"""A stand-in for CUDA graphs: records operations on a CPU and replays them over the same tensors.

As with a graph, Python runs only while recording: a value of the host is what it was then, and what
is to differ between replays must lie in tensors that were there. What a recording forbids on CUDA
is refused here by the operation's name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import torch
from mgb_engine.engine import sampler
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

# They read a tensor on the host, take a shape from data, or bring a tensor from the host.
_FORBIDDEN = {
    "aten::_local_scalar_dense", "aten::item", "aten::is_nonzero", "aten::equal", "aten::nonzero",
    "aten::masked_select", "aten::unique_dim", "aten::_unique2", "aten::bincount", "aten::lift_fresh",
    "aten::tolist", "aten::repeat_interleave",
}  # fmt: skip


class Log(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self._entries: list[tuple[Callable, tuple, dict[str, Any], list[torch.Tensor]]] = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = func._schema.name
        assert name not in _FORBIDDEN, f"{name} in a recorded step"
        if name.startswith("aten::index"):
            indices = [x for x in tree_leaves(args[1]) if isinstance(x, torch.Tensor)]
            assert all(x.dtype != torch.bool for x in indices), f"{name} by a mask in a recorded step"
        out = func(*args, **kwargs)
        self._entries.append((func, args, kwargs, _tensors(out)))
        return out

    def replay(self) -> None:
        for func, args, kwargs, out in self._entries:
            for kept, new in zip(out, _tensors(func(*args, **kwargs)), strict=True):
                if kept.data_ptr() != new.data_ptr():
                    kept.copy_(new)


def _tensors(result: Any) -> list[torch.Tensor]:
    if isinstance(result, torch.Tensor):  # nearly always, and quicker than taking it apart
        return [result]
    return [x for x in tree_leaves(result) if isinstance(x, torch.Tensor)]


class RecordingRecorder:
    def __init__(self):
        self.paces = 0

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        log = Log()
        # A CPU's own way to the k-th score reads on the host; what CUDA does is to be recorded.
        with mock.patch.object(sampler, "_kth_largest", sampler._kth_by_ranking):
            work()  # the rehearsal
            with log:
                work()
        return log.replay

    def keep_pace(self) -> None:
        self.paces += 1
