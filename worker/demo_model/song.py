"""Writes a planned song as tokens, bar by bar, until enough frames are full."""

import random
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt

from demo_model.drums import BARS, CRASH_HIT, CRASHES, FILLS
from demo_model.harmony import Chord
from demo_model.melody import Melodist
from demo_model.note_layout import NoteLayout
from demo_model.plan import Plan
from demo_model.styles import STYLES
from demo_model.tempo import SIXTEENTHS_PER_BEAT, sixteenth_lengths
from demo_model.timbres import stages_by_age
from demo_model.tokens import (
    BAR_MARKS,
    BARS_PER_PHRASE,
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CODEBOOKS,
    CONDUCTOR_TOKEN,
    HEADER_FRAMES,
    LEAD_LAYOUT,
    SIXTEENTHS_PER_BAR,
    SIXTEENTHS_PER_WALTZ_BAR,
    WALTZ_BAR_MARKS,
    Countdown,
    Grid,
    Opening,
    bass_choice_token,
    chord_choice_token,
    key_token,
    lead_choice_token,
)

Codes = npt.NDArray[np.int64]

LATE_SHARE = 0.12  # of a human player's notes, one frame late
FILL_SHARE = 0.75  # of phrases that end in one, where the style has any


class Score:
    """Codes under way, and the frame at which each sixteenth begins."""

    def __init__(self, plan: Plan, frames: int) -> None:
        beat = sixteenth_lengths(plan.beat_frames, STYLES[plan.style].swing)
        self.places = SIXTEENTHS_PER_WALTZ_BAR if plan.waltz else SIXTEENTHS_PER_BAR
        bar_frames = plan.beat_frames * self.places // SIXTEENTHS_PER_BEAT
        self.bars = max(1, -(-(frames - HEADER_FRAMES) // bar_frames))
        sixteenths = self.bars * self.places
        lengths = np.tile(beat, sixteenths // SIXTEENTHS_PER_BEAT)
        self.edges = HEADER_FRAMES + np.concatenate([[0], np.cumsum(lengths)])
        self.total = int(self.edges[-1])
        self.sixteenth_of = np.repeat(np.arange(sixteenths), lengths)
        self.codes: Codes = np.zeros((CODEBOOKS, self.total), np.int64)

    def edge(self, bar: int, place: int) -> int:
        return int(self.edges[bar * self.places + place])

    def add_note(
        self, codebook: int, layout: NoteLayout, timbre: str, sound: Hashable, onset: int, end: int
    ) -> None:
        """A note from frame `onset` until `end`, then its release."""
        instrument = layout.timbres[timbre]
        base = layout.base(timbre, sound)
        by_age = stages_by_age(instrument)
        first = onset - HEADER_FRAMES
        ages = self.sixteenth_of[first : end - HEADER_FRAMES] - self.sixteenth_of[first]
        stages = by_age[np.minimum(ages, len(by_age) - 1)]
        rising = min(len(instrument.attack), len(stages))
        stages[:rising] = np.arange(rising)
        row = self.codes[codebook]
        row[onset:end] = base + stages
        fading = row[end : end + len(instrument.release)]
        fading[:] = base + len(instrument.levels) - len(instrument.release) + np.arange(len(fading))


def write_header(score: Score, plan: Plan) -> None:
    codes = score.codes
    codes[0, 0] = CONDUCTOR_TOKEN[Opening(plan.style, plan.drums)]
    for frame in range(1, HEADER_FRAMES):
        codes[0, frame] = CONDUCTOR_TOKEN[Countdown(plan.beat_frames, HEADER_FRAMES - frame)]
    codes[1, 0] = key_token(plan.key)
    codes[1, 1] = chord_choice_token(plan.chords)
    codes[2, 1] = lead_choice_token(plan.lead)
    codes[3, 1] = bass_choice_token(plan.bass)


def write_conductor(score: Score, plan: Plan, rng: random.Random) -> None:
    """The clock between sixteenths, and on them the place in the bar with the drums."""
    first = CONDUCTOR_TOKEN[Countdown(plan.beat_frames, 1)]
    frames = np.arange(HEADER_FRAMES, score.total)
    left = score.edges[score.sixteenth_of + 1] - frames
    score.codes[0, HEADER_FRAMES:] = first + left - 1
    marks = WALTZ_BAR_MARKS if plan.waltz else BAR_MARKS
    usual = rng.choice(BARS[plan.style])
    filled = False
    for bar in range(score.bars):
        number = bar % BARS_PER_PHRASE
        hits = list(usual) if plan.drums else [0] * score.places
        if plan.drums and filled and number == 0 and plan.style in CRASHES:
            hits[0] = CRASH_HIT
        filled = plan.drums and number == 3 and plan.style in FILLS and rng.random() < FILL_SHARE
        if filled:
            hits[8:] = rng.choice(FILLS[plan.style])
        for place, hit in enumerate(hits):
            told = number if place in marks else None
            token = CONDUCTOR_TOKEN[Grid(plan.waltz, place, told, hit)]
            score.codes[0, score.edge(bar, place)] = token


def _late(rng: random.Random, human: bool) -> int:
    return 1 if human and rng.random() < LATE_SHARE else 0


class Band:
    """The players of the three tuned tracks, each with the patterns drawn for this song."""

    def __init__(self, plan: Plan, rng: random.Random) -> None:
        style = STYLES[plan.style]
        self._plan, self._rng = plan, rng
        self._comping = rng.choice(style.comping)
        self._bass_line = rng.choice(style.bass_lines)
        self._melodist = Melodist(rng, plan.key, style.melody, plan.waltz)

    def play(self, score: Score, bar: int, degree: int) -> None:
        chord = self._plan.chord(degree)
        if self._plan.chords:
            self._comp(score, bar, self._plan.chords, chord)
        if self._plan.lead:
            self._lead(score, bar, self._plan.lead, self._plan.key.triad(degree))
        if self._plan.bass:
            self._walk(score, bar, self._plan.bass, chord)

    def _comp(self, score: Score, bar: int, timbre: str, chord: Chord) -> None:
        human = CHORD_LAYOUT.timbres[timbre].human
        for place, length in self._comping:
            onset = score.edge(bar, place) + _late(self._rng, human)
            end = score.edge(bar, min(place + length, score.places))
            score.add_note(1, CHORD_LAYOUT, timbre, chord, onset, end)

    def _lead(self, score: Score, bar: int, timbre: str, chord: Chord) -> None:
        human = LEAD_LAYOUT.timbres[timbre].human
        for place, length, pitch in self._melodist.bar(bar % BARS_PER_PHRASE, chord):
            soft = self._rng.random() < (0.1 if place % 4 == 0 else 0.6)
            touch = "piano_soft" if timbre == "piano" and soft else timbre
            onset = score.edge(bar, place) + _late(self._rng, human)
            end = score.edge(bar, min(place + length, score.places))
            score.add_note(2, LEAD_LAYOUT, touch, pitch, onset, end)

    def _walk(self, score: Score, bar: int, timbre: str, chord: Chord) -> None:
        root = 36 + chord.root
        for place, length, step in self._bass_line:
            if place < score.places:
                end = score.edge(bar, min(place + length, score.places))
                pitch = root + step if root + step < 60 else root
                score.add_note(3, BASS_LAYOUT, timbre, pitch, score.edge(bar, place), end)


def write_song(plan: Plan, frames: int, seed: int) -> Codes:
    """Codes [CODEBOOKS, frames] of the planned song; the seed chooses its notes."""
    rng = random.Random(seed)
    score = Score(plan, frames)
    write_header(score, plan)
    write_conductor(score, plan, rng)
    band = Band(plan, rng)
    verse, other = (rng.choice(plan.key.progressions) for _ in range(2))
    for bar in range(score.bars):
        # Two phrases of the verse, one of the other progression, and again.
        phrase = bar // BARS_PER_PHRASE
        degrees = other if phrase % 3 == 2 else verse
        band.play(score, bar, degrees[bar % BARS_PER_PHRASE])
    return score.codes[:, :frames]
