"""Whole clips through the engine that `serve` runs: exact, whatever happens around them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from mgb_engine.check.report import Fault
from mgb_engine.engine.request import Output, Resume, Submit
from mgb_engine.io.batch_engine import BatchEngine
from mgb_engine.io.local_engine import LocalEngine
from mgb_engine.io.source import stored_codes
from mgb_engine.kernels.attention import compiled_kernels
from mgb_engine.model.model_folder import ModelFolder

_LENGTHS = (0.5, 2.0, 1.1, 3.0, 0.7)
_LONG_SECONDS = 45.0  # crosses windows
_HALF_SECONDS = 12.0  # of a clip that is interrupted in its middle
_TOKEN_SECONDS = 4.0


@dataclass(frozen=True)
class Crowd:
    """How many different clips, and how often each is made."""

    clips: int
    rounds: int


CROWDS = {"cuda": Crowd(64, 20), "cpu": Crowd(8, 2)}


def asked(id: str, seed: int, seconds: float, *, top_k: int = 250, guidance: float = 3.0) -> Submit:
    prompt = f"slow blues, brushed drums, take {seed}"
    output = Output("wav", "none")
    return Submit(id, prompt, seconds, seed, top_k=top_k, guidance_scale=guidance, output=output)


def company(model: str, device: str) -> str:
    """Every clip many times in a crowd, the codec at work beside the steps, then alone."""
    crowd = CROWDS[device]
    kinds = [
        asked("", i, _LENGTHS[i % len(_LENGTHS)], top_k=(250, 1, 0)[i % 3], guidance=(3.0, 1.0)[i % 2])
        for i in range(crowd.clips)
    ]
    with LocalEngine(model, device) as local:
        names = [(round, i) for round in range(crowd.rounds) for i in range(crowd.clips)]
        together = local.make([replace(kinds[i], id=f"{round}-{i}") for round, i in names])
        alone = [local.make([replace(kind, id=f"alone-{i}")])[0]["sha256"] for i, kind in enumerate(kinds)]
        dtype = local.engine.description.dtype
    wrong = {event["id"] for event in together if event["sha256"] != alone[int(event["id"].split("-")[1])]}
    if wrong:
        raise Fault(f"{len(wrong)} of {len(together)} clips differ from themselves alone: {min(wrong)}, …")
    return f"{crowd.clips} clips x {crowd.rounds} rounds in {dtype}: one sha256 a clip, alone too"


def resume(model: str, device: str) -> str:
    """Drained at half and gone on with in another engine, in float32."""
    clip = asked("half", 5, _HALF_SECONDS)
    with LocalEngine(model, device, "float32") as local:
        whole = local.make([clip])[0]
    with LocalEngine(model, device, "float32") as local:
        steps = local.engine.steps_so_far().count + whole["steps"] // 2
        threading.Thread(target=_drain_at, args=(local.engine, steps), daemon=True).start()
        [left] = local.make([replace(clip, id="drained")])
        if left["type"] != "checkpoint" or left["path"] is None:
            raise Fault(f"expected a checkpoint of a drained clip, got {left['type']}")
        with LocalEngine(model, device, "float32") as other:
            [made] = other.make([replace(clip, id="resumed", resume=Resume(left["path"]))])
    if made["resumed_at_step"] != left["step"]:
        raise Fault(f"expected to go on from step {left['step']}, began at {made['resumed_at_step']}")
    if made["sha256"] != whole["sha256"]:
        raise Fault(f"a clip resumed at step {left['step']} of {whole['steps']} has other bytes")
    return f"drained at step {left['step']} of {whole['steps']} and resumed: the same bytes"


def windows(model: str, device: str) -> str:
    """A clip over 30 s: several windows, and no kernel compiled on the way."""
    with LocalEngine(model, device) as local:
        local.make([asked("short", 1, 2.0)])
        before = compiled_kernels(device)
        [made] = local.make([asked("long", 1, _LONG_SECONDS)])
        compiled = compiled_kernels(device) - before
    if made["duration_seconds"] != _LONG_SECONDS:
        raise Fault(f"expected {_LONG_SECONDS:g} s, got {made['duration_seconds']:g}")
    if compiled:
        raise Fault(f"{compiled} kernels were compiled in the middle of a clip")
    return f"{_LONG_SECONDS:g} s in {made['steps']} steps, no kernel compiled on the way"


def tokens(folder: ModelFolder, devices: Sequence[str] = ("cpu", "cuda")) -> str:
    """Greedy codes in float32 are the same on both devices."""
    one, other = (greedy_codes(folder, device) for device in devices)
    if not torch.equal(one, other):
        frame = int((one != other).any(dim=0).nonzero().min())
        raise Fault(f"{folder.name}: {devices[1]} differs from {devices[0]} from frame {frame} on")
    return f"{folder.name}: {devices[1]} equal to {devices[0]} in {one.shape[1]} frames of greedy codes"


def greedy_codes(folder: ModelFolder, device: str) -> Tensor:
    """[K, frames]"""
    with LocalEngine(str(folder.path), device, "float32") as local:
        [made] = local.make([asked("greedy", 0, _TOKEN_SECONDS, top_k=1)])
        return stored_codes(Path(made["codes_path"]))[0]


def _drain_at(engine: BatchEngine, steps: int) -> None:
    while engine.steps_so_far().count < steps:
        time.sleep(0.001)
    engine.drain(0)
