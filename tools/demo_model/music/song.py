"""Writes a planned song as tokens, bar by bar, until enough frames are full."""

import random
from collections.abc import Hashable

import numpy as np
import numpy.typing as npt

from demo_model.music.drums import drum_bar
from demo_model.music.form import BARS_PER_PHRASE, CYCLE_BARS
from demo_model.music.harmony import BASS_PITCHES, Chord
from demo_model.music.melody import arpeggio, pitch_of, tune
from demo_model.music.note_layout import NoteLayout
from demo_model.music.plan import Plan
from demo_model.music.styles import STYLES, BassLine, bass_line, comping, feel
from demo_model.music.tempo import SIXTEENTHS_PER_BEAT, sixteenth_lengths
from demo_model.music.timbres import stages_by_age
from demo_model.music.tokens import (
    BASS,
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CHORDS,
    CODEBOOKS,
    CONDUCTOR,
    CONDUCTOR_TOKEN,
    HEADER_FRAMES,
    LEAD,
    LEAD_LAYOUT,
    Arrangement,
    Countdown,
    Grid,
    Harmony,
    Opening,
    Tempo,
    Tune,
    Where,
    bass_choice_token,
    chord_choice_token,
    key_token,
    lead_choice_token,
    places_in_bar,
)

Codes = npt.NDArray[np.int64]


class Score:
    """Codes under way, and the frame at which each sixteenth begins."""

    def __init__(self, plan: Plan, frames: int) -> None:
        beat = sixteenth_lengths(plan.beat_frames, feel(plan.style))
        self.places = places_in_bar(plan.waltz)
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


def tempo_of(plan: Plan) -> Tempo:
    tempo = Tempo(plan.beat_frames, feel(plan.style))
    return tempo if tempo in CONDUCTOR_TOKEN else Tempo(plan.beat_frames, "straight")


def choices(plan: Plan) -> tuple[Tempo, Arrangement, Tempo, Tune]:
    """What the sixteenths of a beat repeat."""
    tempo = tempo_of(plan)
    return tempo, Arrangement(plan.style, plan.drums, plan.arrangement), tempo, Tune(plan.tune)


def harmony(plan: Plan, cycle_bar: int) -> tuple[Where, Harmony]:
    return Where(plan.form, cycle_bar), Harmony(plan.key, plan.degree(cycle_bar))


def write_header(score: Score, plan: Plan) -> None:
    """And a rest that names its instrument in every frame of the tuned tracks."""
    tempo, arrangement, _, tune = choices(plan)
    first = (Opening(plan.style, plan.drums), tempo, arrangement, tune, *harmony(plan, 0))
    codes = score.codes
    codes[CONDUCTOR, :HEADER_FRAMES] = [CONDUCTOR_TOKEN[it] for it in first]
    codes[CHORDS] = chord_choice_token(plan.chords)
    codes[LEAD] = lead_choice_token(plan.lead)
    codes[BASS] = bass_choice_token(plan.bass)
    codes[CHORDS, 0] = key_token(plan.key)


def write_conductor(score: Score, plan: Plan, rng: random.Random) -> None:
    row = score.codes[CONDUCTOR]
    told = choices(plan)
    silent = ((0,),) * score.places
    for bar in range(score.bars):
        cycle_bar = bar % CYCLE_BARS
        strikes = drum_bar(plan.style, plan.arrangement, cycle_bar) if plan.drums else silent
        for place, hits in enumerate(strikes):
            coming = (cycle_bar + 1) % CYCLE_BARS if place == score.places - 1 else cycle_bar
            grid = Grid(plan.waltz, place, rng.choice(hits))
            state = (grid, told[place % SIXTEENTHS_PER_BEAT], *harmony(plan, coming))
            first, end = score.edge(bar, place), score.edge(bar, place + 1)
            row[first : first + len(state)] = [CONDUCTOR_TOKEN[it] for it in state]
            left = range(end - first - len(state), 0, -1)
            row[first + len(state) : end] = [
                CONDUCTOR_TOKEN[Countdown(plan.waltz, place, frames)] for frames in left
            ]


class Band:
    """The players of the three tuned tracks. Whatever is left to them is the toss of a coin: a careful
    draw from what a model learns of them would never make an unlikely choice."""

    def __init__(self, plan: Plan, score: Score, rng: random.Random) -> None:
        self._plan, self._score, self._rng = plan, score, rng

    def play(self, bar: int) -> None:
        plan, cycle_bar = self._plan, bar % CYCLE_BARS
        degree = plan.degree(cycle_bar)
        chord = plan.chord(degree)
        if plan.chords:
            for place, length in comping(plan.style, plan.arrangement):
                self._note(bar, CHORDS, CHORD_LAYOUT, plan.chords, chord, place, length)
        if plan.lead:
            self._lead(bar, plan.lead, plan.key.triad(degree))
        if plan.bass:
            for place, length, pitch in self._bass_notes(cycle_bar, chord):
                self._note(bar, BASS, BASS_LAYOUT, plan.bass, pitch, place, length)

    def _note(
        self, bar: int, book: int, layout: NoteLayout, timbre: str, sound: Hashable, place: int, length: int
    ) -> None:
        """A hand is now and then a frame late off the beat."""
        score = self._score
        if place < score.places:
            human = layout.timbres[timbre].human and place % SIXTEENTHS_PER_BEAT
            late = self._rng.choice((0, 1)) if human else 0
            end = score.edge(bar, min(place + length, score.places))
            score.add_note(book, layout, timbre, sound, score.edge(bar, place) + late, end)

    def _lead(self, bar: int, timbre: str, chord: Chord) -> None:
        plan = self._plan
        player = STYLES[plan.style].melody
        if player == "arpeggio":
            notes = arpeggio(chord, plan.tune, self._score.places)
        else:
            tones = tune("waltz" if plan.waltz else player, plan.tune, bar % CYCLE_BARS)
            notes = [
                (it.place, it.length, pitch_of(plan.key, chord, self._rng.choice(it.steps), it.stressed))
                for it in tones
            ]
        for place, length, pitch in notes:
            soft = timbre == "piano" and place % SIXTEENTHS_PER_BEAT and self._rng.choice((False, True))
            touch = "piano_soft" if soft else timbre
            self._note(bar, LEAD, LEAD_LAYOUT, touch, pitch, place, length)

    def _bass_notes(self, cycle_bar: int, chord: Chord) -> BassLine:
        """(place, length, MIDI note). The last beat of a phrase may lead back to the tonic."""
        plan = self._plan
        line = bass_line(plan.style, plan.arrangement)
        low = BASS_PITCHES[0]
        root = low + chord.root
        notes = tuple(
            (place, length, root + step if root + step in BASS_PITCHES else root)
            for place, length, step in line
        )
        if not STYLES[plan.style].walk_up or cycle_bar % BARS_PER_PHRASE < BARS_PER_PHRASE - 1:
            return notes
        stay = tuple((place, min(length, 12 - place), pitch) for place, length, pitch in notes if place < 12)
        walk = tuple((12 + 2 * n, 2, low + plan.key.scale[degree - 1]) for n, degree in enumerate((5, 7)))
        return stay + walk


def write_song(plan: Plan, frames: int, seed: int) -> Codes:
    """Codes [CODEBOOKS, frames] of the planned song; the seed tosses its coins."""
    rng = random.Random(seed)
    score = Score(plan, frames)
    write_header(score, plan)
    write_conductor(score, plan, rng)
    band = Band(plan, score, rng)
    for bar in range(score.bars):
        band.play(bar)
    return score.codes[:, :frames]
