"""Clips whose numbers left their precision: made once more from the start, alone and in float32."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable

from mgb_engine.clip import Clip
from mgb_engine.crew import Crew, Waiting


class Rescue:
    """Its crew is made when it is first needed, in a thread of its own: nobody else waits for that."""

    def __init__(self, make_crew: Callable[[], Crew], faulty: Callable[[Clip, Exception], None]):
        self._make_crew = make_crew
        self._faulty = faulty
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._crew: Crew | None = None
        self._thread = threading.Thread(target=self._run, name="rescue", daemon=True)
        self._thread.start()

    def add(self, waiting: Waiting) -> None:
        self._queue.put(waiting)

    def wake(self) -> None:
        if self._crew:
            self._crew.wake()

    def stop(self) -> list[Clip]:
        """Returns the clips that were not done."""
        self._queue.put(None)
        self._thread.join()
        return self._crew.stop() if self._crew else []

    def _run(self) -> None:
        while (waiting := self._queue.get()) is not None:
            try:
                if self._crew is None:
                    self._crew = self._make_crew()
                    self._crew.start()
            except Exception as error:  # the thread's edge: most likely there is no memory for it
                traceback.print_exc()
                self._faulty(waiting.clip, error)
            else:
                self._crew.add(waiting)
