"""What is installed, which device there is, and what Triton needs to compile a kernel."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sysconfig
from pathlib import Path

import torch

from mgb_engine import __version__
from mgb_engine.check.report import Fault
from mgb_engine.kernels.devices import device_name, thread_count

_OLDEST_CAPABILITY = (7, 5)  # a T4's: sm_75
_PACKAGES = ("torch", "transformers", "tokenizers", "safetensors", "numpy", "soundfile")


def versions(device: str) -> str:
    """Python and the packages; of the two compilers of kernels the one that this device needs."""
    compiler = "triton" if device == "cuda" else "numba"
    found = {name: _version(name) for name in (*_PACKAGES, compiler)}
    if missing := [name for name, version in found.items() if version is None]:
        raise Fault(f"expected {', '.join(missing)} to be installed")
    told = ", ".join(f"{name} {version}" for name, version in found.items())
    return f"mgb-engine {__version__}, Python {platform.python_version()}, {told}"


def this_device(device: str) -> str:
    if device == "cuda":
        return _gpu()
    if Path("/dev/nvidia0").exists():
        raise Fault("there is a GPU (/dev/nvidia0), and torch does not see it")
    return f"{device_name(device)}, {thread_count()} threads"


def compiler() -> str:
    """Triton compiles a launcher in C for each kernel: it needs a compiler and Python's headers."""
    command = os.environ.get("CC") or next(filter(shutil.which, ("gcc", "clang", "cc")), None)
    if command is None or shutil.which(command) is None:
        raise Fault("expected a C compiler (gcc or clang, or the one that CC names), found none")
    header = Path(sysconfig.get_paths()["include"]) / "Python.h"
    if not header.exists():
        raise Fault(f"expected Python's headers, found no {header}")
    return f"{shutil.which(command)}, {header}"


def _gpu() -> str:
    capability = torch.cuda.get_device_capability()
    if capability < _OLDEST_CAPABILITY:
        raise Fault(f"expected a compute capability of 7.5 or more, got {_dotted(capability)}")
    wanted, built = f"sm_{capability[0]}{capability[1]}", torch.cuda.get_arch_list()
    if wanted not in built and not any(_runs(arch, capability) for arch in built):
        raise Fault(f"this build of torch has no kernels for {wanted}, only for {' '.join(built)}")
    total = torch.cuda.mem_get_info()[1] / 1e9
    return f"{device_name('cuda')}, compute capability {_dotted(capability)}, {total:.1f} GB"


def _runs(arch: str, capability: tuple[int, int]) -> bool:
    """Machine code of the same major version and no later a minor one runs; so does any earlier PTX."""
    kind, _, digits = arch.partition("_")
    if not digits.isdigit():
        return False
    major, minor = int(digits[:-1]), int(digits[-1])
    if kind == "compute":
        return (major, minor) <= capability
    return major == capability[0] and minor <= capability[1]


def _dotted(capability: tuple[int, int]) -> str:
    return ".".join(map(str, capability))


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
