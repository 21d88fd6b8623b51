"""The sizes of a checkpoint, read from its config.json once, with what we do not run refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mgb_engine.model.model_folder import ModelError

if TYPE_CHECKING:
    import torch

    from mgb_engine.kernels.cache import CacheShape

WINDOW_SECONDS = 30.0
STRIDE_SECONDS = 18.0


@dataclass(frozen=True)
class DecoderSizes:
    layers: int
    width: int
    heads: int
    ffn: int
    codebooks: int
    codes: int  # vocabulary without the padding code, whose number is `codes`
    channels: int

    @property
    def head_size(self) -> int:
        return self.width // self.heads

    @property
    def longest_delay(self) -> int:
        """Steps by which the last codebook trails the first; stereo delays left and right alike."""
        return self.codebooks // self.channels - 1

    def cache_shape(self, dtype: torch.dtype) -> CacheShape:
        from mgb_engine.kernels.cache import CacheShape  # and torch with it, which not every command needs

        return CacheShape(self.layers, self.heads, self.head_size, dtype)


@dataclass(frozen=True)
class CodecSizes:
    sample_rate: int
    ratios: tuple[int, ...]
    width: int  # of the LSTM: the most channels that states have
    lstm_layers: int
    residual_layers: int
    dilation_growth: int
    conv_shortcut: bool
    causal: bool
    pad_mode: str

    @property
    def samples_per_frame(self) -> int:
        product = 1
        for ratio in self.ratios:
            product *= ratio
        return product

    @property
    def frame_rate(self) -> float:
        return self.sample_rate / self.samples_per_frame


@dataclass(frozen=True)
class TextSizes:
    layers: int
    width: int
    heads: int
    head_size: int
    buckets: int
    farthest: int
    epsilon: float
    gated: bool


class _Part(dict[str, Any]):
    """One part of config.json. A field that it lacks is told by its name."""

    def __init__(self, config: dict[str, Any], name: str):
        super().__init__(config.get(name) or {})
        self._name = name

    def __missing__(self, field: str) -> Any:
        raise ModelError(f"expected {self._name}.{field} in the checkpoint's config.json, found none")


def decoder_sizes(config: dict[str, Any]) -> DecoderSizes:
    """Raises ModelError for a decoder that is not MusicGen's."""
    part = _Part(config, "decoder")
    sizes = DecoderSizes(
        layers=part["num_hidden_layers"],
        width=part["hidden_size"],
        heads=part["num_attention_heads"],
        ffn=part["ffn_dim"],
        codebooks=part["num_codebooks"],
        codes=part["vocab_size"],
        channels=part.get("audio_channels", 1),
    )
    _expect(part.get("activation_function", "gelu") == "gelu", "a decoder with gelu")
    _expect(part.get("pad_token_id", sizes.codes) == sizes.codes, "the padding code after the last code")
    _expect(not part.get("scale_embedding", False), "embeddings that are not scaled")
    _expect(sizes.head_size % 8 == 0, "a head size that is a multiple of 8")
    return sizes


def codec_sizes(config: dict[str, Any]) -> CodecSizes:
    """Raises ModelError for a codec that is not EnCodec as MusicGen uses it."""
    part = _Part(config, "audio_encoder")
    _expect(part.get("model_type") == "encodec", "an EnCodec codec")
    _expect(part.get("norm_type", "weight_norm") == "weight_norm", "a codec with weight_norm")
    _expect(part.get("chunk_length_s") is None and not part.get("normalize"), "a codec in one piece")
    _expect(part.get("trim_right_ratio", 1.0) == 1.0, "a codec with trim_right_ratio 1")
    _expect(part.get("pad_mode", "reflect") in ("reflect", "constant"), "reflecting or zero padding")
    return CodecSizes(
        sample_rate=part["sampling_rate"],
        ratios=tuple(part["upsampling_ratios"]),
        width=part.get("num_filters", 32) * 2 ** len(part["upsampling_ratios"]),
        lstm_layers=part.get("num_lstm_layers", 2),
        residual_layers=part.get("num_residual_layers", 1),
        dilation_growth=part.get("dilation_growth_rate", 2),
        conv_shortcut=part.get("use_conv_shortcut", True),
        causal=part.get("use_causal_conv", True),
        pad_mode=part.get("pad_mode", "reflect"),
    )


def text_sizes(config: dict[str, Any]) -> TextSizes:
    """Raises ModelError for a text encoder that is not T5."""
    part = _Part(config, "text_encoder")
    _expect(part.get("model_type") == "t5", "a T5 text encoder")
    kind = part.get("feed_forward_proj", "relu")
    _expect(kind in ("relu", "gated-gelu"), "a T5 with relu or gated-gelu")
    return TextSizes(
        layers=part["num_layers"],
        width=part["d_model"],
        heads=part["num_heads"],
        head_size=part["d_kv"],
        buckets=part.get("relative_attention_num_buckets", 32),
        farthest=part.get("relative_attention_max_distance", 128),
        epsilon=part.get("layer_norm_epsilon", 1e-6),
        gated=kind == "gated-gelu",
    )


def _expect(true: bool, what: str) -> None:
    if not true:
        raise ModelError(f"expected {what}: this checkpoint has another, which the engine does not run")
