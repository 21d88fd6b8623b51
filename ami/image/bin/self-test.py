#!/opt/musicgen-batch/venv/bin/python
"""Tries a provisioned worker before it becomes an image: the GPU, its driver, the engine, and one real clip.

    self-test.py MODEL_FOLDER REPORT [--without-gpu]

Writes what it found to REPORT as JSON, and ends with 1 when the machine is no fit worker. It fills the
caches of Triton and numba on the way. `--without-gpu` stands in for a GPU on a machine that has none: the
clip is made on the processor, and the report says so.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLIP_SECONDS = 10
# What the engine writes when it goes the slow way.
SLOW_WAYS = ("falls back", "does not run here", "computes something else")


def gpu_facts():
    """What torch and the driver say of the GPU, and what is wrong with it."""
    import torch

    built_for = torch.cuda.get_arch_list()
    facts = {"torch": torch.__version__, "cuda": torch.version.cuda, "architectures": built_for}
    if not torch.cuda.is_available():
        return facts, [
            f"torch finds no GPU: none is there, or its driver is too old for CUDA {torch.version.cuda}"
        ]
    major, minor = torch.cuda.get_device_capability()
    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    facts["gpu"] = torch.cuda.get_device_name()
    facts["driver"] = subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    wanted = f"sm_{major}{minor}"
    if wanted in built_for:
        return facts, []
    return facts, [f"this build of torch holds no {wanted}, only {' '.join(built_for)}"]


def make_clip(model, device):
    """One clip through the installed command, as a worker's engine makes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        command = ["mgb-engine", "generate", "upbeat lo-fi with piano", "-o", str(path), "--model", model]
        command += ["--device", device, "--seconds", str(CLIP_SECONDS), "--seed", "1"]
        began = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = round(time.monotonic() - began, 1)
        if ran.returncode != 0 or not path.exists():
            return {}, [f"the engine made no clip: {ran.stderr[-2000:]}"]
        slow = [line for line in ran.stderr.splitlines() if any(way in line for way in SLOW_WAYS)]
        clip = {"seconds_to_make": seconds, "audio_seconds": CLIP_SECONDS}
        clip["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        return clip, [f"the engine goes the slow way: {line}" for line in slow]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("report", type=Path)
    parser.add_argument("--without-gpu", action="store_true")
    asked = parser.parse_args()
    facts, faults = ({"gpu": "stand-in: none"}, []) if asked.without_gpu else gpu_facts()
    if not faults:
        clip, faults = make_clip(asked.model, "cpu" if asked.without_gpu else "cuda")
        facts["clip"] = clip
    report = {"passed": not faults, "faults": faults, **facts}
    asked.report.write_text(json.dumps(report, indent=2) + "\n")
    for fault in faults:
        print(f"self-test: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
