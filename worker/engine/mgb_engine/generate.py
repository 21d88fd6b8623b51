"""`mgb-engine generate`: one clip for a person at a terminal."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from mgb_engine.answers import Answers
from mgb_engine.protocol import Submit
from mgb_engine.serve import EngineOptions, die_with_threads, load_engine


def generate(request: Submit, target: Path, model: str, device: str) -> int:
    """Write the clip to `target`. Returns the exit status; what went wrong is told on stderr."""
    die_with_threads()
    ended = threading.Event()
    answer: dict[str, Any] = {}

    def hear(event: dict[str, Any]) -> None:
        if event["type"] == "progress":
            sys.stderr.write(f"\r{event['step']}/{event['steps']} steps")
        else:
            answer.update(event)
            ended.set()

    with tempfile.TemporaryDirectory() as folder:
        answers = Answers(hear)
        engine = load_engine(EngineOptions(model, Path(folder), device), answers)
        answers.open(request.id)
        engine.submit(request)
        ended.wait()
        engine.stop()
        if answer["type"] != "done":
            sys.stderr.write(f"\nmgb-engine: {answer['detail']}\n")
            return 1
        shutil.move(answer["path"], target)
    sys.stderr.write(
        f"\r{target}: {answer['duration_seconds']:g} s of audio, {answer['gpu_seconds']:g} s of work\n"
    )
    return 0
