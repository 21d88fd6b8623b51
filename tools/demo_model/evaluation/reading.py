"""Reads codes back as music: what was played, whoever wrote them."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from demo_model.music.harmony import Chord
from demo_model.music.note_layout import NoteLayout
from demo_model.music.plan import DRUMS
from demo_model.music.song import Codes
from demo_model.music.tempo import SIXTEENTHS_PER_BEAT
from demo_model.music.tokens import (
    BASS,
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CHORDS,
    CONDUCTOR_MEANING,
    LEAD,
    LEAD_LAYOUT,
    Grid,
    Opening,
)

TRACKS: tuple[tuple[int, NoteLayout], ...] = (
    (CHORDS, CHORD_LAYOUT),
    (LEAD, LEAD_LAYOUT),
    (BASS, BASS_LAYOUT),
)


@dataclass(frozen=True)
class Sounded:
    """A note as played. codebook: its track. timbre: the name that prompts use. classes: pitch
    classes. onset: frame. frames: how long it sounded."""

    codebook: int
    timbre: str
    classes: tuple[int, ...]
    onset: int
    frames: int


@dataclass(frozen=True)
class Reading:
    """beats, bar_starts: frame of each. bars: what drums and tuned tracks struck in each whole one."""

    style: str | None
    notes: tuple[Sounded, ...]
    beats: tuple[int, ...]
    bar_starts: tuple[int, ...]
    struck: bool
    bars: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def instruments(self) -> frozenset[str]:
        drums = {DRUMS} if self.struck else set[str]()
        return frozenset({note.timbre for note in self.notes} | drums)

    @property
    def beat_frames(self) -> int | None:
        """The usual length of a beat; None without two beats."""
        gaps = np.diff(self.beats)
        return Counter(gaps.tolist()).most_common(1)[0][0] if len(gaps) else None

    @property
    def steady_share(self) -> float:
        """Share of beats as long as the usual one."""
        gaps = np.diff(self.beats)
        return float(np.mean(gaps == self.beat_frames)) if len(gaps) else 0.0

    @property
    def chord_change_share(self) -> float | None:
        """Of bars that begin a chord, after another that does: how many begin a different one."""
        begun = [note for note in self.notes if note.codebook == CHORDS]
        firsts = [
            next((note.classes for note in begun if start <= note.onset < end), None)
            for start, end in pairwise(self.bar_starts)
        ]
        moves = [one != other for one, other in pairwise(firsts) if one and other]
        return float(np.mean(moves)) if moves else None

    @property
    def first_chord_root(self) -> int | None:
        """Root of the first chord, or of the first bass note where there are no chords."""
        for codebook in (1, 3):
            for note in self.notes:
                if note.codebook == codebook:
                    return note.classes[0]
        return None


def _sounded(codes: Codes, codebook: int, layout: NoteLayout) -> list[Sounded]:
    """A note begins at its first stage, or wherever another one breaks off without it."""
    found: list[Sounded] = []
    current: tuple[str, object] | None = None
    for frame, token in enumerate(codes[codebook].tolist()):
        note = layout.note(token)
        if note is None:
            current = None
            continue
        if note.stage == 0 or current != (note.timbre, note.sound):
            classes = (
                (note.sound.root, *note.sound.pitch_classes)
                if isinstance(note.sound, Chord)
                else (int(str(note.sound)) % 12,)
            )
            name = layout.timbres[note.timbre].name
            found.append(Sounded(codebook, name, tuple(c % 12 for c in classes), frame, 0))
        current = (note.timbre, note.sound)
        last = found[-1]
        found[-1] = Sounded(last.codebook, last.timbre, last.classes, last.onset, last.frames + 1)
    return found


def _bars(codes: Codes, grids: list[tuple[int, Grid]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For every whole bar, what codebooks 1 to 3 hold at each of its sixteenths, with the drums."""
    bars: list[list[tuple[int, int]]] = []
    for frame, grid in grids:
        if grid.place == 0:
            bars.append([])
        if bars:
            after = min(frame + 2, codes.shape[1] - 1)
            bars[-1].append((grid.hit, hash(tuple(codes[1:, after].tolist()))))
    return tuple(tuple(bar) for bar in bars[:-1])


def read(codes: Codes) -> Reading:
    """codes: [CODEBOOKS, frames], of any model with this vocabulary."""
    meanings = [CONDUCTOR_MEANING.get(token) for token in codes[0].tolist()]
    grids = [(frame, meaning) for frame, meaning in enumerate(meanings) if isinstance(meaning, Grid)]
    opening = meanings[0] if isinstance(meanings[0], Opening) else None
    notes = [note for codebook, layout in TRACKS for note in _sounded(codes, codebook, layout)]
    return Reading(
        style=opening.style if opening else None,
        notes=tuple(notes),
        beats=tuple(frame for frame, grid in grids if grid.place % SIXTEENTHS_PER_BEAT == 0),
        bar_starts=tuple(frame for frame, grid in grids if grid.place == 0),
        struck=any(grid.hit for _, grid in grids),
        bars=_bars(codes, grids),
    )
