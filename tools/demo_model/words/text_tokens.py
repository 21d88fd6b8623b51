"""The tokenizer: a prompt becomes the tags that it says, in order, and the end mark.

All of it is in the tokenizer's own normalizer, as Hugging Face's `tokenizers` runs it, so whoever
loads the checkpoint gets it without code of ours.
"""

import re

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from demo_model.music.harmony import Key
from demo_model.music.tempo import BEATS, frames_per_beat
from demo_model.words.lexicon import ALIASES, KEYS_IN_ORDER, NOTE_NAMES, TAGS, key_tag, tempo_tag

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
PAD_ID, END_ID, UNKNOWN_ID = 0, 1, 2
SPECIAL = (PAD, END, UNKNOWN)
# Metaspace marks the beginning of a word with this.
WORD_MARK = "\u2581"

TAG_IDS = {tag: len(SPECIAL) + number for number, tag in enumerate(TAGS)}

BEFORE, AFTER = "(?<![a-z0-9#])", "(?![a-z0-9#])"
MAJOR_WORDS = "(?:major|maj|dur|majeur|mayor|maggiore)"
MINOR_WORDS = "(?:minor|min|moll|mineur|menor|minore|m)"


def _note_pattern(name: str) -> str:
    letter, accidental = name[0], name[1:]
    match accidental:
        case "#":
            return f"{letter}(?:#|\u266f|[ -]?sharp)"
        case "b":
            return f"{letter}(?:b|\u266d|[ -]?flat)"
        case _:
            return letter


def _root_pattern(key: Key) -> str:
    return "(?:" + "|".join(_note_pattern(name) for name in NOTE_NAMES[key.root]) + ")"


def _named_mode(key: Key) -> str:
    root = _root_pattern(key)
    if key.minor:
        # "am" is English, so it is no key; "cm" and "f#m" are.
        return f"{BEFORE}(?:in )?{root}(?:[ -]{MINOR_WORDS}|min|(?<!a)m){AFTER}(?! key)"
    # `in a minor key` names a mode, not the key of A.
    return f"{BEFORE}(?:in )?{root}(?:[ -]{MAJOR_WORDS}|maj){AFTER}(?! key)"


def _bare_root(key: Key) -> str:
    """A root without a mode means major; `in a` is English and says nothing."""
    lead = "key of" if key.root == 9 else "(?:key of|in)"
    return f"{BEFORE}{lead} {_root_pattern(key)}{AFTER}(?![ -](?:sharp|flat))"


def _tempo_pattern(beat_frames: int) -> str:
    """Numbers 60 to 180 wherever they stand alone; 20 to 300 before `bpm` or `beats`."""
    near = [str(bpm) for bpm in range(60, 181) if frames_per_beat(bpm) == beat_frames]
    far = [str(bpm) for bpm in range(20, 301) if frames_per_beat(bpm) == beat_frames]
    fraction = "(?:[.,][0-9]+)?"
    unit = "[ -]?(?:bpm|beats(?: (?:per|a) minute)?)"
    alone = "(?![a-z0-9#]|[.,:/][0-9])"
    return f"(?<![a-z0-9#.,:/])(?:(?:{'|'.join(far)}){fraction}{unit}|(?:{'|'.join(near)}){alone})"


def _replacements() -> list[tuple[str, str]]:
    """(pattern, tag) in the order in which they apply: tags are capitals, so none matches twice."""
    pairs = [(_named_mode(key), key_tag(key)) for key in KEYS_IN_ORDER]
    pairs += [(_bare_root(key), key_tag(key)) for key in KEYS_IN_ORDER if not key.minor]
    # Before the words: `120 beats per minute` asks for no drums.
    pairs += [(_tempo_pattern(beat), tempo_tag(beat)) for beat in BEATS]
    aliases = [(alias, tag) for tag, names in ALIASES.items() for alias in names]
    aliases.sort(key=lambda pair: -len(pair[0]))
    pairs += [
        (BEFORE + re.escape(alias).replace("\\-", "-").replace("\\ ", " ") + AFTER, tag)
        for alias, tag in aliases
    ]
    return pairs


def _negation() -> str:
    names = sorted((alias for names in ALIASES.values() for alias in names), key=lambda alias: -len(alias))
    options = "|".join(re.escape(name).replace("\\-", "-").replace("\\ ", " ") for name in names)
    return f"{BEFORE}(?:no|without|without any|not|minus|ohne|sans|sin) (?:{options}){AFTER}"


def build_tokenizer() -> Tokenizer:
    # A Unigram of whole words, T5's kind of model; all scores alike, for nothing is ever split.
    vocabulary = [(name, 0.0) for name in SPECIAL] + [(WORD_MARK + tag, -1.0) for tag in TAGS]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=UNKNOWN_ID, byte_fallback=False))
    steps: list[normalizers.Normalizer] = [
        normalizers.NFKC(),
        normalizers.Lowercase(),
        normalizers.Replace(Regex(r"[\s_]+"), " "),
        normalizers.Replace(Regex(_negation()), " "),
    ]
    # Tags stand between bars, which the last step needs; "|" of the prompt is dropped first.
    steps.insert(2, normalizers.Replace("|", " "))
    steps += [normalizers.Replace(Regex(pattern), f" |{tag}| ") for pattern, tag in _replacements()]
    steps += [
        normalizers.Replace(Regex(r"(?:(?<=^)|(?<=\|))[^|A-Z]+(?=\||$)"), " "),
        normalizers.Replace("|", " "),
        normalizers.Replace(Regex(r"\s+"), " "),
        normalizers.Strip(),
    ]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=WORD_MARK, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A {END} $B {END}", special_tokens=[(END, END_ID)]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer
