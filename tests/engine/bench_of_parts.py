"""The engine's parts on a small checkpoint, and transformers beside them, for tests in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from mgb_engine.engine.clip import Clip
from mgb_engine.engine.lane import Lane
from mgb_engine.engine.request import Output, Submit
from mgb_engine.engine.sequence import Sequence
from mgb_engine.kernels.cache import PageCache
from mgb_engine.model.architecture import codec_sizes, decoder_sizes, text_sizes
from mgb_engine.model.codec import Codec
from mgb_engine.model.decoder import Decoder
from mgb_engine.model.encoder import Encoder
from mgb_engine.model.model_folder import open_model
from mgb_engine.model.text_encoder import TextEncoder
from mgb_engine.model.weights import Weights


def request(id: str = "x", **changes: Any) -> Submit:
    fields = {
        "prompt": "slow blues", "duration_seconds": 0.5, "seed": 7, "temperature": 1.0, "top_k": 1,
        "top_p": 0.0, "guidance_scale": 3.0, "output": Output("wav", "none"), **changes,
    }  # fmt: skip
    return Submit(id=id, **fields)


class Parts:
    def __init__(self, path: Path, dtype: torch.dtype = torch.float32):
        torch.set_num_threads(1)
        self.path = path
        config = open_model(str(path), path).config
        self.weights = Weights(path)
        self.sizes, self.codec_sizes = decoder_sizes(config), codec_sizes(config)
        self.decoder = Decoder(self.sizes, self.weights, dtype, "cpu")
        self.text = TextEncoder(text_sizes(config), self.weights, path, "cpu")
        self.codec = Codec(self.codec_sizes, self.sizes.codebooks // self.sizes.channels, self.weights, "cpu")
        self._codes: dict[Submit, torch.Tensor] = {}
        self._model = None

    def cache(self, pages: int = 400) -> PageCache:
        return PageCache(self.sizes.cache_shape(self.decoder.dtype), pages, "cpu")

    def clip(self, request: Submit, known: torch.Tensor | None = None, given_frames: int = 0) -> Clip:
        return Clip(request, self.sizes, self.codec_sizes, known, given_frames)

    def encoder(self) -> Encoder:
        return Encoder(self.codec_sizes, self.codec.books, self.weights, "cpu")

    def run(
        self, schedule: list[tuple[int, Submit]], slots: int = 8, cache: PageCache | None = None
    ) -> dict[str, torch.Tensor]:
        """Make clips, each handed over at its step at the earliest. Returns their frames by id."""
        made: dict[str, torch.Tensor] = {}
        waiting = [(step, self.clip(asked)) for step, asked in schedule]

        lane = Lane(self.decoder, cache or self.cache(), slots)
        while waiting or lane.sequences:
            for entry in list(waiting):
                if entry[0] <= lane.steps or not lane.sequences:
                    if not lane.has_room() or not lane.admit(
                        entry[1], self.text.encode(entry[1].request.prompt)
                    ):
                        break
                    waiting.remove(entry)
            for sequence in lane.step():
                assert not sequence.is_bad, f"{sequence.clip.request.id} was found not finite"
                if sequence.clip.next_window() is None:
                    made[sequence.clip.request.id] = sequence.clip.frames
                else:
                    waiting.insert(0, (0, sequence.clip))
        return made

    def continued(self, asked: Submit, given: torch.Tensor) -> torch.Tensor:
        """The frames of a clip that continues given codes, [K, n]."""
        clip = self.clip(asked, given, given.shape[1])
        lane = Lane(self.decoder, self.cache(), 1)
        while clip.next_window() is not None:
            assert lane.admit(clip, self.text.encode(asked.prompt))
            while lane.sequences:
                lane.step()
        return clip.frames

    def alone(self, asked: Submit) -> torch.Tensor:
        return self.run([(0, asked)])[asked.id]

    def reference_model(self):
        if self._model is None:
            from transformers import MusicgenForConditionalGeneration

            self._model = MusicgenForConditionalGeneration.from_pretrained(self.path).eval()
        return self._model

    def reference_codes(self, asked: Submit, audio: torch.Tensor | None = None) -> torch.Tensor:
        """The codes that transformers' greedy generate() hands to its codec, [K, frames]; with audio,
        [channels, N], those of a clip that continues it.
        """
        if audio is None and asked in self._codes:
            return self._codes[asked]
        from transformers import AutoTokenizer

        model, taken = self.reference_model(), []
        decode = model.audio_encoder.decode

        def spy(codes, **options):
            taken.append(codes[0, 0])
            return decode(codes, **options)

        text = AutoTokenizer.from_pretrained(self.path)([asked.prompt], return_tensors="pt")
        frames = self.clip(asked).frames.shape[1]
        given = 0 if audio is None else self.encoder().encode(audio).shape[1]
        more = {} if audio is None else {"input_values": audio[None]}
        model.audio_encoder.decode = spy
        try:
            model.generate(
                input_ids=text["input_ids"], attention_mask=text["attention_mask"], do_sample=False,
                guidance_scale=asked.guidance_scale,
                max_new_tokens=frames - given + self.sizes.longest_delay, **more,
            )  # fmt: skip
        finally:
            model.audio_encoder.decode = decode
        codes = (
            taken[0] if len(taken) == 1 else torch.stack(taken, dim=1).flatten(0, 1)
        )  # stereo: L0, R0, L1, …
        if audio is None:
            self._codes[asked] = codes
        return codes


def run_out(lane: Lane) -> list[Sequence]:
    """Step until the lane is empty. Returns the clips that left it, in that order."""
    left: list[Sequence] = []
    while lane.sequences:
        left += lane.step()
    return left


def frames_of(left: list[Sequence]) -> dict[str, torch.Tensor]:
    return {sequence.clip.request.id: sequence.clip.frames for sequence in left if not sequence.is_bad}


def broken_of(left: list[Sequence]) -> list[str]:
    """Those that left because their numbers were not finite."""
    return [sequence.clip.request.id for sequence in left if sequence.is_bad]
