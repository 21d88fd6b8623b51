"""One strike of each drum, made from sines and noise."""

from functools import cache

import numpy as np

from demo_model.music.timbres import Floats

SAMPLE_RATE = 32_000
SEGMENT_SAMPLES = 1_280  # what one channel of the codec can play: two frames
STRIKE_SAMPLES = 4 * SEGMENT_SAMPLES  # 160 ms, the longest that the codec's first kernel spans

# Segments that each sound needs; the codec has 31 channels for them.
SEGMENTS = {
    "kick": 4,
    "snare": 4,
    "hat": 1,
    "open": 4,
    "crash": 4,
    "ride": 3,
    "clap": 3,
    "high_tom": 3,
    "low_tom": 3,
    "rim": 1,
    "shaker": 1,
}


def _noise(low: float, high: float) -> Floats:
    """White noise between two frequencies in Hz, root mean square 1."""
    rng = np.random.default_rng(int(low + 7 * high))
    spectrum = np.fft.rfft(rng.standard_normal(STRIKE_SAMPLES))
    frequency = np.fft.rfftfreq(STRIKE_SAMPLES, 1 / SAMPLE_RATE)
    spectrum[(frequency < low) | (frequency > high)] = 0
    wave = np.fft.irfft(spectrum, STRIKE_SAMPLES)
    return (wave / np.sqrt(np.mean(wave**2))).astype(np.float32)


def _falling(start: float, end: float, seconds: float) -> Floats:
    """A sine that falls from one frequency (Hz) to another with a time constant."""
    time = np.arange(STRIKE_SAMPLES) / SAMPLE_RATE
    turns = end * time + (start - end) * seconds * (1 - np.exp(-time / seconds))
    return np.sin(2 * np.pi * turns).astype(np.float32)


def _fade(seconds: float) -> Floats:
    time = np.arange(STRIKE_SAMPLES) / SAMPLE_RATE
    return np.exp(-time / seconds).astype(np.float32)


def _raw(sound: str) -> Floats:
    match sound:
        case "kick":
            return _falling(160, 48, 0.025) * _fade(0.06) + 0.08 * _noise(1500, 6000) * _fade(0.003)
        case "snare":
            return 0.5 * _falling(240, 180, 0.02) * _fade(0.04) + 0.3 * _noise(900, 9000) * _fade(0.05)
        case "hat":
            return 0.22 * _noise(7000, 15000) * _fade(0.011)
        case "open":
            return 0.2 * _noise(6500, 15000) * _fade(0.06)
        case "crash":
            return 0.26 * _noise(3500, 15000) * _fade(0.075)
        case "ride":
            return 0.13 * _noise(5000, 12000) * _fade(0.045) + 0.08 * _falling(3150, 3150, 1) * _fade(0.03)
        case "clap":
            bursts = sum(
                np.roll(_fade(0.006), delay) * (np.arange(STRIKE_SAMPLES) >= delay) for delay in (0, 320, 640)
            )
            return 0.22 * _noise(900, 5000) * (bursts + 0.6 * _fade(0.035))
        case "high_tom":
            return 0.8 * _falling(230, 150, 0.03) * _fade(0.05)
        case "low_tom":
            return 0.9 * _falling(150, 90, 0.03) * _fade(0.055)
        case "rim":
            return 0.5 * _falling(1700, 1650, 0.01) * _fade(0.007) + 0.15 * _noise(2000, 8000) * _fade(0.003)
        case "shaker":
            rise = np.minimum(1, np.arange(STRIKE_SAMPLES) / (0.012 * SAMPLE_RATE)).astype(np.float32)
            return 0.16 * _noise(5000, 13000) * rise * _fade(0.012)
        case _:
            raise ValueError(f"expected a drum sound, got {sound!r}")


@cache
def strike(sound: str) -> Floats:
    """[segments * SEGMENT_SAMPLES] samples, faded to nothing at both ends."""
    wave = _raw(sound)[: SEGMENTS[sound] * SEGMENT_SAMPLES].copy()
    wave[:16] *= np.linspace(0, 1, 16, dtype=np.float32)
    wave[-400:] *= np.linspace(1, 0, 400, dtype=np.float32)
    return wave
