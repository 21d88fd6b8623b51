"""Loudness and true peak as ITU-R BS.1770-5 and its annex 2 define them.

No package: pyloudnorm brings SciPy into the image, knows no true peak, and refuses clips that are
shorter than a block.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

BLOCK_SECONDS = 0.4
_HOPS_PER_BLOCK = 4  # blocks overlap by 75 %
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OVERSAMPLING = 4


def integrated_lufs(samples: Samples, sample_rate: int) -> float | None:
    """Gated loudness of the whole clip.

    samples: [C, N] float32, C is 1 or 2. Returns LUFS, or None when the clip is shorter than one
    block (0.4 s) or every block is under the absolute gate: nothing was heard.
    """
    hop = round(sample_rate * BLOCK_SECONDS / _HOPS_PER_BLOCK)
    hops = samples.shape[1] // hop
    if hops < _HOPS_PER_BLOCK:
        return None
    weighted = _k_weighted(samples, sample_rate)[:, : hops * hop]  # [C, hops * hop]
    energy = np.square(weighted).reshape(len(samples), hops, hop).sum(axis=2)  # [C, hops]
    # A running sum of four hops is one block; channels count alike (left, right, mono).
    per_hop = np.concatenate([[0.0], np.cumsum(energy.sum(axis=0))])
    power = (per_hop[_HOPS_PER_BLOCK:] - per_hop[:-_HOPS_PER_BLOCK]) / (_HOPS_PER_BLOCK * hop)
    heard = power[power > _power(_ABSOLUTE_GATE_LUFS)]
    if heard.size == 0:
        return None
    gate = _power(_lufs(float(heard.mean())) + _RELATIVE_GATE_LU)
    return _lufs(float(heard[heard > gate].mean()))


def true_peak_dbtp(samples: Samples) -> float | None:
    """Largest sample of the clip at four times its rate, in dB over full scale; None if silent.

    Interpolated with the ideal filter (zeros put into the upper spectrum), the clip standing
    between two stretches of silence so that its end does not run into its beginning.
    """
    padded = np.pad(samples, ((0, 0), (256, _fast_length(samples.shape[1] + 512) - samples.shape[1] - 256)))
    length = padded.shape[1]
    upper = np.fft.irfft(np.fft.rfft(padded), n=length * _OVERSAMPLING) * _OVERSAMPLING
    peak = float(np.abs(upper).max(initial=0.0))
    return 20 * math.log10(peak) if peak > 1e-9 else None


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power)


def _power(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)


def _k_weighted(samples: Samples, sample_rate: int) -> NDArray[np.float64]:
    """The two filters of the standard, applied in the frequency domain: [C, N] -> [C, N].

    Their poles lie well inside the circle (the slowest falls by 1e-9 in 0.1 s), so a tail of
    zeros of 0.25 s makes the circular product equal to the recursive filter.
    """
    length = _fast_length(samples.shape[1] + sample_rate // 4)
    omega = 2 * np.pi * np.arange(length // 2 + 1) / length
    unit = np.exp(-1j * omega)
    response = np.ones_like(unit)
    for b, a in (_shelf(sample_rate), _high_pass(sample_rate)):
        response *= np.polyval(b[::-1], unit) / np.polyval(a[::-1], unit)
    spectrum = np.fft.rfft(samples.astype(np.float64), n=length)
    return np.fft.irfft(spectrum * response, n=length)[:, : samples.shape[1]]


def _fast_length(least: int) -> int:
    """The next length with no large prime factor, for which a transform is quick."""
    step = 1 << max(0, least.bit_length() - 5)
    return -(-least // step) * step


# BS.1770 lists both filters at 48 kHz only; these are the analogue prototypes behind that table
# (frequency in Hz, gain in dB, quality), warped to the sample rate by the bilinear transform.
def _shelf(sample_rate: int) -> tuple[list[float], list[float]]:
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    scale = 1 + k / q + k * k
    b = [high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]
    a = [scale, 2 * (k * k - 1), 1 - k / q + k * k]
    return [x / scale for x in b], [x / scale for x in a]


def _high_pass(sample_rate: int) -> tuple[list[float], list[float]]:
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    scale = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]
