"""The codec's first LSTM layer, computed: it hands amplitudes on and keeps 25 clocks running.

A partial of f Hz turns f / 50 times a frame, and only the fraction counts; with whole Hz the
fractions are k / 50. So one rotating pair for each k = 1..24, one alternating unit for 25 and a
constant for 0 give every partial its phase, and a phase never depends on the tokens.

Units: [0, PARTIALS) amplitudes; then 24 cosines, 24 sines, the alternating unit, the latch.
"""

from dataclasses import dataclass

import numpy as np

from demo_model.codec.reference import partial_frequencies
from demo_model.music.timbres import PARTIALS, Floats

CYCLE_FRAMES = 50
PAIRS = 24
COSINES = PARTIALS
SINES = COSINES + PAIRS
ALTERNATING = SINES + PAIRS
LATCH = ALTERNATING + 1

RADIUS = 0.02  # small, for the gates are linear only near zero
OPEN, SHUT = 20.0, -20.0  # gate inputs whose sigmoid is 1 and 0 in float32
LATCHED = float(np.tanh(1.0))  # output of a unit whose cell is driven to 1


@dataclass(frozen=True)
class LstmWeights:
    """In PyTorch's order of gates: input, forget, cell, output. Shapes [4 * units, ...]."""

    input: Floats
    recurrent: Floats
    bias: Floats


def closed_layer(units: int) -> LstmWeights:
    """A layer that forgets at once, with every input and output gate open and no signal."""
    bias = np.zeros(4 * units, np.float32)
    bias[:units] = bias[3 * units :] = OPEN
    bias[units : 2 * units] = SHUT
    return LstmWeights(
        np.zeros((4 * units, units), np.float32), np.zeros((4 * units, units), np.float32), bias
    )


def _drive(value: float) -> float:
    """Input that makes an open unit put out `value`: the unit squashes twice."""
    return float(np.arctanh(np.arctanh(value)))


def oscillator_layer(units: int, amplitude_gain: float, amplitude_bias: float) -> LstmWeights:
    """The first layer.

    Channel 2p of its input is (amplitude_bias - amplitude / 2) of partial p; unit p puts out
    `amplitude_gain * amplitude`, nearly.
    """
    layer = closed_layer(units)
    cell = 2 * units
    for partial in range(PARTIALS):
        layer.input[cell + partial, 2 * partial] = -2.0 * amplitude_gain
        layer.bias[cell + partial] = 2.0 * amplitude_gain * amplitude_bias
    # Squashing takes about r^2 / 2 of a rotating vector's length; this much gain gives it back,
    # and any other length is drawn towards RADIUS.
    gain = 1 + RADIUS**2 / 2
    for pair in range(PAIRS):
        angle = 2 * np.pi * (pair + 1) / CYCLE_FRAMES
        cosine, sine = COSINES + pair, SINES + pair
        layer.recurrent[cell + cosine, cosine] = gain * np.cos(angle)
        layer.recurrent[cell + cosine, sine] = -gain * np.sin(angle)
        layer.recurrent[cell + sine, cosine] = gain * np.sin(angle)
        layer.recurrent[cell + sine, sine] = gain * np.cos(angle)
    layer.recurrent[cell + ALTERNATING, ALTERNATING] = -(1 + 2 * RADIUS**2 / 3)
    # A push in the first frame only: from the second on, the latch takes it back.
    layer.bias[cell + LATCH] = OPEN
    for unit in (*range(COSINES, SINES), ALTERNATING):
        layer.bias[cell + unit] = _drive(RADIUS)
        layer.recurrent[cell + unit, LATCH] = -_drive(RADIUS) / LATCHED
    return layer


def mixer_layer(units: int, depth: float) -> LstmWeights:
    """The second layer: unit 2p puts out amplitude p * (1/2 + depth/4 * cos), 2p + 1 the sine."""
    layer = closed_layer(units)
    cell = 2 * units
    for partial, frequency in enumerate(partial_frequencies()):
        cosine, sine = 2 * partial, 2 * partial + 1
        layer.input[cell + cosine, partial] = layer.input[cell + sine, partial] = 1.0
        layer.bias[cosine] = layer.bias[sine] = 0.0
        turn = int(frequency) % CYCLE_FRAMES
        pair = min(turn, CYCLE_FRAMES - turn)
        if pair == 0:
            layer.bias[cosine] = depth
        elif pair == CYCLE_FRAMES // 2:
            layer.input[cosine, ALTERNATING] = depth / RADIUS
        else:
            layer.input[cosine, COSINES + pair - 1] = depth / RADIUS
            direction = 1 if pair == turn else -1
            layer.input[sine, SINES + pair - 1] = direction * depth / RADIUS
    return layer
