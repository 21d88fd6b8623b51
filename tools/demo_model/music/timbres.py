"""The instruments: which partials each sounds, and how its notes rise and fade.

A note passes through stages. Each attack stage lasts one frame; a body stage lasts a number of
sixteenths (None: until the note ends), so that decay follows the beat at every tempo and the
language model meets the same rhythm of stages; each release stage lasts one frame.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

LOWEST_PARTIAL = 36  # MIDI note of the first partial (C2, 65 Hz)
PARTIALS = 80  # one a semitone, up to MIDI 115 (6.6 kHz)

# Semitones above the fundamental of harmonics 1, 2, 3 ... (the 11th and 13th lie between keys).
HARMONIC_SEMITONES = (0, 12, 19, 24, 28, 31, 34, 36, 38, 40)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Timbre:
    """One instrument on one track.

    name: what prompts call it. harmonics: amplitude of harmonic 1, 2, ... attack, release: level
    of each frame. body: (level, sixteenths). darkening: how much faster each further harmonic
    fades than the fundamental as the level falls; 0 is none. gain: loudness against the others.
    human: notes are now and then a frame late, as played by a hand.
    """

    name: str
    harmonics: tuple[float, ...]
    attack: tuple[float, ...]
    body: tuple[tuple[float, int | None], ...]
    release: tuple[float, ...] = ()
    darkening: float = 0.0
    gain: float = 1.0
    human: bool = False

    @property
    def levels(self) -> tuple[float, ...]:
        """Level of every stage: attack, body, release."""
        return (*self.attack, *(level for level, _ in self.body), *self.release)


PIANO = ((0.80, 1), (0.62, 1), (0.48, 2), (0.34, 4), (0.22, None))
STRUCK = ((0.75, 1), (0.50, 1), (0.32, 2), (0.18, None))

CHORD_TIMBRES: dict[str, Timbre] = {
    "pad": Timbre(
        "pad",
        harmonics=(1, 0.45, 0.3, 0.2, 0.08, 0.06),
        attack=(0.3, 0.55, 0.8),
        body=((1.0, None),),
        release=(0.5,),
    ),
    "strings": Timbre(
        "strings",
        harmonics=(0.9, 0.7, 0.5, 0.4, 0.3, 0.25, 0.16, 0.12),
        attack=(0.35, 0.7),
        body=((0.8, None),),
        release=(0.4,),
        gain=0.95,
    ),
    "organ": Timbre(
        "organ",
        harmonics=(1, 0.9, 0.6, 0.7, 0, 0.25, 0, 0.35),
        attack=(0.8,),
        body=((0.85, None),),
        release=(0.3,),
        gain=0.85,
    ),
    "piano": Timbre(
        "piano",
        harmonics=(1, 0.55, 0.33, 0.2, 0.1, 0.07, 0.04),
        attack=(1.0, 0.95),
        body=PIANO,
        darkening=0.5,
        gain=1.3,
        human=True,
    ),
    "epiano": Timbre(
        "electric piano",
        harmonics=(1, 0.12, 0.05, 0.3, 0, 0.02, 0, 0.1),
        attack=(0.9, 1.0),
        body=((0.85, 2), (0.65, 2), (0.48, 4), (0.34, None)),
        darkening=0.8,
        gain=1.3,
        human=True,
    ),
    "guitar": Timbre(
        "acoustic guitar",
        harmonics=(0.8, 1, 0.6, 0.35, 0.3, 0.2, 0.1, 0.08),
        attack=(1.0,),
        body=((0.7, 1), (0.45, 2), (0.25, None)),
        darkening=0.5,
        gain=1.4,
        human=True,
    ),
    "power": Timbre(
        "electric guitar",
        harmonics=(1, 0.9, 0.85, 0.7, 0.6, 0.5, 0.4, 0.35, 0.25, 0.2),
        attack=(1.0, 0.9),
        body=((0.8, 2), (0.7, None)),
        release=(0.3,),
        darkening=0.1,
        gain=0.75,
    ),
}

LEAD_TIMBRES: dict[str, Timbre] = {
    "piano": Timbre(
        "piano",
        harmonics=(1, 0.5, 0.25, 0.15, 0.08, 0.05),
        attack=(1.0, 0.95),
        body=PIANO,
        darkening=0.5,
        gain=1.2,
        human=True,
    ),
    "piano_soft": Timbre(
        "piano",
        harmonics=(1, 0.4, 0.15, 0.08),
        attack=(0.9, 0.95),
        body=PIANO,
        darkening=0.6,
        gain=0.75,
        human=True,
    ),
    "pluck": Timbre(
        "harp",
        harmonics=(1, 0.4, 0.28, 0.12, 0.1, 0.05),
        attack=(1.0,),
        body=STRUCK,
        darkening=0.7,
        gain=1.15,
    ),
    "synth": Timbre(
        "synth lead",
        harmonics=(0.8, 0.6, 0.5, 0.42, 0.35, 0.3, 0.24, 0.2),
        attack=(0.7, 1.0),
        body=((0.8, None),),
        release=(0.3,),
        gain=0.75,
    ),
    "flute": Timbre(
        "flute",
        harmonics=(1, 0.22, 0.08, 0.03),
        attack=(0.35, 0.8),
        body=((0.95, None),),
        release=(0.45,),
        gain=0.95,
    ),
    "violin": Timbre(
        "violin",
        harmonics=(0.7, 0.9, 0.5, 0.6, 0.3, 0.3, 0.2),
        attack=(0.3, 0.65),
        body=((0.9, None),),
        release=(0.45,),
        gain=0.7,
    ),
    "bell": Timbre(
        "bells",
        harmonics=(0.9, 0.15, 0, 0.6, 0, 0, 0.35, 0, 0, 0.2),
        attack=(1.0,),
        body=((0.85, 2), (0.6, 2), (0.4, 4), (0.25, None)),
        darkening=0.4,
        gain=0.95,
    ),
    "chip": Timbre(
        "chip lead",
        harmonics=(1, 0, 0.34, 0, 0.2, 0, 0.14, 0, 0.11),
        attack=(0.9,),
        body=((0.75, None),),
        gain=0.8,
    ),
    "brass": Timbre(
        "trumpet",
        harmonics=(0.6, 0.9, 0.8, 0.6, 0.4, 0.25, 0.15),
        attack=(0.4, 0.9),
        body=((0.8, None),),
        release=(0.35,),
        gain=0.65,
    ),
}

BASS_TIMBRES: dict[str, Timbre] = {
    "sub": Timbre(
        "sub bass",
        harmonics=(1, 0.2),
        attack=(0.8,),
        body=((1.0, None),),
        release=(0.4,),
        gain=0.9,
    ),
    "electric": Timbre(
        "electric bass",
        harmonics=(1, 0.7, 0.3, 0.2, 0.1),
        attack=(1.0, 0.95),
        body=((0.85, 2), (0.7, 2), (0.5, None)),
        release=(0.25,),
        darkening=0.5,
        gain=1.2,
        human=True,
    ),
    "synth": Timbre(
        "synth bass",
        harmonics=(1, 0.7, 0.5, 0.4, 0.3, 0.2, 0.15),
        attack=(1.0,),
        body=((0.8, 1), (0.65, None)),
        release=(0.25,),
        darkening=0.3,
        gain=0.9,
    ),
    "upright": Timbre(
        "upright bass",
        harmonics=(1, 0.5, 0.2, 0.08),
        attack=(0.9,),
        body=((0.85, 1), (0.6, 2), (0.4, None)),
        darkening=0.6,
        gain=1.35,
        human=True,
    ),
    "cello": Timbre(
        "cello",
        harmonics=(0.9, 0.7, 0.5, 0.35, 0.2, 0.15),
        attack=(0.4, 0.75),
        body=((0.9, None),),
        release=(0.4,),
        gain=0.9,
    ),
    "chip": Timbre(
        "chip bass",
        harmonics=(1, 0, 0.11, 0, 0.04),
        attack=(0.9,),
        body=((0.9, None),),
        gain=0.85,
    ),
}


@cache
def note_spectrum(timbre: Timbre, pitch: int, stage: int) -> Floats:
    """Amplitude of every partial ([PARTIALS]) of one note at one stage; no unit, about 0 to 1."""
    level = timbre.levels[stage]
    spectrum = np.zeros(PARTIALS, np.float32)
    for number, amplitude in enumerate(timbre.harmonics):
        index = pitch + HARMONIC_SEMITONES[number] - LOWEST_PARTIAL
        if amplitude and 0 <= index < PARTIALS:
            spectrum[index] += amplitude * level ** (1 + timbre.darkening * number)
    # Equal energy, so that a bright timbre isn't louder than a dull one.
    energy = float(np.sqrt(np.sum(np.square(timbre.harmonics))))
    return spectrum * (timbre.gain / energy)


@cache
def stages_by_age(timbre: Timbre) -> npt.NDArray[np.int16]:
    """Body stage of a note by the sixteenths that began since its onset (the last holds on)."""
    first = len(timbre.attack)
    stages: list[int] = []
    for offset, (_, sixteenths) in enumerate(timbre.body):
        stages += [first + offset] * (sixteenths or 1)
    return np.array(stages, np.int16)
