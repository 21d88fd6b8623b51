"""The engine: text in one thread, decoding in lanes, codec in another thread, files in a fourth."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from mgb_engine.engine.batch import Recording, RunningBatch
from mgb_engine.engine.clip import Clip, is_known_clip
from mgb_engine.engine.codec_thread import CodecThread
from mgb_engine.engine.costs import Costs
from mgb_engine.engine.events import Canceled, Decoded, Event, Events, Failed, Interrupted, NotFinite, Stepped
from mgb_engine.engine.pace import Pace
from mgb_engine.engine.plan import choose_dtype, make_plan
from mgb_engine.engine.request import Orders, Output, Submit
from mgb_engine.engine.scheduler import Request, Scheduler
from mgb_engine.engine.trial import USUAL_SECONDS, Trial
from mgb_engine.io import checkpoint
from mgb_engine.io.answers import Answers
from mgb_engine.io.audio import encoded, file_name
from mgb_engine.io.finisher import Description, Finisher
from mgb_engine.io.source import BadSourceError, Continuations, write_codes
from mgb_engine.kernels.attention import kernel_for
from mgb_engine.kernels.cache import PageCache
from mgb_engine.kernels.cuda import BESIDE, STEPS_FIRST, finish, own_stream, recorder_for
from mgb_engine.kernels.devices import device_name
from mgb_engine.model.architecture import codec_sizes, decoder_sizes, text_sizes
from mgb_engine.model.codec import Codec
from mgb_engine.model.decoder import Decoder
from mgb_engine.model.model_folder import ModelFolder
from mgb_engine.model.text_encoder import TextEncoder
from mgb_engine.model.weights import Weights

_STATS_EVERY_SECONDS = 1.0


class Steps(NamedTuple):
    count: int
    seconds: float


class BatchEngine:
    """Continuous batching. Raises ModelError for a checkpoint that it does not run."""

    def __init__(
        self, folder: ModelFolder, device: str, out: Path, answers: Answers, dtype: str, threads: int
    ):
        self._folder, self._out, self._answers = folder, out, answers
        self._sizes, self._codec_sizes = decoder_sizes(folder.config), codec_sizes(folder.config)
        self._orders = Orders(lambda: answers.canceled)
        began = time.monotonic()
        weights = Weights(folder.path)
        self._text = TextEncoder(text_sizes(folder.config), weights, folder.path, device)
        books = self._sizes.codebooks // self._sizes.channels
        recorder, beside = recorder_for(device, BESIDE), threads if device == "cpu" else 1
        codec = Codec(self._codec_sizes, books, weights, device, recorder, beside)
        self._continuations = Continuations(folder, self._sizes, codec, weights)
        chosen = choose_dtype(self._sizes, device, dtype)
        decoder = Decoder(self._sizes, weights, chosen, device)
        plan = make_plan(self._sizes, self._codec_sizes.frame_rate, device, chosen, threads)
        self.plan = plan
        self._events = Events()
        self._codec = CodecThread(codec, self._sizes.channels, self._orders, self._events)
        cache = PageCache(self._sizes.cache_shape(chosen), plan.pages, device)
        steps = recorder_for(device, STEPS_FIRST)
        batch = steps and RunningBatch(decoder, cache, Recording(steps, plan.slots, plan.columns))
        self._scheduler = Scheduler(decoder, cache, plan, self._orders, self._codec, self._events, batch)
        loaded = time.monotonic()
        costs = Trial(self._scheduler.lanes, plan, self._sizes, self._codec_sizes).costs(
            self._text, codec, self._encode
        )
        self.start = {  # how long its parts took
            "weights_seconds": round(loaded - began, 3),
            "trial_seconds": round(time.monotonic() - loaded, 3),
        }
        self.pace = Pace(costs, answers.busy_seconds)
        self._stats_told = 0.0
        self.description = Description(
            folder.name, folder.revision, device, device_name(device), plan.dtype_name,
            plan.clips, self._codec_sizes.sample_rate, kernel_for(cache).name,
            self._guess(costs),
        )  # fmt: skip
        self._finisher = Finisher(answers, self.description, out, self._tell_pace)
        self._stopping = False
        self._submitted: queue.SimpleQueue[Submit | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read_prompts, name="text", daemon=True)
        self._teller = threading.Thread(target=self._tell_events, name="events", daemon=True)
        self._reader.start()
        self._teller.start()
        self._scheduler.start()

    def submit(self, request: Submit) -> None:
        self._submitted.put(request)

    def cancel(self, id: str) -> None:
        if self._answers.cancel(id):
            self._scheduler.wake()

    def drain(self, within_seconds: float) -> None:
        self._orders.drain(within_seconds)
        self._scheduler.wake()

    def steps_so_far(self) -> Steps:
        """Those of all lanes, the start's own included."""
        lanes = self._scheduler.lanes
        return Steps(sum(lane.steps for lane in lanes), sum(lane.seconds for lane in lanes))

    def stop(self) -> None:
        """End at the next step; what is not finished is answered as canceled."""
        self._stopping = True
        self._submitted.put(None)
        self._reader.join()
        for clip in self._scheduler.stop():
            self._shut_down(clip.request)
        self._codec.stop()
        self._events.put(None)
        self._teller.join()
        self._finisher.wait()

    def _tell_events(self) -> None:
        while (event := self._events.get()) is not None:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        match event:
            case Stepped(clips, context, lanes, left):
                self.pace.stepped(clips, context, lanes)
                for clip, steps in left:
                    self._answers.progress(clip.request.id, clip.steps - steps, clip.steps)
            case Decoded(clip, samples, seconds):
                self._finish(clip, samples, seconds)
            case Canceled(clip):
                self._answers.failed(clip.request.id, "canceled", "canceled on request", retryable=False)
            case Interrupted(clip):
                self._leave_checkpoint(clip)
            case NotFinite(clip):
                self._tell_not_finite(clip)
            case Failed(clip, error):
                self._answers.broke(clip.request.id, error)

    def _read_prompts(self) -> None:
        with own_stream(self.plan.device, BESIDE):
            while (request := self._submitted.get()) is not None:
                if self._stopping:
                    self._shut_down(request)
                    continue
                try:
                    self._prepare(request)
                except BadSourceError as error:
                    self._answers.failed(request.id, "bad_request", str(error), retryable=False)
                except Exception as error:  # the thread's edge: one prompt's fault is not the next one's
                    traceback.print_exc()
                    self._answers.broke(request.id, error)

    def _prepare(self, request: Submit) -> None:
        given = self._continuations.given(request)
        identity = checkpoint.identity(request, self._folder.revision)
        known, given_frames = self._known_codes(request, identity), 0 if given is None else given.shape[1]
        beginning = given if known is None else known
        clip = Clip(request, self._sizes, self._codec_sizes, beginning, given_frames, identity)
        if clip.next_window() is None:
            self._codec.add([clip], last=True)
        else:
            prompt = self._text.encode(request.prompt)
            finish(self.plan.device)
            self._scheduler.add(Request(clip, prompt))

    def _known_codes(self, request: Submit, identity: str) -> Tensor | None:
        if request.resume is None:
            return None
        known = checkpoint.read_checkpoint(Path(request.resume.path), identity)
        if known is not None and is_known_clip(known, request, self._sizes, self._codec_sizes):
            return known
        sys.stderr.write(f"mgb-engine: {request.id}: its checkpoint is of another clip, or damaged\n")
        return None

    def _finish(self, clip: Clip, samples: Tensor, seconds: float) -> None:
        clip.busy_seconds += seconds
        self._finisher.finish(clip, samples.numpy())

    def _encode(self, samples: Tensor) -> None:
        """As the finisher does, but for the file."""
        encoded(samples.numpy(), self._codec_sizes.sample_rate, Output("wav", "loudness"), {})

    def _guess(self, costs: Costs) -> float:
        middle = USUAL_SECONDS * self._codec_sizes.frame_rate / 2
        return round(costs.pace(middle, USUAL_SECONDS), 2)

    def _tell_pace(self, request: Submit) -> None:
        pace = self.pace.finished(request.duration_seconds)
        now = time.monotonic()
        if pace is not None and now - self._stats_told >= _STATS_EVERY_SECONDS:
            self._stats_told = now
            self._answers.stats(pace, self.pace.finished_clips)

    def _tell_not_finite(self, clip: Clip) -> None:
        """There is no memory for a second decoder in float32 beside this one: in half precision the clip
        is another machine's, in float32 it is nobody's.
        """
        detail = f"the model's output is not finite in {self.plan.dtype_name}"
        retryable = self.plan.dtype != torch.float32
        self._answers.failed(clip.request.id, "numeric", detail, retryable=retryable)

    def _shut_down(self, request: Submit) -> None:
        self._answers.failed(request.id, "canceled", "the engine was shut down", retryable=True)

    def _leave_checkpoint(self, clip: Clip) -> None:
        path = self._write_checkpoint(clip)
        self._answers.checkpoint(
            clip.request.id,
            path=path and str(path),
            step=clip.steps_done() if path else 0,
            steps=clip.steps_made,
            gpu_seconds=round(clip.busy_seconds, 4),
        )

    def _write_checkpoint(self, clip: Clip) -> Path | None:
        """None where nothing is known yet, and where the disk refuses: being cut short is no fault of the
        clip, and neither is that. It is made again elsewhere.
        """
        codes = clip.known_frames()
        path = self._out / f"{file_name(clip.request.id)}.checkpoint"
        try:
            if not codes.numel():
                return None
            write_codes(path, codes, clip.identity)
            return path
        except OSError as error:
            sys.stderr.write(f"mgb-engine: {clip.request.id}: its checkpoint cannot be written: {error}\n")
            return None
