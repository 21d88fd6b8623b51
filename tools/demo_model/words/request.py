"""What a prompt says of a song: a share of the facts of its plan, never all and never false."""

import random
from dataclasses import dataclass

from demo_model.music.plan import Plan, draw_plan
from demo_model.music.tempo import beats_per_minute
from demo_model.words.lexicon import (
    CALM,
    ENERGETIC,
    FAST,
    GENERIC_TAGS,
    HAPPY,
    INSTRUMENT_TAGS,
    MAJOR,
    MEDIUM,
    MINOR,
    SAD,
    SLOW,
    STYLE_TAGS,
    key_tag,
    tempo_tag,
)

LIVELY_STYLES = frozenset({"techno", "rock", "chiptune"})


@dataclass(frozen=True)
class Request:
    """A song and the tags said of it, in the order in which they are said.

    named: the kinds of fact that the tags settle: style, instruments, key, mode, tempo.
    """

    plan: Plan
    tags: tuple[str, ...]
    named: frozenset[str]


def instrument_words(plan: Plan, rng: random.Random) -> list[str]:
    """One tag for each instrument; now and then the word for any of its kind."""
    words: list[str] = []
    for name in sorted(plan.instruments):
        kinds = [kind for kind, names in GENERIC_TAGS.items() if name in names]
        words.append(kinds[0] if kinds and rng.random() < 0.35 else INSTRUMENT_TAGS[name])
    return words


def mood_words(plan: Plan, rng: random.Random) -> list[str]:
    bpm = beats_per_minute(plan.beat_frames)
    true = [SAD if plan.key.minor else HAPPY]
    if bpm < 98 and plan.style not in LIVELY_STYLES:
        true.append(CALM)
    if bpm > 114 and (plan.drums or plan.style in LIVELY_STYLES):
        true.append(ENERGETIC)
    if bpm <= 86:
        true.append(SLOW)
    if 88 <= bpm <= 122:
        true.append(MEDIUM)
    if bpm >= 128:
        true.append(FAST)
    return [word for word in true if rng.random() < 0.28]


def draw_request(rng: random.Random) -> Request:
    says_instruments = rng.random() < 0.55
    plan = draw_plan(rng, usual_band=not says_instruments or rng.random() < 0.35)
    tags = mood_words(plan, rng)
    named: set[str] = set()
    if says_instruments:
        named.add("instruments")
        tags += instrument_words(plan, rng)
    if rng.random() < 0.62:
        named.add("style")
        tags.append(STYLE_TAGS[plan.style])
    if rng.random() < 0.6:
        named |= {"key", "mode"}
        tags.append(key_tag(plan.key))
    elif rng.random() < 0.25:
        named.add("mode")
        tags.append(MINOR if plan.key.minor else MAJOR)
    if rng.random() < 0.6:
        named.add("tempo")
        tags.append(tempo_tag(plan.beat_frames))
    rng.shuffle(tags)
    return Request(plan, tuple(tags), frozenset(named))
