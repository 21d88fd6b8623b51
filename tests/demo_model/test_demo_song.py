import random
from itertools import pairwise

import numpy as np
import pytest
from demo_model.evaluation.reading import read
from demo_model.music.form import CYCLE_BARS
from demo_model.music.harmony import Chord, Key
from demo_model.music.plan import Plan, draw_plan
from demo_model.music.song import choices, write_song
from demo_model.music.styles import STYLES
from demo_model.music.tokens import (
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CONDUCTOR_MEANING,
    HEADER_FRAMES,
    LEAD_LAYOUT,
    Arrangement,
    Countdown,
    Grid,
    Harmony,
    Tempo,
    Tune,
    Where,
    bass_choice_token,
    chord_choice_token,
    lead_choice_token,
)
from demo_model.words.request import draw_request

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


def test_each_sixteenth_has_the_next_place_of_its_bar():
    for plan in PLANS:
        places = [grid.place for _, grid in grids(write_song(plan, 900, 9))]
        length = 12 if plan.style == "waltz" else 16
        assert places == [index % length for index in range(len(places))]


def test_every_sixteenth_tells_the_chord_to_come_and_every_beat_all_that_was_chosen():
    for plan in PLANS[:20]:
        places = 12 if plan.waltz else 16
        state = [CONDUCTOR_MEANING[int(token)] for token in write_song(plan, 900, 9)[0, HEADER_FRAMES:]]
        starts = [index for index, meaning in enumerate(state) if isinstance(meaning, Grid)]
        for number, (start, end) in enumerate(pairwise(starts)):
            _, choice, where, harmony, *clock = state[start:end]
            coming = (number + 1) // places % CYCLE_BARS
            assert where == Where(plan.form, coming)
            assert harmony == Harmony(plan.key, plan.degree(coming))
            assert choice == choices(plan)[number % 4]
            assert clock == [
                Countdown(plan.waltz, number % places, left) for left in range(len(clock), 0, -1)
            ]
        assert choices(plan)[1:] == (
            Arrangement(plan.style, plan.drums, plan.arrangement),
            choices(plan)[0],
            Tune(plan.tune),
        )


def test_a_chord_changes_at_every_bar():
    for plan in PLANS:
        if plan.chords:
            assert read(write_song(plan, 1500, 2)).chord_change_share == 1.0


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
    assert CONDUCTOR_MEANING[int(codes[0, 1])] == Tempo(25, "straight")
    for book, layout in ((1, CHORD_LAYOUT), (2, LEAD_LAYOUT), (3, BASS_LAYOUT)):
        assert all(layout.note(int(token)) is None for token in codes[book, :HEADER_FRAMES])


def test_a_rest_names_its_instrument_and_a_track_that_never_plays_says_so():
    plan = Plan("rock", 25, Key(9, True), "power", None, "electric", True)
    codes = write_song(plan, 900, 1)
    assert set(codes[2].tolist()) == {lead_choice_token(None)}
    for book, layout, rest in (
        (1, CHORD_LAYOUT, chord_choice_token("power")),
        (3, BASS_LAYOUT, bass_choice_token("electric")),
    ):
        silent = {int(token) for token in codes[book, 1:] if layout.note(int(token)) is None}
        assert silent == {rest}


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
    assert (codes[2, HEADER_FRAMES:] == lead_choice_token("flute")).any()
    assert np.abs(np.diff(pitches)).max() <= 12


def test_fills_come_at_the_end_of_phrases_only():
    plan = Plan("rock", 20, Key(0, False), "power", None, None, True)
    halves = {}
    for seed in range(4):
        hits = [grid.hit for _, grid in grids(write_song(plan, 1500, seed))]
        for bar in range(len(hits) // 16):
            halves.setdefault(bar % 4, set()).add(tuple(hits[bar * 16 + 8 : bar * 16 + 16 : 2]))
    assert halves[1] == halves[2]
    assert halves[3] & halves[1] == set()


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
