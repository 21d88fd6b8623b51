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

from mgb_engine.engine.batch import FixedBatch
from mgb_engine.engine.clip import Clip, is_known_clip
from mgb_engine.engine.codec_thread import CodecThread, Destinations
from mgb_engine.engine.costs import Costs
from mgb_engine.engine.orders import Orders
from mgb_engine.engine.pace import Pace
from mgb_engine.engine.plan import Plan, choose_dtype, make_plan
from mgb_engine.engine.request import Output, Submit
from mgb_engine.engine.scheduler import Outcomes, Request, Scheduler
from mgb_engine.engine.trial import USUAL_SECONDS, Trial
from mgb_engine.io import checkpoint
from mgb_engine.io.answers import Answers
from mgb_engine.io.audio import encoded, file_name
from mgb_engine.io.finisher import Description, Finisher, Work
from mgb_engine.kernels.attention import kernel_for
from mgb_engine.kernels.cache import CacheShape, PageCache
from mgb_engine.kernels.cuda import BESIDE, STEPS_FIRST, finish, own_stream, recorder_for
from mgb_engine.kernels.devices import device_name, is_out_of_memory
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
        weights = Weights(folder.path)
        self._text = TextEncoder(text_sizes(folder.config), weights, folder.path, device)
        books = self._sizes.codebooks // self._sizes.channels
        codec = Codec(self._codec_sizes, books, weights, device, recorder_for(device, BESIDE))
        chosen = choose_dtype(self._sizes, device, dtype)
        self._decoder = Decoder(self._sizes, weights, chosen, device)
        plan = make_plan(self._sizes, self._codec_sizes.frame_rate, device, chosen, threads)
        self.plan = plan
        self._codec = CodecThread(
            codec, self._sizes.channels, plan.threads, self._orders, self._after_codec()
        )
        self._scheduler = self._make_scheduler(self._decoder, plan)
        costs = Trial(self._scheduler.lanes, plan, self._sizes, self._codec_sizes).costs(
            self._text, codec, self._encode
        )
        self._pace = Pace(costs, answers.busy_seconds)
        self._stats_told = 0.0
        self.description = Description(
            folder.name, folder.revision, device, device_name(device), plan.dtype_name,
            plan.clips, self._codec_sizes.sample_rate, kernel_for(self._scheduler.cache).name,
            self._guess(costs),
        )  # fmt: skip
        self._finisher = Finisher(answers, self.description, out, self._tell_pace)
        self._stopping = False
        self._submitted: queue.SimpleQueue[Submit | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read_prompts, name="text", daemon=True)
        self._reader.start()
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

    def measured_pace(self) -> float | None:
        """Audio seconds a second with every slot taken; None until enough clips are finished."""
        return self._pace.measured

    def stop(self) -> None:
        """End at the next step; what is not finished is answered as canceled."""
        self._stopping = True
        self._submitted.put(None)
        self._reader.join()
        for clip in self._scheduler.stop():
            self._shut_down(clip.request)
        self._codec.stop()
        self._finisher.wait()

    def _make_scheduler(self, decoder: Decoder, plan: Plan) -> Scheduler:
        shape = CacheShape(self._sizes.layers, self._sizes.heads, self._sizes.head_size, decoder.dtype)
        cache = PageCache(shape, plan.pages, plan.device)
        recorder = recorder_for(plan.device, STEPS_FIRST)
        batch = FixedBatch(decoder, cache, plan.slots, plan.columns, recorder) if recorder else None
        outcomes = Outcomes(
            made=lambda waiting: self._codec.add(waiting.clip),
            not_finite=self._tell_not_finite,
            canceled=self._tell_canceled,
            interrupted=self._leave_checkpoint,
            faulty=self._tell_fault,
            progress=lambda clip, left: self._answers.progress(
                clip.request.id, clip.steps - left, clip.steps
            ),
            stepped=self._stepped,
        )
        return Scheduler(decoder, cache, plan, self._orders, outcomes, self._codec.seconds_for, batch)

    def _after_codec(self) -> Destinations:
        return Destinations(
            decoded=self._finish,
            canceled=self._tell_canceled,
            interrupted=self._leave_checkpoint,
            faulty=self._tell_fault,
        )

    def _read_prompts(self) -> None:
        torch.set_num_threads(self.plan.threads)  # the setting is a thread's own
        with own_stream(self.plan.device, BESIDE):
            while (request := self._submitted.get()) is not None:
                if self._stopping:
                    self._shut_down(request)
                    continue
                try:
                    self._prepare(request)
                except Exception as error:  # the thread's edge: one prompt's fault is not the next one's
                    traceback.print_exc()
                    self._fail(request, error)

    def _prepare(self, request: Submit) -> None:
        clip = Clip(request, self._sizes, self._codec_sizes, self._known_codes(request))
        if clip.next_window() is None:
            self._codec.add(clip)
        else:
            prompt = self._text.encode(request.prompt)
            finish(self.plan.device)
            self._scheduler.add(Request(clip, prompt))

    def _known_codes(self, request: Submit) -> Tensor | None:
        if request.resume is None:
            return None
        known = checkpoint.read_checkpoint(Path(request.resume), request, self._folder.revision)
        if known is not None and is_known_clip(known, request, self._sizes, self._codec_sizes):
            return known
        sys.stderr.write(f"mgb-engine: {request.id}: its checkpoint is of another clip, or damaged\n")
        return None

    def _finish(self, clip: Clip, samples: Tensor, seconds: float) -> None:
        work = Work(clip.busy_seconds + seconds, clip.steps_made, self.plan.dtype_name, clip.resumed_at)
        self._finisher.finish(clip.request, samples.numpy(), work)

    def _encode(self, samples: Tensor) -> None:
        """As the finisher does, but for the file."""
        encoded(samples.numpy(), self._codec_sizes.sample_rate, Output("wav", "loudness"), {})

    def _guess(self, costs: Costs) -> float:
        middle = USUAL_SECONDS * self._codec_sizes.frame_rate / 2
        return round(costs.pace(middle, USUAL_SECONDS), 2)

    def _stepped(self, clips: int, context: int, lanes: int) -> None:
        self._pace.stepped(clips, context, lanes)

    def _tell_pace(self, request: Submit) -> None:
        pace = self._pace.finished(request.duration_seconds)
        now = time.monotonic()
        if pace is not None and now - self._stats_told >= _STATS_EVERY_SECONDS:
            self._stats_told = now
            self._answers.stats(pace, self._pace.finished_clips)

    def _tell_not_finite(self, waiting: Request) -> None:
        """There is no memory for a second decoder in float32 beside this one: in half precision the clip
        is another machine's, in float32 it is nobody's.
        """
        detail = f"the model's output is not finite in {self.plan.dtype_name}"
        retryable = self.plan.dtype != torch.float32
        self._answers.failed(waiting.clip.request.id, "numeric", detail, retryable=retryable)

    def _tell_canceled(self, clip: Clip) -> None:
        self._answers.failed(clip.request.id, "canceled", "canceled on request", retryable=False)

    def _tell_fault(self, clip: Clip, error: Exception) -> None:
        self._fail(clip.request, error)

    def _fail(self, request: Submit, error: Exception) -> None:
        code = "out_of_memory" if is_out_of_memory(error) else "internal"
        self._answers.failed(request.id, code, f"{type(error).__name__}: {error}", retryable=True)

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
            checkpoint.write_checkpoint(path, clip.request, self._folder.revision, codes)
            return path
        except OSError as error:
            sys.stderr.write(f"mgb-engine: {clip.request.id}: its checkpoint cannot be written: {error}\n")
            return None
