from itertools import pairwise

from demo_model.music.form import CYCLE_BARS, FORMS, degree
from demo_model.music.harmony import Chord, Key, voicing
from demo_model.music.tokens import (
    BASS_LAYOUT,
    CHORD_LAYOUT,
    CONDUCTOR_MEANING,
    CONDUCTOR_TOKEN,
    KEYS,
    LEAD_LAYOUT,
    SILENCE,
    VOCABULARY,
    Countdown,
    bass_choice_token,
    chord_choice_token,
    key_token,
    lead_choice_token,
)


def test_no_two_meanings_share_a_token_and_none_is_silence():
    assert len(CONDUCTOR_TOKEN) == len(CONDUCTOR_MEANING)
    headers = {
        1: [
            *map(key_token, KEYS),
            *map(chord_choice_token, (None, "pad", "power")),
        ],
        2: [*map(lead_choice_token, (None, "piano", "brass"))],
        3: [*map(bass_choice_token, (None, "sub", "chip"))],
    }
    for book, layout in ((1, CHORD_LAYOUT), (2, LEAD_LAYOUT), (3, BASS_LAYOUT)):
        assert SILENCE not in layout.notes()
        assert not set(headers[book]) & set(layout.notes())
        assert len(set(headers[book])) == len(headers[book])


def test_every_token_fits_the_vocabulary():
    tokens = [*CONDUCTOR_MEANING, *CHORD_LAYOUT.notes(), *LEAD_LAYOUT.notes(), *BASS_LAYOUT.notes()]
    assert min(tokens) > 0
    assert max(tokens) < VOCABULARY


def test_the_next_step_of_a_countdown_is_the_next_token():
    at = CONDUCTOR_TOKEN[Countdown(False, 5, 3)]
    assert CONDUCTOR_TOKEN[Countdown(False, 5, 4)] - at == 1


def test_a_note_reads_back_as_it_was_written():
    token = LEAD_LAYOUT.base("flute", 72) + 2
    note = LEAD_LAYOUT.note(token)
    assert note is not None
    assert (note.timbre, note.sound, note.stage) == ("flute", 72, 2)


def test_chords_are_voiced_close_together_and_power_chords_on_their_root():
    assert voicing(Chord(0, "major")) == (55, 60, 64)
    assert voicing(Chord(9, "minor7")) == (55, 57, 60, 64)
    assert voicing(Chord(4, "fifth")) == (40, 47, 52)


def test_every_chord_of_every_form_stays_in_its_key_and_each_phrase_begins_at_home():
    for key in KEYS:
        for form in range(FORMS):
            degrees = [degree(key.minor, form, bar) for bar in range(CYCLE_BARS)]
            assert degrees[0] == degrees[4] == 1
            assert degrees[:4] != degrees[4:]
            assert all(one != other for one, other in pairwise([*degrees, 1]))
            for number in degrees:
                for chord in (key.triad(number), key.seventh(number)):
                    assert set(chord.pitch_classes) <= set(key.scale)


def test_the_scale_of_a_minor_has_no_sharps():
    assert sorted(Key(9, True).scale) == [0, 2, 4, 5, 7, 9, 11]
