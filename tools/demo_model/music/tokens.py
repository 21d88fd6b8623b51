"""The meaning of the 1,024 tokens of each codebook. Token 0 is silence in all four.

Codebook 0 is the conductor, the others are chords, lead and bass. Each sixteenth of the conductor is

    Grid       the place in the bar, and what the drums strike
    a choice   on even places the tempo, on odd ones the arrangement or the tune
    Where      form and bar of the coming sixteenth
    Harmony    key and degree of the coming sixteenth
    Countdown  until the next one, where there are frames left

so that whatever is to be played can be looked up from the last beat: nothing has to be remembered for
longer, neither by a listener who joins in the middle (the later windows of a long clip) nor by a small
model that learns to look back. A track's rests name its instrument for the same reason, and a track
that never plays says so in every frame.

A song begins with HEADER_FRAMES silent frames that make these choices for the first time. MusicGen's delay
pattern hands codebook k its frame t at step t + k, so the order is: style and drums; tempo and key;
arrangement and chord instrument; tune and lead; form and bass.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from demo_model.music.drums import drum_bar
from demo_model.music.form import CYCLE_BARS, FORMS
from demo_model.music.harmony import (
    BASS_PITCHES,
    LEAD_PITCHES,
    MAJOR_PROGRESSIONS,
    MINOR_PROGRESSIONS,
    Chord,
    Key,
)
from demo_model.music.melody import TUNES
from demo_model.music.note_layout import NoteLayout
from demo_model.music.styles import ARRANGEMENTS, STYLES, feel
from demo_model.music.tempo import BEATS, FEELS, SIXTEENTHS_PER_BEAT, Feel, sixteenth_lengths
from demo_model.music.timbres import BASS_TIMBRES, CHORD_TIMBRES, LEAD_TIMBRES

VOCABULARY = 1024
CODEBOOKS = 4
SILENCE = 0
HEADER_FRAMES = 6
CONDUCTOR, CHORDS, LEAD, BASS = range(CODEBOOKS)

SIXTEENTHS_PER_BAR = 16
SIXTEENTHS_PER_WALTZ_BAR = 12


@dataclass(frozen=True)
class Opening:
    style: str
    drums: bool


@dataclass(frozen=True)
class Tempo:
    beat_frames: int
    feel: Feel


@dataclass(frozen=True)
class Arrangement:
    """Which of its style's patterns the band plays."""

    style: str
    drums: bool
    arrangement: int


@dataclass(frozen=True)
class Tune:
    tune: int


@dataclass(frozen=True)
class Where:
    """bar: of the cycle."""

    form: int
    bar: int


@dataclass(frozen=True)
class Harmony:
    """degree: of the scale, 1 is the tonic."""

    key: Key
    degree: int

    @property
    def triad(self) -> Chord:
        return self.key.triad(self.degree)


@dataclass(frozen=True)
class Countdown:
    """place: the sixteenth that sounds. left: frames until the next one."""

    waltz: bool
    place: int
    left: int


@dataclass(frozen=True)
class Grid:
    """A sixteenth begins. hit: index into HITS."""

    waltz: bool
    place: int
    hit: int


Meaning = Opening | Tempo | Arrangement | Tune | Where | Harmony | Countdown | Grid
# What stands between a grid token and the countdown.
STATE_FRAMES = 3

KEYS = tuple(Key(root, minor) for minor in (False, True) for root in range(12))
STYLE_NAMES = tuple(STYLES)


def places_in_bar(waltz: bool) -> int:
    return SIXTEENTHS_PER_WALTZ_BAR if waltz else SIXTEENTHS_PER_BAR


def _openings() -> list[Opening]:
    return [Opening(style, drums) for style in STYLES for drums in (False, True)]


def _tempi() -> list[Tempo]:
    """Where swing is no longer heard, its tempo is the straight one."""
    return [
        Tempo(beat, it)
        for it in FEELS
        for beat in BEATS
        if it != "swing" or sixteenth_lengths(beat, it) != sixteenth_lengths(beat, "straight")
    ]


def _arrangements() -> Iterator[Arrangement]:
    for style in STYLES:
        for drums in (False, True):
            for number in range(ARRANGEMENTS):
                yield Arrangement(style, drums, number)


def _harmonies() -> Iterator[Harmony]:
    for key in KEYS:
        progressions = MINOR_PROGRESSIONS if key.minor else MAJOR_PROGRESSIONS
        for degree in sorted({degree for progression in progressions for degree in progression}):
            yield Harmony(key, degree)


