"""The engine against transformers on this machine's CPU: `npm run bench:engine`.

Random weights at musicgen-small's dimensions, one mixed queue. It takes about 20 minutes on two
cores and tells on stderr how far it is; `--json` prints the result on one line of stdout.

The engine makes the whole queue, all of it handed over at once. transformers makes the clips in
the middle of the sorted queue, one group a batch size: its padding and its mean context are the
queue's own or a little less, so it is not the loser by it. `--whole` gives it every clip (an
hour or more). `--quick` runs every part at tiny dimensions: its figures mean nothing, it shows
that the benchmark works.
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
from mgb_engine.kernels.devices import device_name, thread_count
from mgb_engine.kernels.linear import packs
from workload import SHORTEST_SHARE, make_checkpoint

_BATCHES = (4, 8, 16)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the result on one line")
    parser.add_argument("--quick", action="store_true", help="tiny dimensions")
    parser.add_argument("--whole", action="store_true", help="transformers makes every clip too")
    parser.add_argument("--clips", type=int, default=32)
    parser.add_argument("--longest", type=float, default=10.0, help="seconds of the longest clip")
    options = parser.parse_args()
    if options.clips < 2 * min(_BATCHES):
        parser.error(f"expected --clips to be at least {2 * min(_BATCHES)}, got {options.clips}")
    if options.quick:
        options.clips, options.longest = min(options.clips, 8), min(options.longest, 0.6)
    with tempfile.TemporaryDirectory(prefix="mgb-bench-") as scratch:
        say("making the checkpoint")
        folder = make_checkpoint(Path(scratch) / "model", quick=options.quick)
        result = run(folder, options)
    print(json.dumps(result, indent=None if options.json else 1))
    return 0


def run(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    def phase(name: str, **more: Any) -> dict[str, Any]:
        say(f"{name} {more or ''}")
        task = {"folder": str(folder), "quick": options.quick, "clips": options.clips,
                "longest": options.longest, "phase": name, **more}  # fmt: skip
        result = phases.run(task) if options.quick else _in_a_process(task)
        say(f"  {result}")
        return result

    def reference(batch: int) -> dict[str, Any]:
        return phase("reference", batch=batch, middle=options.clips if options.whole else max(2, batch))

    # The engine first: who stops the run early has that, and every phase is told as it ends.
    bf16 = packs(torch.bfloat16)
    fp32 = phase("engine", dtype="float32")
    half = phase("engine", dtype="bfloat16") if bf16 else None
    steps = {"fp32": phase("roofline", dtype="float32")}
    steps["bf16"] = phase("roofline", dtype="bfloat16") if bf16 else None
    traffic, exact = phase("traffic"), phase("exact")
    batched = {size: reference(size) for size in reversed(_BATCHES) if size <= options.clips // 2}
    best = max(batched, key=lambda size: batched[size]["audio_seconds_per_second"])
    one = reference(1)
    results = {"one": one, "batched": batched[best], "fp32": fp32, "bf16": half}
    rate = {name: result and result["audio_seconds_per_second"] for name, result in results.items()}
    to_beat = max(rate["one"], rate["batched"])
    return {
        # Audio-seconds per second.
        "reference_one": rate["one"],
        "reference_batched": rate["batched"],
        "engine_fp32": rate["fp32"],
        "engine_bf16": rate["bf16"],
        "ratio_fp32": round(rate["fp32"] / to_beat, 2),
        "ratio_bf16": rate["bf16"] and round(rate["bf16"] / to_beat, 2),
        "ratio_bf16_reason": None if bf16 else "this processor has no instructions for bf16",
        "token_exact": exact["token_exact"],
        "step_over_roofline": {kind: step and step["step_over_roofline"] for kind, step in steps.items()},
        "traffic_ratio": {who: traffic[who] for who in ("reference", "engine")},
        "cpu": f"{device_name('cpu')}, {thread_count()} threads",
        "queue": {
            "clips": options.clips,
            "seconds": [round(SHORTEST_SHARE * options.longest, 2), options.longest],
            "made_by_the_engine": options.clips,
            "made_by_the_reference": {"one": one["clips"], **{b: r["clips"] for b, r in batched.items()}},
            "tiny_dimensions": options.quick,
        },
        "details": {
            "reference_one": one,
            "reference_batched": {"best_batch": best, "by_batch": batched},
            "engine_fp32": fp32,
            "engine_bf16": half,
            "step": steps,
        },
        "date": time.strftime("%Y-%m-%d"),
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }


def _in_a_process(task: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, phases.__file__, json.dumps(task)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
