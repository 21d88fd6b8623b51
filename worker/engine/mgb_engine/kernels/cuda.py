"""What only CUDA has: streams, and graphs that replay a thousand launches as one.

A graph is recorded once, over tensors that stay where they are; what changes from one replay to the
next is written into them before. While it is recorded nothing may wait for the device, read a value
on the host or take a shape from data.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Protocol

import torch

# Of streams: a step waits for no codec. Its blocks begin before those of work that waits already.
STEPS_FIRST, BESIDE = -1, 0
_REHEARSALS = 2  # compile kernels and take workspaces, which a recording must not


class Recorder(Protocol):
    """Tests put a recorder of their own here, which replays operations on a CPU."""

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Run `work` a few times, then record it. Returns its replay."""
        ...

    def keep_pace(self) -> None:
        """Called after each replay."""
        ...


class GraphRecorder:
    """Graphs that are never replayed at the same time: they share the memory of their own tensors.

    All of them are rehearsed, recorded and replayed on one stream, which is no other recorder's: the
    workspace of a matrix product belongs to the stream that it was recorded on, and two threads that
    replay graphs of one stream would write into the same.
    """

    def __init__(self, priority: int):
        self._pool = torch.cuda.graph_pool_handle()
        self._stream = torch.cuda.Stream(priority=priority)
        self._last: torch.cuda.Event | None = None

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        torch.cuda.synchronize()
        with torch.cuda.stream(self._stream):
            for _ in range(_REHEARSALS):
                work()
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        # thread_local: what other threads ask of the device in the meantime is no fault of this one.
        with torch.cuda.graph(graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"):
            work()
        return partial(self._replay, graph)

    def _replay(self, graph: torch.cuda.CUDAGraph) -> None:
        """After what this thread has asked of the device so far, and before what it asks next."""
        asking = torch.cuda.current_stream()
        self._stream.wait_stream(asking)
        with torch.cuda.stream(self._stream):
            graph.replay()
        asking.wait_stream(self._stream)

    def keep_pace(self) -> None:
        """Wait for the replay before the last: the device always has the next one at hand, and a
        cancel, a time or a count of steps is never more than a step behind."""
        if self._last:
            self._last.synchronize()
        self._last = torch.cuda.Event()
        self._last.record()


def recorder_for(device: str, priority: int) -> Recorder | None:
    return GraphRecorder(priority) if device == "cuda" else None


def own_stream(device: str, priority: int) -> AbstractContextManager[object]:
    """This thread's work runs beside that of other threads."""
    return torch.cuda.stream(torch.cuda.Stream(priority=priority)) if device == "cuda" else nullcontext()


def finish(device: str) -> None:
    """Wait for this thread's work: what it made is about to be another thread's."""
    if device == "cuda":
        torch.cuda.current_stream().synchronize()


def prefer_exact() -> None:
    """No shortcut that changes digits: no TF32, no fp16 sums, the same algorithm every time."""
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
    torch.backends.cudnn.deterministic = True