def _countdowns() -> list[Countdown]:
    longest: dict[tuple[bool, int], int] = {}
    for tempo in _tempi():
        lengths, waltz = sixteenth_lengths(tempo.beat_frames, tempo.feel), tempo.feel == "waltz"
        for place in range(places_in_bar(waltz)):
            length = lengths[place % SIXTEENTHS_PER_BEAT]
            longest[waltz, place] = max(length, longest.get((waltz, place), 0))
    return [
        Countdown(waltz, place, left)
        for (waltz, place), length in sorted(longest.items())
        for left in range(1, length - STATE_FRAMES)
    ]


def _grids() -> list[Grid]:
    """Those that some style plays."""
    found: set[tuple[bool, int, int]] = set()
    for style in STYLES:
        waltz = feel(style) == "waltz"
        for number in range(ARRANGEMENTS):
            for bar in range(CYCLE_BARS):
                for place, hits in enumerate(drum_bar(style, number, bar)):
                    found |= {(waltz, place, hit) for hit in (0, *hits)}
    return [Grid(*grid) for grid in sorted(found)]


CONDUCTOR_MEANING: dict[int, Meaning] = dict(
    enumerate(
        (
            *_openings(),
            *_tempi(),
            *_arrangements(),
            *map(Tune, range(TUNES)),
            *(Where(form, bar) for form in range(FORMS) for bar in range(CYCLE_BARS)),
            *_harmonies(),
            *_countdowns(),
            *_grids(),
        ),
        start=1,
    )
)
CONDUCTOR_TOKEN = {meaning: token for token, meaning in CONDUCTOR_MEANING.items()}

TRIADS = tuple(Chord(root, quality) for quality in ("major", "minor") for root in range(12))
SEVENTHS = tuple(Chord(root, quality) for quality in ("major7", "minor7", "dominant7") for root in range(12))
POWER = tuple(Chord(root, "fifth") for root in range(12))
CHORDS_OF: dict[str, tuple[Chord, ...]] = dict.fromkeys(CHORD_TIMBRES, TRIADS) | {
    "epiano": SEVENTHS,
    "guitar": TRIADS + SEVENTHS,
    "power": POWER,
}

# What the header and the rests of a track name: its instrument, or None when it is silent throughout.
CHORD_CHOICES = (None, *CHORD_TIMBRES)
LEAD_CHOICES = (None, *(name for name in LEAD_TIMBRES if name != "piano_soft"))
BASS_CHOICES = (None, *BASS_TIMBRES)

_FIRST_KEY = 1
_FIRST_CHORD_CHOICE = _FIRST_KEY + len(KEYS)
_FIRST_CHORD = _FIRST_CHORD_CHOICE + len(CHORD_CHOICES)
_FIRST_CHOICE = 1

CHORD_LAYOUT = NoteLayout(CHORD_TIMBRES, dict(CHORDS_OF), _FIRST_CHORD)
LEAD_LAYOUT = NoteLayout(
    LEAD_TIMBRES, dict.fromkeys(LEAD_TIMBRES, LEAD_PITCHES), _FIRST_CHOICE + len(LEAD_CHOICES)
)
BASS_LAYOUT = NoteLayout(
    BASS_TIMBRES, dict.fromkeys(BASS_TIMBRES, BASS_PITCHES), _FIRST_CHOICE + len(BASS_CHOICES)
)
assert max(*CONDUCTOR_MEANING, CHORD_LAYOUT.end - 1, LEAD_LAYOUT.end - 1, BASS_LAYOUT.end - 1) < VOCABULARY


def choice_meaning(codebook: int) -> dict[int, Key | str | None]:
    """What the silent tokens of a tuned track name: a key, or the track's instrument."""
    match codebook:
        case 1:
            keys: dict[int, Key | str | None] = {key_token(key): key for key in KEYS}
            return keys | {chord_choice_token(it): it for it in CHORD_CHOICES}
        case 2:
            return {lead_choice_token(it): it for it in LEAD_CHOICES}
        case _:
            return {bass_choice_token(it): it for it in BASS_CHOICES}


def key_token(key: Key) -> int:
    return _FIRST_KEY + KEYS.index(key)


def chord_choice_token(timbre: str | None) -> int:
    return _FIRST_CHORD_CHOICE + CHORD_CHOICES.index(timbre)


def lead_choice_token(timbre: str | None) -> int:
    return _FIRST_CHOICE + LEAD_CHOICES.index(timbre)


def bass_choice_token(timbre: str | None) -> int:
    return _FIRST_CHOICE + BASS_CHOICES.index(timbre)
