"""MusicGen on OpenVINO, as a careful user would put it there: the strongest of the references on a CPU.

The decoder is one plain step with its keys and values as OpenVINO's own state, the codec makes clip
after clip, text is transformers' own. Keys and values keep the run's precision (OpenVINO's default
would round them to 8 bits).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from mgb_engine.engine.request import Submit
from mgb_engine.engine.sampler import Sampling, sample
from mgb_engine.model.architecture import DecoderSizes, decoder_sizes
from mgb_engine.model.decoder import sinusoids
from mgb_engine.model.model_folder import open_model
from mgb_engine.model.weights import Weights
from openvino._offline_transformations import apply_make_stateful_transformation
from torch import Tensor, nn
from torch.nn import functional as F

_AT = "decoder.model.decoder."
_FRAME_RATE = 50


class _Step(nn.Module):
    """The next column of B clips, each with a row that knows the prompt and one that does not."""

    def __init__(self, sizes: DecoderSizes, weights: Weights):
        super().__init__()
        own = (name for name in weights.names() if name.startswith(("decoder.", "enc_to_dec")))
        self.sizes, self._kept = sizes, {name: weights(name) for name in own}
        self.positions = sinusoids(torch.arange(2048), sizes.width)

    def forward(
        self,
        tokens: Tensor,
        position: Tensor,
        guidance: Tensor,
        beam: Tensor,
        cross: Tensor,
        mask: Tensor,
        *past,
    ):
        """tokens: [B, K]; position: [1]; guidance: [1]; beam: [2B]; cross: [2L, B, H, T, D]; mask: added to
        the scores, [B, 1, 1, T]; past: 2L of [2B, H, t, D]. Returns the guided logits, [B, K, codes], then
        `past` with a position more.
        """
        sizes, clips = self.sizes, len(tokens)
        h = sum(F.embedding(tokens[:, k], self._w(f"embed_tokens.{k}")) for k in range(sizes.codebooks))
        h = h + self.positions[position]
        h, kept = torch.cat([h, h]), []
        for i in range(sizes.layers):
            x = self._norm(h, f"layers.{i}.self_attn_layer_norm")
            q, k, v = (self._heads(x, f"layers.{i}.self_attn.{name}_proj") for name in "qkv")
            k = torch.cat([past[2 * i].index_select(0, beam), k], dim=2)
            v = torch.cat([past[2 * i + 1].index_select(0, beam), v], dim=2)
            kept += [k, v]
            h = h + self._out(F.scaled_dot_product_attention(q, k, v), f"layers.{i}.self_attn.out_proj")
            # A row without a prompt gets exactly nothing here.
            q = self._heads(
                self._norm(h[:clips], f"layers.{i}.encoder_attn_layer_norm"),
                f"layers.{i}.encoder_attn.q_proj",
            )
            heard = F.scaled_dot_product_attention(q, cross[2 * i], cross[2 * i + 1], mask)
            heard = self._out(heard, f"layers.{i}.encoder_attn.out_proj")
            h = h + torch.cat([heard, torch.zeros_like(heard)])
            x = F.gelu(self._linear(self._norm(h, f"layers.{i}.final_layer_norm"), f"layers.{i}.fc1"))
            h = h + self._linear(x, f"layers.{i}.fc2")
        h = self._norm(h, "layer_norm")
        h = h[clips:] + guidance * (h[:clips] - h[clips:])
        ranked = [F.linear(h, self._kept[f"decoder.lm_heads.{k}.weight"]) for k in range(sizes.codebooks)]
        return torch.stack(ranked, dim=1), *kept

    def cross(self, states: Tensor) -> Tensor:
        """Of B prompts of one length, [2L, B, H, T, D]."""
        if "enc_to_dec_proj.weight" in self._kept:
            proj = "enc_to_dec_proj"
            states = F.linear(states, self._kept[f"{proj}.weight"], self._kept[f"{proj}.bias"])
        kept = []
        for i in range(self.sizes.layers):
            for name in "kv":
                x = self._linear(states, f"layers.{i}.encoder_attn.{name}_proj")
                kept.append(x.unflatten(2, (self.sizes.heads, -1)).transpose(1, 2))
        return torch.stack(kept).contiguous()

    def _w(self, name: str) -> Tensor:
        return self._kept[f"{_AT}{name}.weight"]

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return F.linear(x, self._w(name))

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self._w(name), self._kept[f"{_AT}{name}.bias"])

    def _heads(self, x: Tensor, name: str) -> Tensor:
        return self._linear(x, name).view(-1, self.sizes.heads, 1, self.sizes.head_size)

    def _out(self, x: Tensor, name: str) -> Tensor:
        return self._linear(x.reshape(-1, self.sizes.width), name)


class OpenVino:
    """batch: clips at once. dtype: float32 or bfloat16."""

    def __init__(self, folder: Path, batch: int, dtype: str, threads: int):
        from transformers import AutoTokenizer, MusicgenForConditionalGeneration

        self.sizes, self.batch = decoder_sizes(open_model(str(folder), folder).config), batch
        self._options = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[dtype],
            "PERFORMANCE_HINT": "LATENCY",
            # Two processes side by side would be pinned to the same core, and each would have half of it.
            "ENABLE_CPU_PINNING": False,
        }
        kept = {"KV_CACHE_PRECISION": self._options["INFERENCE_PRECISION_HINT"]}
        self._core = ov.Core()
        self._step = _Step(self.sizes, Weights(folder)).eval()
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        model = MusicgenForConditionalGeneration.from_pretrained(folder).eval()
        self._text = model.text_encoder
        self._decoder = self._core.compile_model(self._stateful(), "CPU", self._options | kept)
        self._codec = self._core.compile_model(self._decode(model.audio_encoder), "CPU", self._options)
        del model

    @torch.inference_mode()
    def make(self, group: list[Submit], *, greedy: bool = False) -> list[Tensor]:
        """Codes of each, [K, frames], as many as the longest has. At most `batch` clips."""
        frames = max(round(clip.duration_seconds * _FRAME_RATE) for clip in group)
        padded = group + group[-1:] * (self.batch - len(group))
        request, columns = self._begun([clip.prompt for clip in padded]), self._columns(frames)
        draw = torch.Generator().manual_seed(0)
        for at in range(columns.shape[2] - 1):
            request.set_tensor("tokens", ov.Tensor(columns[:, :, at].contiguous().numpy()))
            request.set_tensor("position", ov.Tensor(torch.tensor([at]).numpy()))
            request.infer()
            logits = torch.from_numpy(request.get_output_tensor(0).data)
            drawn = logits.argmax(dim=-1) if greedy else self._sampled(logits, draw)
            for k in range(self.sizes.codebooks):
                if k <= at < frames + k:
                    columns[:, k, at + 1] = drawn[:, k]
        books = [columns[:, k, k + 1 : k + 1 + frames] for k in range(self.sizes.codebooks)]
        return list(torch.stack(books, dim=1)[: len(group)])

    def decode(self, codes: Tensor) -> Any:
        return self._codec([codes[None].numpy()])[0]

    def _begun(self, prompts: list[str]) -> ov.InferRequest:
        request = self._decoder.create_infer_request()
        text = self._tokenizer(prompts, return_tensors="pt", padding=True)
        states = self._text(**text).last_hidden_state
        mask = torch.zeros(self.batch, 1, 1, states.shape[1])
        mask = mask.masked_fill(text["attention_mask"][:, None, None] == 0, float("-inf"))
        request.set_tensor("cross", ov.Tensor(self._step.cross(states).numpy()))
        request.set_tensor("mask", ov.Tensor(mask.numpy()))
        request.set_tensor("beam", ov.Tensor(torch.arange(2 * self.batch, dtype=torch.int32).numpy()))
        request.set_tensor("guidance", ov.Tensor(torch.tensor([3.0]).numpy()))
        return request

    def _columns(self, frames: int) -> Tensor:
        width = frames + self.sizes.longest_delay + 1
        return torch.full((self.batch, self.sizes.codebooks, width), self.sizes.codes)

    def _sampled(self, logits: Tensor, draw: torch.Generator) -> Tensor:
        # With the engine's own sampling, which is quicker than transformers'.
        each = torch.ones(self.batch)
        options = Sampling(each, each.long() * min(250, self.sizes.codes), each, 250, False)
        return sample(logits, torch.rand(logits.shape[:2], generator=draw), options)

    def _stateful(self) -> ov.Model:
        sizes, rows = self.sizes, 2 * self.batch
        heads = (sizes.heads, sizes.head_size)
        past = [torch.zeros(rows, heads[0], 2, heads[1]) for _ in range(2 * sizes.layers)]
        example = (
            torch.zeros(self.batch, sizes.codebooks, dtype=torch.int64), torch.zeros(1, dtype=torch.int64),
            torch.ones(1), torch.arange(rows, dtype=torch.int32),
            torch.zeros(2 * sizes.layers, self.batch, heads[0], 3, heads[1]),
            torch.zeros(self.batch, 1, 1, 3), *past,
        )  # fmt: skip
        model = ov.convert_model(self._step, example_input=example)
        names = [
            "tokens",
            "position",
            "guidance",
            "beam",
            "cross",
            "mask",
            *(f"past.{i}" for i in range(len(past))),
        ]
        shapes = [list(tensor.shape) for tensor in example]
        shapes[4][3] = shapes[5][3] = -1
        for shape in shapes[6:]:
            shape[2] = -1
        for port, name in zip(model.inputs, names, strict=True):
            port.get_tensor().set_names({name})
        for i, port in enumerate(model.outputs[1:]):
            port.get_tensor().set_names({f"present.{i}"})
        model.reshape(dict(zip(names, map(ov.PartialShape, shapes), strict=True)))
        pairs = {f"past.{i}": f"present.{i}" for i in range(len(past))}
        apply_make_stateful_transformation(model, pairs)
        nothing = np.zeros((rows, heads[0], 0, heads[1]), np.float32)  # what a request begins with
        for node in model.get_ops():
            if node.get_type_name() == "ReadValue":
                node.set_arguments([ov.op.Constant(nothing)])
        model.validate_nodes_and_infer_types()
        return model

    def _decode(self, codec: nn.Module) -> ov.Model:
        class Decode(nn.Module):
            def __init__(self):
                super().__init__()
                self.codec = codec

            def forward(self, codes: Tensor) -> Tensor:
                """codes: [1, K, frames]"""
                return self.codec.decoder(self.codec.quantizer.decode(codes.transpose(0, 1)))

        for layer in codec.decoder.modules():
            if hasattr(layer, "_get_extra_padding_for_conv1d"):
                # Nothing, as every stride is 1. Left to the model, OpenVINO divides lengths in its own
                # precision, and in bf16 a length of more than 8 bits comes out as another.
                layer._get_extra_padding_for_conv1d = lambda _: 0
        books = self.sizes.codebooks // self.sizes.channels
        model = ov.convert_model(Decode().eval(), example_input=torch.zeros(1, books, 20, dtype=torch.int64))
        model.reshape([1, books, -1])
        return model
