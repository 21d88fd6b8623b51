"""The engine against transformers on this machine's CPU: `npm run bench:engine`.

Random weights at musicgen-small's dimensions, one mixed queue. It takes minutes and tells on
stderr how far it is; `--json` prints the result alone on stdout. `--quick` runs every part at
tiny dimensions: its figures mean nothing, it shows that the benchmark works.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import phases  # also puts the engine on the path
import torch
from mgb_engine.devices import device_name, thread_count
from mgb_engine.linear import packed_gflops
from workload import make_checkpoint

_BATCHES = (4, 8, 16)
_WORTH_IT = 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print only the JSON result")
    parser.add_argument("--quick", action="store_true", help="tiny dimensions")
    parser.add_argument("--clips", type=int, default=32)
    parser.add_argument("--longest", type=float, default=10.0, help="seconds of the longest clip")
    options = parser.parse_args()
    if options.quick:
        options.clips, options.longest = min(options.clips, 8), min(options.longest, 3.0)
    with tempfile.TemporaryDirectory(prefix="mgb-bench-") as scratch:
        say("making the checkpoint")
        folder = make_checkpoint(Path(scratch) / "model", quick=options.quick)
        result = run(folder, options)
    if options.json:
        print(json.dumps(result))
    else:
        print(json.dumps(result, indent=1))
    return 0


def run(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    task = {"folder": str(folder), "quick": options.quick, "clips": options.clips, "longest": options.longest}

    def phase(name: str, **more: Any) -> dict[str, Any]:
        say(f"{name} {more or ''}")
        result = _phase({**task, **more, "phase": name})
        say(f"  {result}")
        return result

    bf16 = packed_gflops(torch.bfloat16) > _WORTH_IT * packed_gflops(torch.float32)
    # Samples, for a bearable time. One by one, every clip costs its length. In sorted batches the
    # middle half of the lengths has the whole queue's mean and, batch by batch, its padding.
    batches = [size for size in _BATCHES if size <= options.clips // 2] or [options.clips // 2]
    one = phase("reference", batch=1, sample="eighth")
    batched = {batch: phase("reference", batch=batch, sample="middle") for batch in batches}
    best = max(batched, key=lambda batch: batched[batch]["audio_seconds_per_second"])
    fp32 = phase("engine", dtype="float32")
    half = phase("engine", dtype="bfloat16") if bf16 else None
    to_beat = max((one, batched[best]), key=lambda r: r["audio_seconds_per_second"])
    steps = {"fp32": phase("roofline", dtype="float32")}
    steps["bf16"] = phase("roofline", dtype="bfloat16") if bf16 else None
    return {
        "reference_one": one,
        "reference_batched": {"best_batch": best, **batched[best], "tried": batched},
        "engine_fp32": fp32,
        "engine_bf16": half,
        "ratio_fp32": _ratio(fp32, to_beat),
        "ratio_bf16": _ratio(half, to_beat) if half else None,
        "ratio_bf16_reason": None if half else "bf16 products are not 1.3 times as fast as fp32 here",
        "ratio_cpu_time": {
            "fp32": _cpu_ratio(fp32, to_beat),
            "bf16": _cpu_ratio(half, to_beat) if half else None,
        },
        **phase("exact"),
        "step_over_roofline": {kind: step and step["step_over_roofline"] for kind, step in steps.items()},
        "steps": steps,
        "traffic_ratio": {k: v for k, v in phase("traffic").items() if k in ("reference", "engine")},
        "queue": {"clips": options.clips, "longest_seconds": options.longest, "quick": options.quick},
        "cpu": {"name": device_name("cpu"), "threads": thread_count(), "load": _load()},
        "date": time.strftime("%Y-%m-%d"),
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }


def _phase(task: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, phases.__file__, json.dumps(task)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


def _ratio(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    return round(ours["audio_seconds_per_second"] / theirs["audio_seconds_per_second"], 2)


def _cpu_ratio(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    return round(theirs["cpu_seconds_per_audio_second"] / ours["cpu_seconds_per_audio_second"], 2)


def _load() -> float | None:
    """The machine's load: figures taken beside other work say so."""
    import os

    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
