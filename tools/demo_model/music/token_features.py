"""What tokens have in common: the same place, pitch or instrument.

A table of vectors that starts as sums over these features lets a rule learned for one token (a
countdown goes down by one) hold for all that share its features, instead of being learned for each.
"""

from collections.abc import Hashable
from dataclasses import fields
from functools import cache

import torch
from torch import Tensor

from demo_model.music.harmony import Chord, Key
from demo_model.music.tempo import SIXTEENTHS_PER_BEAT
from demo_model.music.tokens import (
    BASS,
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CHORDS,
    CODEBOOKS,
    CONDUCTOR,
    CONDUCTOR_MEANING,
    LEAD,
    LEAD_LAYOUT,
    Countdown,
    Grid,
    Harmony,
    Meaning,
    choice_meaning,
)

# Of a vector's square, the part that is the token's own.
OWN_SHARE = 0.25

Feature = tuple[Hashable, ...]


def _of_chord(chord: Chord) -> list[Feature]:
    return [
        ("root", chord.root),
        ("quality", chord.quality),
        *(("pitch class", pitch_class) for pitch_class in chord.pitch_classes),
    ]


def _of_sound(sound: Hashable) -> list[Feature]:
    match sound:
        case Chord():
            return _of_chord(sound)
        case int():
            return [("pitch class", sound % 12), ("root", sound % 12), ("octave", sound // 12)]
        case _:
            raise ValueError(f"expected a chord or a MIDI note, got {sound!r}")


def _of_key(key: Key) -> list[Feature]:
    return [("key", key.root), ("minor", key.minor)]


def _of_place(place: int) -> list[Feature]:
    return [("place", place), ("within the beat", place % SIXTEENTHS_PER_BEAT)]


def _of_meaning(meaning: Meaning) -> list[Feature]:
    kind = (type(meaning).__name__,)
    match meaning:
        case Harmony():
            # The chord itself stands in it, so that whoever plays it need not work it out.
            return [kind, *_of_key(meaning.key), ("degree", meaning.degree), *_of_chord(meaning.triad)]
        case Grid():
            return [kind, ("waltz", meaning.waltz), *_of_place(meaning.place), ("hit", meaning.hit)]
        case Countdown():
            return [kind, ("waltz", meaning.waltz), *_of_place(meaning.place), ("left", meaning.left)]
        case _:
            return [kind, *((field.name, getattr(meaning, field.name)) for field in fields(meaning))]


@cache
def features(codebook: int) -> dict[int, list[Feature]]:
    """Of every token of a codebook that has a meaning."""
    if codebook == CONDUCTOR:
        return {token: _of_meaning(meaning) for token, meaning in CONDUCTOR_MEANING.items()}
    layout = {CHORDS: CHORD_LAYOUT, LEAD: LEAD_LAYOUT, BASS: BASS_LAYOUT}[codebook]
    found: dict[int, list[Feature]] = {}
    for token, note in layout.notes().items():
        track = (codebook, "note")
        known = [track, ("timbre", note.timbre), ("stage", note.timbre, note.stage)]
        found[token] = known + _of_sound(note.sound)
    for token, meaning in choice_meaning(codebook).items():
        match meaning:
            case Key():
                found[token] = [(codebook, "key"), *_of_key(meaning)]
            case _:
                found[token] = [(codebook, "rest"), ("timbre", meaning)]
    return found


def feature_vectors(rows: int, width: int, generator: torch.Generator) -> list[Tensor]:
    """For each codebook [rows, width] random numbers of deviation 1: a table's start.

    A feature has the same vector in all of them: that a chord's root is D then speaks for the bass to
    play D. Rows past the tokens share nothing.
    """
    names = sorted(
        {it for book in range(CODEBOOKS) for known in features(book).values() for it in known}, key=repr
    )
    number = {name: index for index, name in enumerate(names)}
    vectors = torch.randn(len(names), width, generator=generator)
    tables = [torch.randn(rows, width, generator=generator) for _ in range(CODEBOOKS)]
    for book, table in enumerate(tables):
        for token, known in features(book).items():
            common = vectors[[number[name] for name in known]].sum(dim=0) / len(known) ** 0.5
            table[token] = OWN_SHARE**0.5 * table[token] + (1 - OWN_SHARE) ** 0.5 * common
    return tables
