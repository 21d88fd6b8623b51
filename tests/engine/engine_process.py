"""A real engine process, driven as the agent drives it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 240  # nothing here takes so long; it only ends a test that would hang


def output(**changes: Any) -> dict[str, Any]:
    return {"format": "wav", "normalize": "loudness", "fade_out_seconds": 0, "only_new": False, **changes}


def submit_line(id: str, **changes: Any) -> dict[str, Any]:
    return {
        "type": "submit", "id": id, "prompt": "slow blues", "duration_seconds": 0.3, "seed": 7,
        "temperature": 1, "top_k": 250, "top_p": 0, "guidance_scale": 3,
        "output": output(), "extend_stride": 18, "continue_from": None, "resume": None, **changes,
    }  # fmt: skip


def start(model: Path, out: Path, *options: str) -> subprocess.Popen[bytes]:
    """Begin the process alone; its pipes are the caller's."""
    return subprocess.Popen(
        [sys.executable, "-m", "mgb_engine", "serve", "--model", str(model), "--out", str(out), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "worker" / "engine"), "MGB_ENGINE_THREADS": "1"},
    )


class EngineProcess:
    def __init__(self, model: Path, out: Path, *options: str):
        self.process = start(model, out, *options)
        self.events: list[dict[str, Any]] = []
        self.log: list[str] = []
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_log, daemon=True).start()

    def send(self, *commands: dict[str, Any] | str) -> None:
        for command in commands:
            line = command if isinstance(command, str) else json.dumps(command)
            self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read events until one is wanted; every line must be an event."""
        while (line := self._lines.get(timeout=PATIENCE_SECONDS)) is not None:
            event = json.loads(line)
            self.events.append(event)
            if wanted(event):
                return event
        raise AssertionError(f"the engine ended first: {self.events[-3:]}\n{''.join(self.log[-20:])}")

    def until_type(self, kind: str, id: str | None = None) -> dict[str, Any]:
        return self.until(lambda event: event["type"] == kind and id in (None, event.get("id")))

    def answers(self, *ids: str) -> dict[str, dict[str, Any]]:
        """Read until every id is answered. Says which answer each got."""
        got: dict[str, dict[str, Any]] = {}
        while set(got) != set(ids):
            event = self.until(lambda event: event["type"] in ("done", "failed", "checkpoint"))
            assert event["id"] not in got, f"answered twice: {event}"
            got[event["id"]] = event
        return got

    def end(self) -> int:
        """Shut down, read what is left, and say the exit status."""
        self.send({"type": "shutdown"})
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        while (line := self._lines.get(timeout=PATIENCE_SECONDS)) is not None:
            self.events.append(json.loads(line))
        return status

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_log(self) -> None:
        for line in self.process.stderr:
            self.log.append(line.decode(errors="replace"))
