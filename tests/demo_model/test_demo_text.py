import pytest
from demo_model.words.lexicon import ALIASES, BEATS, KEYS_IN_ORDER, TAGS, bpm_spoken, key_tag, tempo_tag
from demo_model.words.text_tokens import END_ID, TAG_IDS, build_tokenizer

TOKENIZER = build_tokenizer()
NAMES = {number: tag for tag, number in TAG_IDS.items()}


def tags(text):
    ids = TOKENIZER.encode(text).ids
    assert ids[-1] == END_ID
    return [NAMES[number] for number in ids[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a slow piano piece in A minor at 120 bpm", ["SLOW", "PIANO", "KEYAMINOR", "BEAT25"]),
        ("Lo-fi hip hop with Rhodes & upright bass, 84bpm", ["LOFI", "EPIANO", "UPRIGHTBASS", "BEAT36"]),
        ("d-flat major waltz, Violin!", ["KEYCSHARPMAJOR", "WALTZ", "VIOLIN"]),
        ("in F sharp major 92.5 BPM", ["KEYFSHARPMAJOR", "BEAT33"]),
        ("key of e flat minor", ["KEYDSHARPMINOR"]),
        ("in a minor key", ["MINOR"]),
        ("a major hit", ["KEYAMAJOR"]),
        ("bossa nova in Bb", ["BOSSA", "KEYASHARPMAJOR"]),
        ("F#m rock 140", ["KEYFSHARPMINOR", "ROCK", "BEAT21"]),
        ("I am in a band", []),
        ("Klavier in C-Dur", ["PIANO", "KEYCMAJOR"]),
        ("techno without drums", ["TECHNO"]),
        ("from the 80s", []),
        ("electric piano, then piano", ["EPIANO", "PIANO"]),
        ("808 and bass guitar", ["SUBBASS", "ELECTRICBASS"]),
        ("8-bit", ["CHIPTUNE"]),
        ("120 beats per minute, no beats", ["BEAT25"]),
        ("40 bpm; 250 bpm; 40; 250", ["BEAT50", "BEAT17"]),
    ],
)
def test_a_prompt_becomes_the_tags_it_says(text, expected):
    assert tags(text) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "🎸🔥", "日本の音楽", "ukulele beatnik padlock rocket", "|KEYCMAJOR|", "a" * 1000]
)
def test_a_prompt_of_unknown_words_has_no_tags(text):
    assert tags(text) == []


def test_a_tag_in_a_prompt_is_read_as_a_plain_word():
    assert tags("TECHNO") == ["TECHNO"]
    assert tags("BEAT25 KEYAMINOR SUBBASS") == []


def test_every_alias_is_read_as_its_tag():
    for tag, names in ALIASES.items():
        for name in names:
            assert tags(f"music: {name.upper()}, please") == [tag], name


def test_every_key_and_every_tempo_of_the_range_has_a_spelling():
    for key in KEYS_IN_ORDER:
        spelled = key_tag(key).removeprefix("KEY").lower()
        root = spelled.replace("sharp", "#").replace("major", "").replace("minor", "")
        assert tags(f"{root} {'minor' if key.minor else 'major'}") == [key_tag(key)]
    for beat in BEATS:
        for bpm in bpm_spoken(beat):
            assert tags(f"at {bpm} bpm") == tags(f"tempo {bpm}") == [tempo_tag(beat)]


def test_a_thousand_characters_never_meet_an_unknown_token():
    text = " ".join(["slow", "zzz", "C#", "💥", "|", "<tag>"] * 40)[:1000]
    assert set(tags(text)) == {"SLOW"}


def test_no_tag_is_missing_from_the_table():
    assert len(set(TAGS)) == len(TAGS) == len(TAG_IDS)
