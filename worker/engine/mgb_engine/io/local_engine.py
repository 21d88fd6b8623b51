"""An engine driven from its own process: clips are asked for and waited for, without the protocol."""

from __future__ import annotations

import queue
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from mgb_engine.engine.request import Submit
from mgb_engine.io.answers import Answers
from mgb_engine.io.serve import EngineOptions, die_with_threads, load_engine

Event = dict[str, Any]


class ClipFailed(RuntimeError):
    """The engine answered that it could not make a clip."""


class LocalEngine:
    """To be used by `with`, at whose end the engine is stopped and its files are gone.

    Raises ModelError or DeviceError when the model or the device is not to be had.
    """

    def __init__(self, model: str, device: str = "auto", dtype: str = "auto"):
        die_with_threads()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._answers = Answers(self._events.put)
        self._folder = tempfile.TemporaryDirectory(prefix="mgb-")
        options = EngineOptions(model, Path(self._folder.name), device, dtype)
        self.engine = load_engine(options, self._answers)

    def make(self, clips: Sequence[Submit], hear: Callable[[Event], None] = lambda _: None) -> list[Event]:
        """Hand over all clips at once. Returns their answers, in the order in which they came.

        A clip of an engine that was told to drain is answered by its checkpoint. hear: called with every
        event, progress included. Raises ClipFailed at the first failure.
        """
        for clip in clips:
            self._answers.open(clip.id)
            self.engine.submit(clip)
        done: list[Event] = []
        while len(done) < len(clips):
            event = self._events.get()
            hear(event)
            if event["type"] == "failed":
                raise ClipFailed(f"{event['id']}: {event['detail']}")
            if event["type"] in ("done", "checkpoint"):
                done.append(event)
        return done

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.engine.stop()
        self._folder.cleanup()
