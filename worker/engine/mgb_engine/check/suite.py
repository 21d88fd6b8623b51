"""Every check, in the order in which a fault of one explains those after it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from mgb_engine.check import clips, kernels, machine, memory, pace
from mgb_engine.check.report import Check, Result, ended_in_time, run_checks, summary
from mgb_engine.kernels.cuda import prefer_exact
from mgb_engine.kernels.devices import thread_count
from mgb_engine.model.model_folder import ModelFolder, open_model

TINY = "tiny-random"
_REPORT = "report this line and the machine: clips made here are not those of other machines"
_INSTALL = "install requirements/run.txt (for a GPU with torch's CUDA build, which brings Triton)"
_DRIVER = "install a driver for this torch's CUDA, or torch's build for this GPU"
_ALONE = "end what else runs on this machine, and try again"


def check(model: str | None, device: str, tell: Callable[[Result], None]) -> dict[str, Any]:
    """model: None is tiny-random alone. Raises ModelError when the model is not to be had."""
    with tempfile.TemporaryDirectory(prefix="mgb-check-") as scratch, ended_in_time():
        torch.set_num_threads(thread_count())
        prefer_exact()
        asked = open_model(model or TINY, Path(scratch))
        tiny = open_model(TINY, Path(scratch)) if model else asked
        return summary(run_checks(_checks(tiny, asked, device), device, tell), device)


def _checks(tiny: ModelFolder, asked: ModelFolder, device: str) -> list[Check]:
    both = {folder.path: folder for folder in (tiny, asked)}.values()
    noise, model = str(tiny.path), str(asked.path)
    return [
        Check("versions", _INSTALL, lambda: machine.versions(device)),
        Check("device", _DRIVER, lambda: machine.this_device(device)),
        Check("compiler", "install gcc and Python's headers (python3-dev)", machine.compiler, needs_gpu=True),
        Check("attention", _REPORT, lambda: kernels.attention(device)),
        Check("nan", _REPORT, lambda: kernels.not_finite(device)),
        Check("tokens", _REPORT, lambda: "; ".join(map(clips.tokens, both)), needs_gpu=True),
        Check("company", _REPORT, lambda: clips.company(noise, device)),
        Check("resume", _REPORT, lambda: clips.resume(noise, device)),
        Check("windows", _REPORT, lambda: clips.windows(noise, device)),
        Check("plan", _REPORT, memory.plan_arithmetic),
        Check("memory", _ALONE, memory.taken_on_gpu, needs_gpu=True),
        Check("pace", _ALONE, lambda: pace.pace(asked, model, device)),
        Check("reference", _INSTALL, lambda: pace.reference(asked, device)),
    ]
