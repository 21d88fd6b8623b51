"""The sound of tokens, straight from its definition: what the codec's computed weights must match.

A frame's latent is the sum of one row a codebook: PARTIALS amplitudes and one level a drum sound.
A partial is a cosine of whole Hz, faded linearly from frame to frame; a drum is a recorded strike.
The sound runs LOOKAHEAD frames ahead of the tokens, because the first convolution sees three frames
on and a strike of six frames' length has to begin at its earliest tap.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from demo_model.codec.drum_sounds import strike
from demo_model.music.drums import HITS, SOUNDS
from demo_model.music.harmony import Chord, voicing
from demo_model.music.timbres import LOWEST_PARTIAL, PARTIALS, Floats, note_spectrum
from demo_model.music.tokens import (
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CODEBOOKS,
    CONDUCTOR_MEANING,
    LEAD_LAYOUT,
    VOCABULARY,
    Grid,
)

SAMPLE_RATE = 32_000
FRAME_SAMPLES = 640
LOOKAHEAD = 3
LATENT = PARTIALS + len(SOUNDS)

# Loudness of the tracks against each other; the sum of a full band stays under full scale.
CHORD_GAIN, LEAD_GAIN, BASS_GAIN, DRUM_GAIN = 0.105, 0.16, 0.22, 0.42


def partial_frequencies() -> npt.NDArray[np.int64]:
    """Hz of each partial: whole numbers, so that a phase repeats after a second (50 frames)."""
    notes = LOWEST_PARTIAL + np.arange(PARTIALS)
    return np.round(440.0 * 2.0 ** ((notes - 69) / 12)).astype(np.int64)


def partial_phases() -> Floats:
    """Start phases in radians, spread so that the partials don't peak together."""
    return (2 * np.pi * np.modf(np.arange(PARTIALS) * 0.6180339887)[0]).astype(np.float32)


def _chord_row(timbre: str, chord: Chord, stage: int) -> Floats:
    instrument = CHORD_LAYOUT.timbres[timbre]
    notes = voicing(chord)
    spectra = [note_spectrum(instrument, note, stage) for note in notes]
    return np.sum(spectra, axis=0) / np.sqrt(len(notes))


@cache
def codebook_rows() -> Floats:
    """[CODEBOOKS, VOCABULARY, LATENT]; rows that sound nothing are zero."""
    rows = np.zeros((CODEBOOKS, VOCABULARY, LATENT), np.float32)
    for token, meaning in CONDUCTOR_MEANING.items():
        if isinstance(meaning, Grid):
            for sound, level in HITS[meaning.hit].items():
                rows[0, token, PARTIALS + SOUNDS.index(sound)] = DRUM_GAIN * level
    for token, note in CHORD_LAYOUT.notes().items():
        assert isinstance(note.sound, Chord)
        rows[1, token, :PARTIALS] = CHORD_GAIN * _chord_row(note.timbre, note.sound, note.stage)
    for codebook, layout, gain in ((2, LEAD_LAYOUT, LEAD_GAIN), (3, BASS_LAYOUT, BASS_GAIN)):
        for token, note in layout.notes().items():
            assert isinstance(note.sound, int)
            spectrum = note_spectrum(layout.timbres[note.timbre], note.sound, note.stage)
            rows[codebook, token, :PARTIALS] = gain * spectrum
    # Stored in half precision; rounding here keeps the reference equal to what is stored.
    return rows.astype(np.float16).astype(np.float32)


def render(codes: npt.NDArray[np.integer]) -> Floats:
    """Audio (32 kHz, mono, [frames * 640]) of codes [CODEBOOKS, frames], without the limiter.

    The last LOOKAHEAD frames are left silent here; the codec mirrors the end instead.
    """
    frames = codes.shape[1]
    latents = codebook_rows()[np.arange(CODEBOOKS)[:, None], codes].sum(axis=0)
    latents = np.concatenate([latents[LOOKAHEAD:], np.zeros((LOOKAHEAD, LATENT), np.float32)])
    time = np.arange(frames * FRAME_SAMPLES)
    # A frame's weight is 1 at its middle and 0 at its neighbours' middles.
    centres = np.arange(-1, frames + 1) * FRAME_SAMPLES + FRAME_SAMPLES // 2
    silent = np.zeros((1, PARTIALS), np.float32)
    amplitudes = np.concatenate([silent, latents[:, :PARTIALS], silent])
    audio = np.zeros(len(time))
    for index, (frequency, phase) in enumerate(zip(partial_frequencies(), partial_phases(), strict=True)):
        if amplitudes[:, index].any():
            envelope = np.interp(time, centres, amplitudes[:, index])
            # The product is reduced to one second first: large angles lose precision.
            turns = (frequency * time) % SAMPLE_RATE / SAMPLE_RATE
            audio += envelope * np.cos(2 * np.pi * turns + phase)
    for index, sound in enumerate(SOUNDS):
        for frame in np.flatnonzero(latents[:, PARTIALS + index]):
            start = frame * FRAME_SAMPLES - FRAME_SAMPLES // 2
            first = max(0, start)
            piece = strike(sound)[first - start : first - start + len(audio) - first]
            audio[first : first + len(piece)] += latents[frame, PARTIALS + index] * piece
    return audio.astype(np.float32)
