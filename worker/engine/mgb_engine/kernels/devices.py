"""The machine: which device to run on, what it is called, how many threads are worth using."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path


class DeviceError(RuntimeError):
    """The device that was asked for is not there, or does not work."""


def pick_device(asked: str) -> str:
    """`auto` is CUDA where there is one. Raises DeviceError when CUDA is asked for and missing."""
    import torch

    if asked == "cuda" and not torch.cuda.is_available():
        raise DeviceError("expected a CUDA device, found none")
    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return asked


def device_name(device: str) -> str:
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    return _processor_name()


def peak_memory_mb(device: str) -> int:
    """The most that tensors held on a CUDA device so far; elsewhere the most that this process held."""
    if device == "cuda":
        import torch

        return torch.cuda.max_memory_allocated() >> 20
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most >> (20 if sys.platform == "darwin" else 10)  # macOS counts bytes, Linux kilobytes


def is_out_of_memory(error: BaseException) -> bool:
    """The host's or the device's. torch's allocator for a CPU raises a plain RuntimeError."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    told = str(error).lower()
    return isinstance(error, RuntimeError) and ("allocate memory" in told or "out of memory" in told)


def thread_count() -> int:
    """MGB_ENGINE_THREADS, or the physical cores this process may use.

    A second hardware thread on a core shares its vector units: it adds contention, no speed.
    """
    if asked := os.environ.get("MGB_ENGINE_THREADS"):
        return max(1, int(asked))
    if not hasattr(os, "sched_getaffinity"):
        return max(1, os.cpu_count() or 1)
    return max(1, len({_core_of(cpu) for cpu in os.sched_getaffinity(0)}))


def use_large_pages() -> None:
    """Let torch put large tensors in pages of 2 MB where the system has them (Linux).

    Weights are read once a step, which is hard on a processor's page tables: products were 4 to
    12 % faster with it. Takes effect when called before torch makes its first tensor.
    """
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def _core_of(cpu: int) -> tuple[str, ...]:
    topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology")
    try:
        return tuple((topology / name).read_text() for name in ("physical_package_id", "core_id"))
    except OSError:
        return (str(cpu),)  # not told: count it as a core of its own


def _processor_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not Linux
    import platform

    return platform.processor() or platform.machine()
