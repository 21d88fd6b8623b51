"""`mgb-engine generate`: one clip for a person at a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from mgb_engine.engine.request import Submit
from mgb_engine.io.local_engine import Event, LocalEngine
from mgb_engine.model.files import write_whole


def generate(request: Submit, target: Path, model: str, device: str) -> None:
    """Write the clip to `target`, telling on stderr how far it is. Raises ClipFailed, OSError."""
    with LocalEngine(model, device) as local:
        [answer] = local.make([request], _tell_progress)
        write_whole(target, Path(answer["path"]).read_bytes())
    sys.stderr.write(
        f"\r{target}: {answer['duration_seconds']:g} s of audio, {answer['gpu_seconds']:g} s of work\n"
    )


def _tell_progress(event: Event) -> None:
    if event["type"] == "progress":
        sys.stderr.write(f"\r{event['step']}/{event['steps']} steps")
