import pytest
from demo_model.music.tempo import BEATS, FEELS, frames_per_beat, sixteenth_lengths


@pytest.mark.parametrize(
    ("bpm", "frames"),
    [(60, 50), (75, 40), (90, 33), (85, 36), (100, 30), (120, 25), (176, 17), (180, 17), (300, 17), (30, 50)],
)
def test_a_beat_is_the_nearest_that_can_be_played(bpm, frames):
    assert frames_per_beat(bpm) == frames


def test_every_tempo_from_60_to_180_is_met_within_a_frame_a_beat():
    assert all(abs(frames_per_beat(bpm) - 3_000 / bpm) <= 1 for bpm in range(60, 181))


@pytest.mark.parametrize("feel", FEELS)
def test_sixteenths_fill_every_beat_exactly_and_leave_room_for_a_reminder(feel):
    for beat in BEATS:
        lengths = sixteenth_lengths(beat, feel)
        assert sum(lengths) == beat
        assert min(lengths) >= 3


def test_swing_makes_the_first_sixteenth_of_each_half_the_longer_unless_it_is_too_fast():
    assert sixteenth_lengths(40, "straight") == (10, 10, 10, 10)
    assert sixteenth_lengths(40, "swing") == (12, 8, 12, 8)
    assert sixteenth_lengths(20, "swing") == (5, 5, 5, 5)
