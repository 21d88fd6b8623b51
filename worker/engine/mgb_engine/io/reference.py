"""The reference engine: transformers' own generate(), one request at a time.

What tests and benchmarks compare with, and what `serve --reference` runs. It cannot resume: a
drained clip starts over.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from pathlib import Path

import torch

from mgb_engine.engine.request import Submit
from mgb_engine.io.answers import Answers
from mgb_engine.io.finisher import Description, Finisher, Work
from mgb_engine.kernels.devices import device_name
from mgb_engine.model.model_folder import ModelFolder

_FEWEST_FRAMES = 3  # under this transformers drops the delay pattern; we make three and cut


class Stopped(Exception):
    """Raised inside generate() to leave it before the next step."""


class ReferenceEngine:
    def __init__(self, folder: ModelFolder, device: str, out: Path, answers: Answers):
        from transformers import AutoTokenizer, MusicgenForConditionalGeneration

        self._tokenizer = AutoTokenizer.from_pretrained(folder.path)
        self._model = MusicgenForConditionalGeneration.from_pretrained(folder.path).to(device).eval()
        self._codec_rate: int = self._model.config.audio_encoder.sampling_rate
        self._frame_rate: int = self._model.config.audio_encoder.frame_rate
        self.description = Description(
            folder.name, folder.revision, device, device_name(device), "float32", 1, self._codec_rate
        )
        self._answers = answers
        self._finisher = Finisher(answers, self.description, out)
        self._queue: queue.Queue[Submit | None] = queue.Queue()
        self._draining = self._stopping = False
        self._thread = threading.Thread(target=self._run, name="reference", daemon=True)
        self._thread.start()

    def submit(self, request: Submit) -> None:
        self._queue.put(request)

    def cancel(self, id: str) -> None:
        self._answers.cancel(id)

    def drain(self, within_seconds: float) -> None:
        """Give back everything that is not finished, at the next step."""
        self._draining = True

    def stop(self) -> None:
        """End at the next step; what is not finished is answered as canceled."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join()
        self._finisher.wait()

    def _run(self) -> None:
        while (request := self._queue.get()) is not None:
            try:
                self._check(request)
                self._make(request)
            except Stopped:
                self._give_back(request)
            except Exception as error:  # the thread's edge: one request's fault is not the next one's
                traceback.print_exc()
                self._answers.failed(
                    request.id, "internal", f"{type(error).__name__}: {error}", retryable=True
                )

    def _check(self, request: Submit) -> None:
        if self._stopping or self._draining or request.id in self._answers.canceled:
            raise Stopped

    def _give_back(self, request: Submit) -> None:
        if request.id in self._answers.canceled:
            self._answers.failed(request.id, "canceled", "canceled on request", retryable=False)
        elif self._stopping:
            self._answers.failed(request.id, "canceled", "the engine was shut down", retryable=True)
        else:
            self._answers.checkpoint(request.id, path=None, step=0, steps=0, gpu_seconds=0.0)

    @torch.inference_mode()
    def _make(self, request: Submit) -> None:
        started = time.perf_counter()
        frames = -(-round(request.duration_seconds * self._frame_rate * 1e6) // 1_000_000)
        steps = max(frames, _FEWEST_FRAMES) + self._model.decoder.num_codebooks // self._channels() - 1
        text = self._tokenizer([request.prompt], return_tensors="pt").to(self._model.device)
        torch.manual_seed(request.seed)
        audio = self._model.generate(
            input_ids=text["input_ids"],
            attention_mask=text["attention_mask"],
            max_new_tokens=steps,
            guidance_scale=request.guidance_scale,
            logits_processor=[self._watch(request, steps)],
            **sampling_options(request),
        )  # [1, C, N]
        samples = audio[0, :, : round(request.duration_seconds * self._codec_rate)]
        work = Work(time.perf_counter() - started, steps, "float32")
        self._finisher.finish(request, samples.float().cpu().numpy(), work)

    def _channels(self) -> int:
        return self._model.config.decoder.audio_channels

    def _watch(self, request: Submit, steps: int):
        step = 0

        def watch(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            nonlocal step
            step += 1
            self._check(request)
            self._answers.progress(request.id, step, steps)
            return scores

        return watch


def sampling_options(request: Submit) -> dict[str, float | int | bool]:
    """A request's sampling in generate()'s words; `top_k` 1 is greedy."""
    if request.top_k == 1:
        return {"do_sample": False}
    return {
        "do_sample": True,
        "temperature": request.temperature,
        "top_k": request.top_k,
        "top_p": request.top_p or 1.0,
    }
