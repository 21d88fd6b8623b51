"""The engine: text in one thread, decoding in lanes, codec in another thread, files in a fourth."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path

import torch

from mgb_engine import checkpoint
from mgb_engine.answers import Answers
from mgb_engine.architecture import codec_sizes, decoder_sizes, text_sizes
from mgb_engine.audio import file_name
from mgb_engine.cache import CacheShape, PageCache
from mgb_engine.clip import Clip
from mgb_engine.codec import Codec
from mgb_engine.crew import Crew, Outcomes, Waiting
from mgb_engine.decoder import Decoder
from mgb_engine.devices import device_name, thread_count
from mgb_engine.finisher import Description, Finisher, Work
from mgb_engine.model_folder import ModelFolder
from mgb_engine.plan import Plan, make_plan
from mgb_engine.protocol import Submit
from mgb_engine.self_test import measure_speed
from mgb_engine.text_encoder import TextEncoder
from mgb_engine.weights import Weights


class BatchEngine:
    """Continuous batching. Raises ModelError for a checkpoint that it does not run."""

    def __init__(self, folder: ModelFolder, device: str, out: Path, answers: Answers, dtype: str = "auto"):
        self._folder, self._out, self._answers = folder, out, answers
        self._sizes, self._codec_sizes = decoder_sizes(folder.config), codec_sizes(folder.config)
        weights = Weights(folder.path)
        plan = make_plan(self._sizes, self._codec_sizes.frame_rate, device, dtype, thread_count())
        self.plan = plan
        self._text = TextEncoder(text_sizes(folder.config), weights, folder.path, device)
        books = self._sizes.codebooks // self._sizes.channels
        self._codec = Codec(self._codec_sizes, books, weights, device)
        self._crew = self._make_crew(weights, plan)
        speed = measure_speed(self._crew.lanes, self._sizes, self._codec_sizes, self._text.encode(" "))
        self.description = Description(
            folder.name, folder.revision, device, device_name(device), plan.dtype_name,
            plan.lanes * plan.slots, self._codec_sizes.sample_rate, speed,
        )  # fmt: skip
        self._finisher = Finisher(answers, self.description, out)
        self._rescue: Crew | None = None
        self._lock = threading.Lock()
        self._canceled: set[str] = set()
        self._stopping = False
        self._submitted: queue.SimpleQueue[Submit | None] = queue.SimpleQueue()
        self._made: queue.SimpleQueue[Clip | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._read_prompts, name="text", daemon=True),
            threading.Thread(target=self._decode_audio, name="codec", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._crew.start()

    def submit(self, request: Submit) -> None:
        self._submitted.put(request)

    def cancel(self, id: str) -> None:
        with self._lock:
            self._canceled.add(id)
        for crew in self._crews():
            crew.cancel(id)

    def drain(self, within_seconds: float) -> None:
        for crew in self._crews():
            crew.drain(within_seconds)

    def stop(self) -> None:
        """End at the next step; what is not finished is answered as canceled."""
        self._stopping = True
        self._submitted.put(None)
        self._threads[0].join()
        for crew in self._crews():
            for clip in crew.stop():
                self._shut_down(clip.request)
        self._made.put(None)
        self._threads[1].join()
        self._finisher.wait()

    def _crews(self) -> list[Crew]:
        return [crew for crew in (self._crew, self._rescue) if crew]

    def _make_crew(self, weights: Weights, plan: Plan) -> Crew:
        decoder = Decoder(self._sizes, weights, plan.dtype, plan.device)
        shape = CacheShape(self._sizes.layers, self._sizes.heads, self._sizes.head_size, plan.dtype)
        outcomes = Outcomes(
            made=lambda waiting: self._made.put(waiting.clip),
            not_finite=self._redo if plan.dtype != torch.float32 else self._give_up,
            canceled=self._tell_canceled,
            interrupted=self._leave_checkpoint,
            faulty=self._tell_fault,
            progress=lambda clip, left: self._answers.progress(
                clip.request.id, clip.steps - left, clip.steps
            ),
        )
        cache = PageCache(shape, plan.pages, plan.device)
        return Crew(decoder, cache, plan.lanes, plan.slots, plan.threads, outcomes)

    def _read_prompts(self) -> None:
        while (request := self._submitted.get()) is not None:
            if self._stopping:
                self._shut_down(request)
                continue
            try:
                self._prepare(request)
            except Exception as error:  # the thread's edge: one prompt's fault is not the next one's
                traceback.print_exc()
                self._answers.failed(
                    request.id, "internal", f"{type(error).__name__}: {error}", retryable=True
                )

    def _prepare(self, request: Submit) -> None:
        known = None
        if request.resume:
            known = checkpoint.read_checkpoint(Path(request.resume), request, self._folder.revision)
            if known is None:
                sys.stderr.write(
                    f"mgb-engine: {request.id}: its checkpoint is of another clip, or unreadable\n"
                )
        prompt = self._text.encode(request.prompt)
        clip = Clip(request, self._sizes, self._codec_sizes, known)
        with self._lock:
            canceled = request.id in self._canceled
        if canceled:
            self._tell_canceled(clip)
        elif clip.next_window() is None:
            self._made.put(clip)
        else:
            self._crew.add(clip, prompt)

    def _decode_audio(self) -> None:
        """Take what has gathered and decode it together: the LSTM costs the same for many as for one."""
        ended = False
        while not ended:
            clips = [self._made.get()]
            while not self._made.empty():
                clips.append(self._made.get())
            ended = None in clips
            self._decode([clip for clip in clips if clip is not None])

    def _decode(self, clips: list[Clip]) -> None:
        if not clips:
            return
        started = time.perf_counter()
        channels = self._sizes.channels
        try:
            # Stereo: the left channel's codebooks are the even ones, the right's the odd ones.
            codes = [clip.frames[side::channels] for clip in clips for side in range(channels)]
            sides = self._codec.decode(codes)
        except Exception as error:  # the thread's edge
            traceback.print_exc()
            for clip in clips:
                self._tell_fault(clip, error)
            return
        share = (time.perf_counter() - started) / len(clips)
        for i, clip in enumerate(clips):
            audio = torch.stack(sides[i * channels : (i + 1) * channels])[:, : clip.samples]  # [C, N]
            work = Work(clip.busy_seconds + share, clip.steps_made, clip.resumed_at)
            self._forget(clip)
            self._finisher.finish(clip.request, audio.cpu().numpy(), work)

    def _redo(self, waiting: Waiting) -> None:
        """Once more from the start, alone and in float32."""
        with self._lock:
            if self._rescue is None:
                plan = replace(self.plan, dtype=torch.float32, lanes=1, slots=1, pages=self.plan.pages_a_clip)
                self._rescue = self._make_crew(Weights(self._folder.path), plan)
                self._rescue.start()
        fresh = Clip(waiting.clip.request, self._sizes, self._codec_sizes)
        self._rescue.add(fresh, waiting.prompt)

    def _give_up(self, waiting: Waiting) -> None:
        self._forget(waiting.clip)
        id = waiting.clip.request.id
        self._answers.failed(id, "numeric", "the model's output is not finite in float32", retryable=False)

    def _tell_canceled(self, clip: Clip) -> None:
        self._forget(clip)
        self._answers.failed(clip.request.id, "canceled", "canceled on request", retryable=False)

    def _tell_fault(self, clip: Clip, error: Exception) -> None:
        self._forget(clip)
        memory = isinstance(error, (MemoryError, torch.OutOfMemoryError))
        code = "out_of_memory" if memory else "internal"
        self._answers.failed(clip.request.id, code, f"{type(error).__name__}: {error}", retryable=True)

    def _shut_down(self, request: Submit) -> None:
        self._answers.failed(request.id, "canceled", "the engine was shut down", retryable=True)

    def _leave_checkpoint(self, clip: Clip) -> None:
        self._forget(clip)
        path = self._out / f"{file_name(clip.request.id)}.checkpoint"
        checkpoint.write_checkpoint(path, clip.request, self._folder.revision, clip.known_frames())
        self._answers.checkpoint(
            clip.request.id,
            path=str(path),
            step=clip.steps_done(),
            steps=clip.steps_made,
            gpu_seconds=round(clip.busy_seconds, 4),
        )

    def _forget(self, clip: Clip) -> None:
        with self._lock:
            self._canceled.discard(clip.request.id)
