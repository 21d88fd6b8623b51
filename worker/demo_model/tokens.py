"""The meaning of the 1,024 tokens of each codebook. Token 0 is silence in all four.

Codebook 0 is the conductor: between sixteenths a countdown (beat length, frames left), and on each
sixteenth a grid token (place in the bar, drums struck). So the tempo is in nearly every token and
keeping it is copying. The other three are chords, lead and bass.

A song opens with HEADER_FRAMES silent frames that say what it will be (style, tempo, key,
instruments); all that follows can be told from them. MusicGen's delay pattern hands codebook k its
frame t at step t + k, so the choices are made in this order: style and drums; tempo and key;
chord instrument; lead; bass.
"""

from dataclasses import dataclass

from demo_model.drums import HITS, WALTZ_HITS
from demo_model.harmony import Chord, Key
from demo_model.note_layout import NoteLayout
from demo_model.tempo import FASTEST_FRAMES_PER_BEAT, SLOWEST_FRAMES_PER_BEAT, longest_sixteenth
from demo_model.timbres import BASS_TIMBRES, CHORD_TIMBRES, LEAD_TIMBRES

VOCABULARY = 1024
CODEBOOKS = 4
SILENCE = 0
HEADER_FRAMES = 4
CONDUCTOR, CHORDS, LEAD, BASS = range(CODEBOOKS)

STYLES = ("pad", "arpeggio", "ballad", "lofi", "techno", "rock", "waltz", "chiptune", "bossa", "cinematic")

BARS_PER_PHRASE = 4
SIXTEENTHS_PER_BAR = 16
SIXTEENTHS_PER_WALTZ_BAR = 12
# The places that also tell which bar of the phrase it is.
BAR_MARKS = (0, 8)
WALTZ_BAR_MARKS = (0,)


@dataclass(frozen=True)
class Opening:
    style: str
    drums: bool


@dataclass(frozen=True)
class Countdown:
    """remaining: frames until the next grid token."""

    beat_frames: int
    remaining: int


@dataclass(frozen=True)
class Grid:
    """A sixteenth begins. bar: 0 to 3, None where the token doesn't tell. hit: index into HITS."""

    waltz: bool
    place: int
    bar: int | None
    hit: int


def _conductor_tokens() -> list[Opening | Countdown | Grid]:
    tokens: list[Opening | Countdown | Grid] = []
    tokens += [Opening(style, drums) for style in STYLES for drums in (False, True)]
    for beat in range(FASTEST_FRAMES_PER_BEAT, SLOWEST_FRAMES_PER_BEAT + 1):
        tokens += [Countdown(beat, left) for left in range(1, longest_sixteenth(beat))]
    meters = (
        (False, SIXTEENTHS_PER_BAR, BAR_MARKS, range(len(HITS))),
        (True, SIXTEENTHS_PER_WALTZ_BAR, WALTZ_BAR_MARKS, WALTZ_HITS),
    )
    for waltz, places, marks, hits in meters:
        for place in range(places):
            for number in range(BARS_PER_PHRASE) if place in marks else (None,):
                tokens += [Grid(waltz, place, number, hit) for hit in hits]
    return tokens


CONDUCTOR_MEANING = dict(enumerate(_conductor_tokens(), start=1))
CONDUCTOR_TOKEN = {meaning: token for token, meaning in CONDUCTOR_MEANING.items()}

KEYS = tuple(Key(root, minor) for minor in (False, True) for root in range(12))
TRIADS = tuple(Chord(root, quality) for quality in ("major", "minor") for root in range(12))
SEVENTHS = tuple(Chord(root, quality) for quality in ("major7", "minor7", "dominant7") for root in range(12))
POWER = tuple(Chord(root, "fifth") for root in range(12))
CHORDS_OF: dict[str, tuple[Chord, ...]] = dict.fromkeys(CHORD_TIMBRES, TRIADS) | {
    "epiano": SEVENTHS,
    "guitar": TRIADS + SEVENTHS,
    "power": POWER,
}

LEAD_PITCHES = tuple(range(60, 84))
BASS_PITCHES = tuple(range(36, 60))

# What the header says of a track: its instrument, or None when it is silent throughout.
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


def key_token(key: Key) -> int:
    return _FIRST_KEY + KEYS.index(key)


def chord_choice_token(timbre: str | None) -> int:
    return _FIRST_CHORD_CHOICE + CHORD_CHOICES.index(timbre)


def lead_choice_token(timbre: str | None) -> int:
    return _FIRST_CHOICE + LEAD_CHOICES.index(timbre)


def bass_choice_token(timbre: str | None) -> int:
    return _FIRST_CHOICE + BASS_CHOICES.index(timbre)
