"""What each style is made of. Rhythms are in sixteenths from the start of the bar."""

from dataclasses import dataclass

from demo_model.music.tempo import Feel

Onsets = tuple[tuple[int, int], ...]  # (place, length)
BassLine = tuple[tuple[int, int, int], ...]  # (place, length, semitones above the root)


@dataclass(frozen=True)
class Style:
    """bpm: usual range. minor, drums: how often. chords, leads, bass: usual instruments, None: no
    such track. melody: which player of melody.py."""

    bpm: tuple[int, int]
    minor: float
    drums: float
    chords: tuple[str | None, ...]
    leads: tuple[str | None, ...]
    basses: tuple[str | None, ...]
    comping: tuple[Onsets, ...]
    bass_lines: tuple[BassLine, ...]
    melody: str
    swing: bool = False
    sevenths: bool = False
    walk_up: bool = False  # the bass leads back home at the end of a phrase


def every(step: int, length: int) -> Onsets:
    return tuple((place, length) for place in range(0, 16, step))


def pulse(step: int, length: int, semitones: tuple[int, ...] = (0,)) -> BassLine:
    beats = range(0, 16, step)
    return tuple((place, length, semitones[i % len(semitones)]) for i, place in enumerate(beats))


WHOLE: Onsets = ((0, 16),)
HALVES: Onsets = ((0, 8), (8, 8))
HALF_BASS: BassLine = ((0, 8, 0), (8, 8, 0))

STYLES: dict[str, Style] = {
    "pad": Style(
        bpm=(60, 90),
        minor=0.5,
        drums=0.0,
        chords=("pad", "pad", "strings"),
        leads=(None, None, "bell", "flute"),
        basses=(None, "sub"),
        comping=(WHOLE, WHOLE, HALVES),
        bass_lines=(((0, 16, 0),), ((0, 12, 0), (12, 4, 7))),
        melody="sparse",
    ),
    "arpeggio": Style(
        bpm=(90, 140),
        minor=0.5,
        drums=0.25,
        chords=(None, "pad", "strings"),
        leads=("pluck", "pluck", "synth", "bell", "piano"),
        basses=(None, "sub", "synth"),
        comping=(WHOLE, HALVES, ((0, 6), (6, 10))),
        bass_lines=(((0, 16, 0),), HALF_BASS, pulse(4, 3), ((0, 6, 0), (6, 6, 0), (12, 4, 12))),
        melody="arpeggio",
    ),
    "ballad": Style(
        bpm=(60, 88),
        minor=0.45,
        drums=0.2,
        chords=("piano",),
        leads=("piano", "piano", "violin", "flute"),
        basses=(None, None, "upright", "cello"),
        comping=(HALVES, every(4, 4), ((0, 6), (6, 2), (8, 8))),
        bass_lines=(HALF_BASS, ((0, 12, 0), (12, 4, 7)), ((0, 8, 0), (8, 4, 7), (12, 4, 12))),
        melody="phrase",
        walk_up=True,
    ),
    "lofi": Style(
        bpm=(66, 94),
        minor=0.6,
        drums=1.0,
        chords=("epiano",),
        leads=(None, "piano", "bell", "flute"),
        basses=("upright", "electric", "sub"),
        comping=(((0, 6), (6, 10)), ((0, 10), (10, 6)), ((2, 6), (10, 6))),
        bass_lines=(
            ((0, 6, 0), (6, 2, 7), (10, 6, 0)),
            ((0, 10, 0), (10, 4, 0), (14, 2, 7)),
            ((0, 4, 0), (6, 2, 12), (8, 4, 7), (14, 2, 0)),
        ),
        melody="sparse",
        swing=True,
        sevenths=True,
        walk_up=True,
    ),
    "techno": Style(
        bpm=(120, 140),
        minor=0.9,
        drums=1.0,
        chords=("organ", "pad", None),
        leads=("synth", None),
        basses=("synth", "sub"),
        comping=(((2, 2), (6, 2), (10, 2), (14, 2)), ((0, 3), (3, 3), (6, 4), (10, 3), (13, 3))),
        bass_lines=(
            pulse(2, 1, (0, 12)),
            tuple((place, 1, 0) for place in (2, 3, 6, 7, 10, 11, 14, 15)),
            pulse(1, 1, (0, 0, 12, 0)),
        ),
        melody="riff",
    ),
    "rock": Style(
        bpm=(108, 160),
        minor=0.45,
        drums=1.0,
        chords=("power",),
        leads=(None, "synth"),
        basses=("electric",),
        comping=(every(2, 2), ((0, 4), (4, 2), (6, 2), (8, 4), (12, 4)), ((0, 6), (6, 6), (12, 4))),
        bass_lines=(
            pulse(2, 2),
            ((0, 4, 0), (4, 2, 0), (6, 2, 0), (8, 4, 0), (12, 4, 7)),
            pulse(2, 2, (0, 0, 12, 0)),
        ),
        melody="phrase",
        walk_up=True,
    ),
    "waltz": Style(
        bpm=(84, 176),
        minor=0.4,
        drums=0.35,
        chords=("strings", "piano", "guitar"),
        leads=("violin", "flute", "piano", None),
        basses=("upright", "cello"),
        comping=(((4, 3), (8, 3)), ((4, 4), (8, 4)), ((0, 12),), ((4, 2), (6, 2), (8, 3))),
        bass_lines=(((0, 4, 0),), ((0, 10, 0),), ((0, 12, 0),), ((0, 8, 0), (8, 4, 7))),
        melody="phrase",
    ),
    "chiptune": Style(
        bpm=(120, 176),
        minor=0.4,
        drums=0.8,
        chords=(None, None, "organ"),
        leads=("chip",),
        basses=("chip",),
        comping=(every(4, 4), every(2, 1)),
        bass_lines=(pulse(2, 2, (0, 12)), pulse(4, 3, (0, 7)), pulse(2, 1)),
        melody="busy",
        walk_up=True,
    ),
    "bossa": Style(
        bpm=(110, 150),
        minor=0.5,
        drums=0.9,
        chords=("guitar", "epiano"),
        leads=("flute", "piano", None, "brass"),
        basses=("upright", "electric"),
        comping=(((0, 3), (3, 3), (6, 4), (10, 3), (13, 3)), ((0, 4), (6, 4), (12, 4))),
        bass_lines=(
            ((0, 6, 0), (6, 2, 7), (8, 6, 7), (14, 2, 0)),
            ((0, 6, 0), (6, 10, 7)),
            ((0, 6, 0), (6, 2, 0), (8, 6, 7), (14, 2, 7)),
        ),
        melody="phrase",
        sevenths=True,
        walk_up=True,
    ),
    "cinematic": Style(
        bpm=(70, 120),
        minor=0.85,
        drums=0.7,
        chords=("strings",),
        leads=("brass", "violin", None),
        basses=("cello", "sub"),
        comping=(WHOLE, every(2, 2), HALVES),
        bass_lines=(((0, 16, 0),), pulse(2, 2), ((0, 6, 0), (6, 6, 0), (12, 4, 7))),
        melody="anthem",
        walk_up=True,
    ),
}

# A song keeps one of so many ways to combine its style's patterns.
ARRANGEMENTS = 4


def comping(style: str, number: int) -> Onsets:
    """The chords' rhythm in arrangement `number`."""
    choice = STYLES[style].comping
    return choice[number % len(choice)]


def bass_line(style: str, number: int) -> BassLine:
    choice = STYLES[style].bass_lines
    return choice[number % len(choice)]


def feel(style: str) -> Feel:
    return "waltz" if style == "waltz" else "swing" if STYLES[style].swing else "straight"
