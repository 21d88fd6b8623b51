"""How well a clip does what its prompt says. A score is None where the prompt says nothing of it."""

from dataclasses import asdict, dataclass

from demo_model.evaluation.reading import Reading
from demo_model.music.harmony import Key
from demo_model.music.tempo import BEATS
from demo_model.words.lexicon import (
    GENERIC_TAGS,
    INSTRUMENT_TAGS,
    KEYS_IN_ORDER,
    STYLE_TAGS,
    TAGS,
    key_tag,
    tempo_tag,
)

# A note of a cut-off clip is counted only if it could be heard.
SHORTEST_NOTE_FRAMES = 2


@dataclass(frozen=True)
class Wanted:
    """What a prompt's tags ask for; None where they don't say. beat_frames: as named, whole or not."""

    style: str | None
    key: Key | None
    beat_frames: float | None
    instruments: tuple[frozenset[str], ...] | None  # one set of allowed names for each word


@dataclass(frozen=True)
class Scores:
    """Shares, 0 to 1. wrong_instruments: of clips, those with one that was not named."""

    in_key: float | None
    tonic_first: float | None
    instruments_present: float | None
    instruments_others: float | None
    style: float | None
    steady_beat: float
    tempo_within_frame: float | None
    tempo_within_tenth: float | None

    def present(self) -> dict[str, float]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def wanted_by(tags: tuple[str, ...]) -> Wanted:
    """The last key, tempo and style that the tags name, and all their instruments."""
    assert set(tags) <= set(TAGS)
    styles = {tag: style for style, tag in STYLE_TAGS.items()}
    keys = {key_tag(key): key for key in KEYS_IN_ORDER}
    beats = {tempo_tag(beat): beat for beat in BEATS}
    names = {tag: frozenset({name}) for name, tag in INSTRUMENT_TAGS.items()} | GENERIC_TAGS
    instruments = tuple(names[tag] for tag in tags if tag in names)
    return Wanted(
        style=next((styles[tag] for tag in reversed(tags) if tag in styles), None),
        key=next((keys[tag] for tag in reversed(tags) if tag in keys), None),
        beat_frames=next((beats[tag] for tag in reversed(tags) if tag in beats), None),
        instruments=instruments or None,
    )


def in_key_share(reading: Reading, key: Key) -> float | None:
    """Share of sounded pitches in the scale; a chord counts each of its notes."""
    inside = total = 0
    for note in reading.notes:
        if note.frames >= SHORTEST_NOTE_FRAMES:
            total += len(note.classes)
            inside += sum(pitch in key.scale for pitch in note.classes)
    return inside / total if total else None


def score(reading: Reading, wanted: Wanted) -> Scores:
    beat, root = reading.beat_frames, reading.first_chord_root
    in_key = tonic = present = others = style = near = tenth = None
    if wanted.key:
        in_key = in_key_share(reading, wanted.key)
        tonic = None if root is None else float(root == wanted.key.root)
    if wanted.instruments is not None:
        heard = reading.instruments
        present = sum(bool(names & heard) for names in wanted.instruments) / len(wanted.instruments)
        others = float(not heard <= frozenset[str]().union(*wanted.instruments))
    if wanted.style:
        style = float(reading.style == wanted.style)
    if wanted.beat_frames:
        near = float(beat is not None and abs(beat - wanted.beat_frames) <= 1)
        tenth = float(beat is not None and abs(beat / wanted.beat_frames - 1) <= 0.1)
    return Scores(in_key, tonic, present, others, style, float(reading.steady_share >= 0.95), near, tenth)
