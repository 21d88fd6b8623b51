"""Melodies: a statement, an answer and two closes, repeated as the chords beneath them move.

A tone is told by its distance from the chord beneath it, never from the tone before, so a tune
can't get stuck, and whoever learns it needs to know only the tune, the chord and the place.
"""

import random
from dataclasses import dataclass
from functools import cache

from demo_model.music.form import BARS_PER_PHRASE, PHRASES
from demo_model.music.harmony import LEAD_PITCHES, Chord, Key
from demo_model.music.styles import Onsets, every

# Each player knows so many tunes.
TUNES = 8
MIDDLE = 70  # MIDI note around which tunes turn
FARTHEST_STEP = 4

Steps = tuple[int, ...]


@dataclass(frozen=True)
class Tone:
    """place, length: sixteenths. steps: of the scale, from the chord's tone nearest MIDDLE; each of
    them is as likely to be played. stressed: moved to the nearest tone of the chord."""

    place: int
    length: int
    steps: Steps
    stressed: bool


# Rhythms by player: bars that carry the melody, and bars that close a phrase and breathe.
RHYTHMS: dict[str, tuple[Onsets, ...]] = {
    "phrase": (
        ((0, 4), (4, 2), (6, 2), (8, 4), (12, 2)),
        ((0, 6), (6, 2), (8, 4), (12, 4)),
        ((0, 3), (3, 3), (6, 2), (8, 6)),
        ((2, 2), (4, 4), (8, 2), (10, 2), (12, 4)),
        ((0, 4), (4, 4), (8, 2), (10, 6)),
    ),
    "busy": (
        ((0, 2), (2, 1), (3, 1), (4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 2)),
        ((0, 3), (3, 3), (6, 2), (8, 2), (10, 2), (12, 4)),
        every(2, 2),
    ),
    "riff": (
        ((0, 1), (3, 1), (6, 1), (8, 1), (11, 1), (14, 1)),
        ((0, 2), (4, 1), (6, 1), (10, 2), (14, 1)),
        ((2, 1), (5, 1), (8, 2), (12, 1), (15, 1)),
    ),
    "sparse": (((0, 8), (8, 6)), ((0, 12),), ((4, 4), (8, 8)), ((2, 4), (6, 6))),
    "anthem": (((0, 8), (8, 4), (12, 4)), ((0, 6), (6, 2), (8, 8)), ((0, 12), (12, 4))),
    "waltz": (
        ((0, 4), (4, 4), (8, 4)),
        ((0, 8), (8, 4)),
        ((0, 4), (4, 2), (6, 2), (8, 4)),
        ((0, 6), (6, 2), (8, 4)),
    ),
}
CLOSES: tuple[Onsets, ...] = (((0, 10),), ((0, 4), (4, 8)), ((0, 2), (2, 2), (4, 8)))
WALTZ_CLOSES: tuple[Onsets, ...] = (((0, 8),), ((0, 4), (4, 6)))
# Which tone of the chord, counted upwards, is played next; at every sixteenth or every other one.
ARPEGGIOS: tuple[Steps, ...] = ((0, 1, 2, 3), (0, 1, 2, 3, 4, 3, 2, 1), (0, 2, 1, 3), (4, 3, 2, 1))


def _motif(rng: random.Random, onsets: Onsets) -> tuple[Tone, ...]:
    """Mostly steps, some leaps, turning back rather than running away."""
    tones: list[Tone] = []
    at = rng.choice((-2, 0, 0, 2))
    for place, length in onsets:
        stressed = place % 8 == 0 or length >= 4
        turn = rng.choice((-1, 1))
        free = not stressed and rng.random() < 0.4
        tones.append(Tone(place, length, (at, at + turn) if free else (at,), stressed))
        step = rng.choice((-3, -2, -2, -1, -1, 1, 1, 2, 2, 3))
        at += -step if abs(at + step) > FARTHEST_STEP else step
    return tuple(tones)


@cache
def _motifs(player: str, number: int) -> tuple[tuple[Tone, ...], ...]:
    """The statement, the answer and both closes of a player's tune."""
    rng = random.Random(f"{player} {number}")
    carrying, closing = RHYTHMS[player], WALTZ_CLOSES if player == "waltz" else CLOSES
    bars = [carrying[(number + n) % len(carrying)] for n in (0, 1)]
    bars += [closing[(number + n) % len(closing)] for n in (0, 1)]
    return tuple(_motif(rng, onsets) for onsets in bars)


# Which of the four each bar plays; the second phrase begins with the answer.
ORDER = ((0, 0, 1, 2), (1, 0, 1, 3))
assert len(ORDER) == PHRASES


def tune(player: str, number: int, bar: int) -> tuple[Tone, ...]:
    """What bar 0 to CYCLE_BARS - 1 plays. number: 0 to TUNES - 1."""
    phrase, within = divmod(bar, BARS_PER_PHRASE)
    return _motifs(player, number)[ORDER[phrase][within]]


@cache
def pitch_of(key: Key, chord: Chord, step: int, stressed: bool) -> int:
    """MIDI note of a tone over a chord."""
    scale = [pitch for pitch in LEAD_PITCHES if pitch % 12 in key.scale]
    in_chord = [index for index, pitch in enumerate(scale) if pitch % 12 in chord.pitch_classes]
    anchor = min(in_chord, key=lambda index: (abs(scale[index] - MIDDLE), index))
    at = anchor + step
    if stressed:
        at = min(in_chord, key=lambda index: (abs(index - at), index))
    return scale[at]


def arpeggio(chord: Chord, number: int, places: int) -> list[tuple[int, int, int]]:
    """(place, length, MIDI note) of a bar of arpeggio `number`, 0 to TUNES - 1."""
    order = ARPEGGIOS[number % len(ARPEGGIOS)]
    gap = 1 if number >= len(ARPEGGIOS) else 2
    tones = [pitch for pitch in LEAD_PITCHES if pitch % 12 in chord.pitch_classes]
    return [
        (place, gap, tones[order[index % len(order)]]) for index, place in enumerate(range(0, places, gap))
    ]
