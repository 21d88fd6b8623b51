"""Prompts in words, for evaluation: the same facts said as different people would."""

import random

from demo_model.words.lexicon import ALIASES, KEYS_IN_ORDER, NOTE_NAMES, bpm_spoken, key_tag, tempo_tag
from demo_model.words.request import Request

OPENINGS = (
    "",
    "please make ",
    "I need ",
    "something like ",
    "background music, ",
    "my new track: ",
    "🎵 ",
    "une ",
)
ENDINGS = (
    "",
    ".",
    " for my video",
    ", nice and clean",
    " with feeling",
    " 🙏",
    ", like in old movies",
    " pour toi",
)
JOINERS = (", ", "; ", " with ", " and ", ", then ")


def spoken_key(tag: str, rng: random.Random) -> str:
    key = next(key for key in KEYS_IN_ORDER if key_tag(key) == tag)
    name = rng.choice([n for n in NOTE_NAMES[key.root] if n not in ("b#", "fb", "e#", "cb")])
    mode = "minor" if key.minor else "major"
    shown = name[0].upper() + name[1:]
    if len(name) == 2 and rng.random() < 0.3:
        shown = name[0].upper() + (" sharp" if name[1] == "#" else " flat")
    return rng.choice((f"in {shown} {mode}", f"{shown} {mode}", f"in the key of {shown} {mode}"))


def spoken(tag: str, rng: random.Random) -> str:
    if tag.startswith("KEY"):
        return spoken_key(tag, rng)
    if tag.startswith("BEAT") and tag not in ALIASES:
        beat = int(tag.removeprefix("BEAT"))
        assert tempo_tag(beat) == tag
        bpm = rng.choice(bpm_spoken(beat))
        return rng.choice((f"at {bpm} bpm", f"{bpm} BPM", f"tempo {bpm}", f"{bpm} beats per minute"))
    return rng.choice(ALIASES[tag])


def sentence(request: Request, rng: random.Random) -> str:
    """The request's tags in its order, between words that say nothing."""
    said = rng.choice(OPENINGS)
    for index, tag in enumerate(request.tags):
        said += (rng.choice(JOINERS) if index else "") + spoken(tag, rng)
    return said + rng.choice(ENDINGS)
