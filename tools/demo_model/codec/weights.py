"""The EnCodec decoder as a synthesizer: every weight computed, none trained.

first convolution   latents to channels: a pair for each partial, SEGMENTS for each drum (its taps
                    spread one strike over time), one constant
LSTM                gives each pair the phase of its partial (oscillators.py)
transposed conv. 1  channels to waveform: cosines under a triangle, or a piece of a strike
transposed 2 to 4   put the 80 samples of a slot in order, and round off what is too loud
residual blocks     add nothing
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import EncodecConfig, EncodecModel

from demo_model.codec.drum_sounds import SEGMENT_SAMPLES, SEGMENTS, strike
from demo_model.codec.oscillators import LstmWeights, mixer_layer, oscillator_layer
from demo_model.codec.reference import (
    FRAME_SAMPLES,
    LATENT,
    LOOKAHEAD,
    SAMPLE_RATE,
    codebook_rows,
    partial_frequencies,
    partial_phases,
)
from demo_model.music.drums import SOUNDS
from demo_model.music.timbres import PARTIALS, Floats
from demo_model.music.tokens import CODEBOOKS, VOCABULARY

FILTERS = 12
RATIOS = (8, 5, 4, 4)
CHANNELS = 16 * FILTERS
CONSTANT = CHANNELS - 1
SLOT_SAMPLES = FRAME_SAMPLES // RATIOS[0]  # what one step of the first transposed conv. writes

# Signals stay small where a tanh or a sigmoid must be linear, and positive where an ELU is.
SCALE = 0.015
DEPTH = 0.3
LIFT = 0.003

# The limiter: straight up to KNEE, then bent towards full scale. A sum of powers of two, so that the
# biases made of it are exact in half precision and leave no offset.
KNEE = 0.75
STEEPNESS = 1 / (1 - KNEE)


def codec_config() -> EncodecConfig:
    return EncodecConfig(
        target_bandwidths=[2.0],
        sampling_rate=SAMPLE_RATE,
        audio_channels=1,
        normalize=False,
        hidden_size=LATENT,
        codebook_dim=LATENT,
        codebook_size=VOCABULARY,
        num_filters=FILTERS,
        num_residual_layers=1,
        upsampling_ratios=list(RATIOS),
        norm_type="weight_norm",
        use_causal_conv=False,
        use_conv_shortcut=False,
        trim_right_ratio=1.0,
    )


def first_convolution() -> tuple[Floats, Floats]:
    """Weight [CHANNELS, LATENT, 7] and bias. Tap 6 sees LOOKAHEAD frames on, tap 0 as far back."""
    weight = np.zeros((CHANNELS, LATENT, 2 * LOOKAHEAD + 1), np.float32)
    for partial in range(PARTIALS):
        weight[2 * partial : 2 * partial + 2, partial, -1] = -SCALE / 2
    channel = 2 * PARTIALS
    for index, sound in enumerate(SOUNDS):
        for segment in range(SEGMENTS[sound]):
            weight[channel, PARTIALS + index, 2 * (LOOKAHEAD - segment)] = SCALE
            channel += 1
    assert channel == CONSTANT
    return weight, np.full(CHANNELS, LIFT, np.float32)


def waveform_kernels() -> Floats:
    """[CHANNELS, SEGMENT_SAMPLES]: what one channel adds to the audio around one frame."""
    offsets = np.arange(SEGMENT_SAMPLES) - FRAME_SAMPLES // 2
    fade = 1 - np.abs(offsets - FRAME_SAMPLES / 2) / FRAME_SAMPLES
    kernels = np.zeros((CHANNELS, SEGMENT_SAMPLES))
    for partial, (frequency, phase) in enumerate(zip(partial_frequencies(), partial_phases(), strict=True)):
        angle = 2 * np.pi * frequency * offsets / SAMPLE_RATE + phase
        gain = 1 / (SCALE * DEPTH / 4)
        kernels[2 * partial] = gain * fade * np.cos(angle)
        kernels[2 * partial + 1] = -gain * fade * np.sin(angle)
    channel = 2 * PARTIALS
    for sound in SOUNDS:
        pieces = strike(sound).reshape(-1, SEGMENT_SAMPLES)
        kernels[channel : channel + len(pieces)] = pieces / SCALE
        channel += len(pieces)
    # Every channel carries LIFT; the constant one takes all of it back.
    kernels[CONSTANT] = -kernels[:CONSTANT].sum(axis=0)
    return kernels.astype(np.float32)


def ordering_kernel(samples: int, ratio: int, gain: float, shape: tuple[int, ...]) -> Floats:
    """Transposed convolution that turns channels [samples] into `ratio` steps of samples / ratio."""
    weight = np.zeros(shape, np.float32)
    out = samples // ratio
    trimmed_left = ratio - ratio // 2
    for step in range(ratio):
        for channel in range(out):
            weight[step * out + channel, channel, step + trimmed_left] = gain
    return weight


def _set(convolution: nn.Module, weight: Floats, bias: Floats | None = None) -> None:
    """Write a weight-normalised convolution. A zero row needs a direction all the same, or 0 / 0."""
    parts: Any = convolution.parametrizations
    value = torch.from_numpy(weight)
    norm = value.flatten(1).norm(dim=1).view(-1, *[1] * (value.ndim - 1))
    parts.weight.original0.data.copy_(norm)
    parts.weight.original1.data.copy_(torch.where(norm > 0, value, torch.ones_like(value)))
    target: Any = convolution.bias
    target.data.copy_(torch.from_numpy(bias) if bias is not None else torch.zeros_like(target))


def _silence(module: nn.Module) -> None:
    """Zero a part that must add nothing."""
    for child in module.modules():
        if hasattr(child, "parametrizations"):
            parameters: Any = child.parametrizations
            _set(child, np.zeros(tuple(parameters.weight.original1.shape), np.float32))
        elif isinstance(child, nn.LSTM):
            for parameter in child.parameters():
                parameter.data.zero_()


def _set_lstm(lstm: nn.LSTM, layers: tuple[LstmWeights, LstmWeights]) -> None:
    for number, layer in enumerate(layers):
        for name, value in (
            ("weight_ih", layer.input),
            ("weight_hh", layer.recurrent),
            ("bias_ih", layer.bias),
        ):
            getattr(lstm, f"{name}_l{number}").data.copy_(torch.from_numpy(value))
        getattr(lstm, f"bias_hh_l{number}").data.zero_()


def _shape(convolution: Any) -> tuple[int, ...]:
    return tuple(convolution.parametrizations.weight.original1.shape)


def _constant(convolution: Any, value: float) -> Floats:
    return np.full(convolution.bias.shape, value, np.float32)


@torch.no_grad()
def build_codec() -> EncodecModel:
    """The codec in float32. Its encoder hears nothing: every input becomes token 0."""
    codec = EncodecModel(codec_config()).eval()
    _silence(codec.encoder)
    rows = torch.from_numpy(codebook_rows())
    assert len(codec.quantizer.layers) == CODEBOOKS
    for layer, row in zip(codec.quantizer.layers, rows, strict=True):
        book: Any = layer.codebook
        book.embed.copy_(row)
        book.embed_avg.zero_()
        book.cluster_size.zero_()

    decoder: Any = codec.decoder
    _silence(decoder)
    layers = decoder.layers
    _set(layers[0].conv, *first_convolution())
    _set_lstm(
        layers[1].lstm,
        (oscillator_layer(CHANNELS, 1.0, LIFT), mixer_layer(CHANNELS, DEPTH)),
    )
    transposed = [layers[index].conv for index in (3, 6, 9, 12)]
    # The first ELU bends the negative side, the second, upside down, the positive one.
    kernels = waveform_kernels().reshape(CHANNELS, 2 * RATIOS[0], SLOT_SAMPLES)
    first = np.zeros(_shape(transposed[0]), np.float32)
    first[:, :SLOT_SAMPLES] = STEEPNESS * kernels.transpose(0, 2, 1)
    _set(transposed[0], first, _constant(transposed[0], STEEPNESS * KNEE))
    _set(
        transposed[1],
        ordering_kernel(80, 5, -1.0, _shape(transposed[1])),
        _constant(transposed[1], 2 * STEEPNESS * KNEE),
    )
    _set(
        transposed[2],
        ordering_kernel(16, 4, -1 / STEEPNESS, _shape(transposed[2])),
        _constant(transposed[2], KNEE + 2),
    )
    _set(transposed[3], ordering_kernel(4, 4, 1.0, _shape(transposed[3])))
    last = np.zeros(_shape(layers[15].conv), np.float32)
    last[0, 0, last.shape[2] // 2] = 1.0
    _set(layers[15].conv, last, np.array([-2.0], np.float32))
    return codec


@torch.no_grad()
def decode(codec: EncodecModel, codes: Tensor) -> Tensor:
    """Audio [clips, samples] of codes [clips, CODEBOOKS, frames]."""
    decoded: Any = codec.decode(codes[None], [None])
    return decoded[0][:, 0]
