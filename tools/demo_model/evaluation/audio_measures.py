"""What can be told from a clip's samples alone (32 kHz, mono)."""

from dataclasses import dataclass

import numpy as np

from demo_model.music.timbres import Floats

SAMPLE_RATE = 32_000
WINDOW = 8_192
HOP = 2_048
SILENT_LUFS = -60.0
CLIPPED_AT = 0.999


@dataclass(frozen=True)
class AudioMeasures:
    """lufs: integrated loudness. peak: of 1.0. flatness: 0 tonal, 1 noise. onsets: a second."""

    lufs: float
    peak: float
    flatness: float
    onsets: float
    chroma: tuple[float, ...]

    @property
    def silent(self) -> bool:
        return self.lufs < SILENT_LUFS

    @property
    def clipped(self) -> bool:
        return self.peak >= CLIPPED_AT


def _spectra(audio: Floats, window: int, hop: int) -> Floats:
    """Power [windows, window // 2 + 1]."""
    padded = np.concatenate([audio, np.zeros(max(0, window - len(audio)), np.float32)])
    pieces = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.abs(np.fft.rfft(pieces * np.hanning(window))) ** 2


def _k_weight(frequency: Floats) -> Floats:
    """Power response of ITU-R BS.1770's two filters, from their analogue form: a shelf of 4 dB
    above 1.5 kHz and a high-pass at 38 Hz."""
    s = 1j * np.maximum(frequency, 1e-3) / 1681.97
    q, gain = 0.7071752, 10 ** (3.99984 / 20)
    band = gain**0.4996667741545416
    shelf = (gain * s**2 + band / q * s + 1) / (s**2 + s / q + 1)
    p = 1j * np.maximum(frequency, 1e-3) / 38.13547
    high_pass = p**2 / (p**2 + p / 0.5003270 + 1)
    return np.abs(shelf * high_pass) ** 2


def loudness(audio: Floats) -> float:
    """LUFS by blocks of 400 ms with both gates of BS.1770, filtered in the frequency domain."""
    spectrum = np.fft.rfft(audio) * np.sqrt(_k_weight(np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)))
    weighted = np.fft.irfft(spectrum, len(audio))
    block, hop = int(0.4 * SAMPLE_RATE), int(0.1 * SAMPLE_RATE)
    starts = range(0, max(1, len(weighted) - block + 1), hop)
    powers = np.array([np.mean(weighted[start : start + block] ** 2) for start in starts]) + 1e-12
    levels = -0.691 + 10 * np.log10(powers)
    loud = levels > -70
    if not loud.any():
        return float(levels.max())
    relative = -0.691 + 10 * np.log10(powers[loud].mean()) - 10
    return float(-0.691 + 10 * np.log10(powers[loud & (levels > relative)].mean()))


def _chroma(power: Floats) -> Floats:
    """Share of energy in each pitch class, from the spectrum between 100 Hz and 2 kHz."""
    frequency = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    band = (frequency > 100) & (frequency < 2_000)
    classes = np.round(69 + 12 * np.log2(frequency[band] / 440)).astype(int) % 12
    shares = np.bincount(classes, weights=power[:, band].sum(axis=0), minlength=12)
    return shares / max(shares.sum(), 1e-12)


def _onset_rate(audio: Floats) -> float:
    """Peaks of rising energy well above the usual, at least 60 ms apart."""
    # The fourth root tames loud notes as a logarithm does, but doesn't make silence sensitive.
    level = _spectra(audio, 1_024, 320) ** 0.25
    rise = np.maximum(np.diff(level, axis=0), 0).mean(axis=1)
    threshold = rise.mean() + rise.std() + 1e-6
    count, last = 0, -10
    for index in range(1, len(rise) - 1):
        peak = rise[index] >= rise[index - 1] and rise[index] > rise[index + 1]
        if peak and rise[index] > threshold and index - last >= 6:
            count, last = count + 1, index
    return count / (len(audio) / SAMPLE_RATE)


def measure(audio: Floats) -> AudioMeasures:
    power = _spectra(audio, WINDOW, HOP)
    audible = power[:, 10:].mean(axis=0) + 1e-12
    return AudioMeasures(
        lufs=loudness(audio),
        peak=float(np.abs(audio).max()),
        flatness=float(np.exp(np.log(audible).mean()) / audible.mean()),
        onsets=_onset_rate(audio),
        chroma=tuple(_chroma(power).tolist()),
    )
