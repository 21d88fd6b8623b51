import pytest
from demo_model.tempo import frames_per_beat, sixteenth_lengths


@pytest.mark.parametrize(
    ("bpm", "frames"),
    [(60, 50), (75, 40), (90, 33), (100, 30), (120, 25), (176, 17), (180, 17), (300, 17), (30, 50)],
)
def test_a_beat_is_the_nearest_whole_number_of_frames_within_the_range(bpm, frames):
    assert frames_per_beat(bpm) == frames


@pytest.mark.parametrize("swing", [False, True])
def test_sixteenths_fill_every_beat_exactly_and_leave_room_for_the_header(swing):
    for beat in range(17, 51):
        lengths = sixteenth_lengths(beat, swing)
        assert sum(lengths) == beat
        assert min(lengths) >= 3


def test_swing_makes_the_first_sixteenth_of_each_half_the_longer():
    assert sixteenth_lengths(40, False) == (10, 10, 10, 10)
    assert sixteenth_lengths(40, True) == (12, 8, 12, 8)
