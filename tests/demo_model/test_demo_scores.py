import random

import numpy as np
import pytest
from demo_model.evaluation.audio_measures import measure
from demo_model.evaluation.reading import read
from demo_model.evaluation.scores import Wanted, score, wanted_by
from demo_model.music.harmony import Key
from demo_model.music.plan import Plan, draw_plan
from demo_model.music.song import write_song
from demo_model.music.tokens import BASS_LAYOUT, LEAD_LAYOUT

PLAN = Plan("rock", 25, Key(9, True), "power", "synth", "electric", True)
NOTHING = Wanted(None, None, None, None)


def tone(frequency, seconds=2.0, level=0.5):
    time = np.arange(int(32_000 * seconds)) / 32_000
    return (level * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def test_a_song_reads_back_as_its_plan():
    for seed in range(40):
        plan = draw_plan(random.Random(seed), usual_band=False)
        reading = read(write_song(plan, 900, seed))
        assert reading.style == plan.style
        assert reading.beat_frames == plan.beat_frames
        assert reading.instruments == plan.instruments
        assert reading.steady_share == 1.0


def test_notes_of_one_pitch_are_told_apart_by_their_onsets():
    codes = np.zeros((4, 60), np.int64)
    base = LEAD_LAYOUT.base("flute", 72)
    codes[2, 10:20] = [base, base + 1] + [base + 2] * 8
    codes[2, 20:25] = [base, base + 1] + [base + 2] * 3
    notes = read(codes).notes
    assert [(note.onset, note.frames) for note in notes] == [(10, 10), (20, 5)]


def test_bars_with_the_same_notes_are_read_as_equal():
    bars = read(write_song(Plan("techno", 25, Key(0, True), None, None, "synth", True), 1500, 3)).bars
    assert len(bars) == 14
    assert 1 < len(set(bars)) < len(bars)


def test_a_perfect_song_scores_full_marks():
    wanted = wanted_by(("ROCK", "KEYAMINOR", "BEAT25", "ELECTRICGUITAR", "BASS", "DRUMS", "SYNTHLEAD"))
    scores = score(read(write_song(PLAN, 500, 1)), wanted)
    assert scores.present() == {
        "in_key": 1.0,
        "tonic_first": 1.0,
        "instruments_present": 1.0,
        "instruments_others": 0.0,
        "style": 1.0,
        "steady_beat": 1.0,
        "tempo_within_frame": 1.0,
        "tempo_within_tenth": 1.0,
    }


@pytest.mark.parametrize(
    ("tags", "measure_name", "expected"),
    [
        (("KEYDSHARPMINOR",), "tonic_first", 0.0),
        (("BEAT27",), "tempo_within_frame", 0.0),
        (("BEAT27",), "tempo_within_tenth", 1.0),
        (("BEAT40",), "tempo_within_tenth", 0.0),
        (("PIANO", "DRUMS"), "instruments_present", 0.5),
        (("PIANO", "DRUMS"), "instruments_others", 1.0),
        (("WALTZ",), "style", 0.0),
    ],
)
def test_a_song_that_plays_what_was_not_asked_for_scores_less(tags, measure_name, expected):
    assert score(read(write_song(PLAN, 500, 1)), wanted_by(tags)).present()[measure_name] == expected


def test_notes_outside_the_key_are_counted():
    codes = write_song(Plan("pad", 50, Key(0, False), None, None, "sub", False), 400, 1)
    wanted = Wanted(None, Key(0, False), None, None)
    assert score(read(codes), wanted).in_key == 1.0
    codes[3, codes[3] >= BASS_LAYOUT.base("sub", 36)] = BASS_LAYOUT.base("sub", 37) + 1
    assert score(read(codes), wanted).in_key == 0.0


def test_only_what_was_asked_for_is_scored():
    assert score(read(write_song(PLAN, 300, 1)), NOTHING).present() == {"steady_beat": 1.0}


def test_an_empty_clip_is_scored_without_an_error():
    scores = score(read(np.zeros((4, 100), np.int64)), wanted_by(("KEYCMAJOR", "BEAT25", "PIANO")))
    assert scores.in_key is None
    assert scores.tempo_within_frame == 0.0
    assert scores.instruments_present == 0.0


def test_loudness_of_a_full_scale_kilohertz_tone_is_minus_three():
    assert measure(tone(997, level=1.0)).lufs == pytest.approx(-3.01, abs=0.15)
    assert measure(tone(997, level=0.1)).lufs == pytest.approx(-23.01, abs=0.15)


def test_chroma_finds_the_note_and_flatness_tells_noise_from_tone():
    heard = measure(tone(440))
    assert np.argmax(heard.chroma) == 9
    noise = np.random.default_rng(1).standard_normal(64_000).astype(np.float32) * 0.1
    assert heard.flatness < 0.01 < 0.3 < measure(noise).flatness


def test_silence_and_clipping_are_found():
    assert measure(np.zeros(32_000, np.float32)).silent
    assert not measure(tone(440)).silent
    assert measure(np.clip(tone(440, level=3.0), -1, 1)).clipped


def test_onsets_are_counted_by_the_second():
    audio = np.zeros(64_000, np.float32)
    for start in range(4_000, 64_000, 16_000):
        audio[start : start + 3_000] = tone(600, 0.1)[:3_000] * np.linspace(1, 0, 3_000, dtype=np.float32)
    assert measure(audio).onsets == pytest.approx(2.0, abs=0.51)
