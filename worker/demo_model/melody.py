"""Melodies: motifs that are repeated, varied and answered over a phrase of four bars."""

import random
from dataclasses import dataclass

from demo_model.harmony import Chord, Key
from demo_model.styles import Onsets, every
from demo_model.tokens import LEAD_PITCHES


@dataclass(frozen=True)
class Motif:
    """A bar of rhythm, and how many steps of the scale each note lies from the one before."""

    onsets: Onsets
    steps: tuple[int, ...]


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
ARPEGGIOS: tuple[tuple[int, ...], ...] = ((0, 1, 2, 3), (0, 1, 2, 3, 4, 3, 2, 1), (0, 2, 1, 3), (4, 3, 2, 1))


def scale_pitches(key: Key) -> tuple[int, ...]:
    return tuple(pitch for pitch in LEAD_PITCHES if pitch % 12 in key.scale)


def draw_motif(rng: random.Random, rhythms: tuple[Onsets, ...]) -> Motif:
    """Mostly steps, some leaps, turning back rather than running away."""
    onsets = rng.choice(rhythms)
    steps: list[int] = [0]
    drift = 0
    for _ in onsets[1:]:
        step = rng.choice((-3, -2, -1, -1, 1, 1, 2, 3, 0))
        if abs(drift + step) > 4:
            step = -step
        drift += step
        steps.append(step)
    return Motif(onsets, tuple(steps))


class Melodist:
    """Plays bars of one song's melody; keeps its motifs and where the tune last was."""

    def __init__(self, rng: random.Random, key: Key, player: str, waltz: bool) -> None:
        self._rng = rng
        self._pitches = scale_pitches(key)
        self._places = 12 if waltz else 16
        self._closes = WALTZ_CLOSES if waltz else CLOSES
        self._arpeggio = rng.choice(ARPEGGIOS) if player == "arpeggio" else None
        self._arpeggio_step = rng.choice((1, 2, 2))
        self._at = rng.randrange(3, 9)
        if self._arpeggio is None:
            rhythms = RHYTHMS["waltz" if waltz and player != "sparse" else player]
            if waltz:
                rhythms = tuple(tuple(o for o in bar if sum(o) <= 12) for bar in rhythms)
            self._statement = draw_motif(rng, rhythms)
            self._answer = draw_motif(rng, rhythms)

    def bar(self, number: int, chord: Chord) -> list[tuple[int, int, int]]:
        """Notes (place, length, MIDI note) of bar `number` of the phrase, over its chord."""
        if self._arpeggio is not None:
            return self._arpeggiate(chord, self._arpeggio)
        match number:
            case 3:
                motif = draw_motif(self._rng, self._closes)
            case 2:
                motif = self._answer
            case _:
                motif = self._statement
        return self._sing(motif, chord)

    def _arpeggiate(self, chord: Chord, order: tuple[int, ...]) -> list[tuple[int, int, int]]:
        tones = [pitch for pitch in LEAD_PITCHES if pitch % 12 in chord.pitch_classes]
        step = self._arpeggio_step
        return [
            (place, step, tones[order[index % len(order)]])
            for index, place in enumerate(range(0, self._places, step))
        ]

    def _sing(self, motif: Motif, chord: Chord) -> list[tuple[int, int, int]]:
        notes: list[tuple[int, int, int]] = []
        at = self._to_chord(self._at, chord)
        for (place, length), step in zip(motif.onsets, motif.steps, strict=True):
            before, at = at, self._inside(at + step)
            if place % 8 == 0 or length >= 4:
                # A step that lands on the note it left would make the tune stand still.
                at = self._to_chord(at, chord, avoid=before if step and notes else None)
            notes.append((place, length, self._pitches[at]))
        # The next bar starts near here, drawn a little towards the middle.
        self._at = self._inside(at + (1 if at < 4 else -1 if at > 9 else 0))
        return notes

    def _inside(self, at: int) -> int:
        top = len(self._pitches) - 1
        return -at if at < 0 else 2 * top - at if at > top else at

    def _to_chord(self, at: int, chord: Chord, avoid: int | None = None) -> int:
        tones = (
            i for i, pitch in enumerate(self._pitches) if pitch % 12 in chord.pitch_classes and i != avoid
        )
        return min(tones, key=lambda i: (abs(i - at), i))
