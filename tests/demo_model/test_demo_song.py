import random

import numpy as np
import pytest
from demo_model.harmony import Chord, Key
from demo_model.plan import Plan, draw_plan
from demo_model.request import draw_request
from demo_model.song import write_song
from demo_model.tokens import (
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CONDUCTOR_MEANING,
    HEADER_FRAMES,
    LEAD_LAYOUT,
    SILENCE,
    STYLES,
    Grid,
)

PLANS = [draw_plan(random.Random(seed), usual_band=seed % 2 == 0) for seed in range(60)]


def grids(codes):
    found = [(frame, CONDUCTOR_MEANING[int(token)]) for frame, token in enumerate(codes[0])]
    return [(frame, meaning) for frame, meaning in found if isinstance(meaning, Grid)]


def onsets(codes, book, layout):
    notes = [layout.note(int(token)) for token in codes[book]]
    return [(frame, note) for frame, note in enumerate(notes) if note is not None and note.stage == 0]


def test_the_same_seed_writes_the_same_song_and_another_seed_another():
    plan = PLANS[3]
    assert np.array_equal(write_song(plan, 500, 1), write_song(plan, 500, 1))
    assert not np.array_equal(write_song(plan, 500, 1), write_song(plan, 500, 2))


@pytest.mark.parametrize("plan", PLANS[:20])
def test_beats_have_exactly_the_planned_length(plan):
    beats = [frame for frame, grid in grids(write_song(plan, 700, 9)) if grid.place % 4 == 0]
    assert beats[0] == HEADER_FRAMES
    assert set(np.diff(beats)) == {plan.beat_frames}


def test_places_follow_each_other_and_bars_count_to_four():
    for plan in PLANS:
        places = [grid.place for _, grid in grids(write_song(plan, 900, 9))]
        length = 12 if plan.style == "waltz" else 16
        assert places == [index % length for index in range(len(places))]
        bars = [grid.bar for _, grid in grids(write_song(plan, 900, 9)) if grid.place == 0]
        assert bars == [index % 4 for index in range(len(bars))]


def test_every_note_is_in_key():
    for plan in PLANS:
        codes = write_song(plan, 900, 4)
        for book, layout in ((1, CHORD_LAYOUT), (2, LEAD_LAYOUT), (3, BASS_LAYOUT)):
            for _, note in onsets(codes, book, layout):
                classes = note.sound.pitch_classes if isinstance(note.sound, Chord) else [note.sound % 12]
                assert {c % 12 for c in classes} <= set(plan.key.scale), (plan, note)


def test_only_the_planned_instruments_sound_and_each_does_within_two_bars():
    for plan in PLANS:
        codes = write_song(plan, 810, 4)
        for book, layout, timbre in (
            (1, CHORD_LAYOUT, plan.chords),
            (2, LEAD_LAYOUT, plan.lead),
            (3, BASS_LAYOUT, plan.bass),
        ):
            heard = {note.timbre.replace("_soft", "") for _, note in onsets(codes, book, layout)}
            assert heard == ({timbre} if timbre else set())
        assert any(grid.hit for _, grid in grids(codes)) == plan.drums


def test_the_header_is_silent_and_says_the_plan():
    plan = Plan("rock", 25, Key(9, True), "power", None, "electric", True)
    codes = write_song(plan, 300, 1)
    assert CONDUCTOR_MEANING[int(codes[0, 0])].style == "rock"
    assert [CONDUCTOR_MEANING[int(token)].beat_frames for token in codes[0, 1:4]] == [25, 25, 25]
    for book, layout in ((1, CHORD_LAYOUT), (2, LEAD_LAYOUT), (3, BASS_LAYOUT)):
        assert all(layout.note(int(token)) is None for token in codes[book, :HEADER_FRAMES])


def test_no_tuned_note_is_held_longer_than_a_bar():
    for plan in PLANS:
        bar = plan.beat_frames * (3 if plan.waltz else 4)
        codes = write_song(plan, 900, 4)
        for book, layout in ((2, LEAD_LAYOUT), (3, BASS_LAYOUT)):
            longest = run = 0
            for token in codes[book]:
                note = layout.note(int(token))
                run = 0 if note is None else 1 if note.stage == 0 else run + 1
                longest = max(longest, run)
            assert longest <= bar + 2


def test_songs_breathe_and_melodies_move():
    plan = Plan("ballad", 40, Key(0, False), "piano", "flute", None, False)
    codes = write_song(plan, 1500, 8)
    pitches = [note.sound for _, note in onsets(codes, 2, LEAD_LAYOUT)]
    assert len(set(pitches)) >= 4
    assert (codes[2, HEADER_FRAMES:] == SILENCE).any()
    assert np.abs(np.diff(pitches)).max() <= 12


def test_fills_come_at_the_end_of_phrases_only():
    plan = Plan("rock", 20, Key(0, False), "power", None, None, True)
    usual = {}
    for seed in range(10):
        for _, grid in grids(write_song(plan, 1500, seed)):
            if grid.bar in (0, 1) and grid.place == 8:
                usual.setdefault(seed, set()).add(grid.hit)
    assert all(len(hits) == 1 for hits in usual.values())


def test_every_style_is_drawn_and_every_request_tells_only_the_truth():
    rng = random.Random(2)
    requests = [draw_request(rng) for _ in range(400)]
    assert {request.plan.style for request in requests} == set(STYLES)
    for request in requests:
        if "SLOW" in request.tags:
            assert request.plan.beat_frames >= 35
        if "SAD" in request.tags:
            assert request.plan.key.minor
        if "instruments" not in request.named:
            assert not {"DRUMS", "PIANO", "BASS"} & set(request.tags)
