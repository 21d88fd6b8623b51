"""Time in frames. A frame is 20 ms (1/50 s); a sixteenth is a quarter of a beat."""

from itertools import pairwise
from typing import Literal

FRAMES_PER_SECOND = 50
SIXTEENTHS_PER_BEAT = 4
# Frames a beat that can be played: 176 to 60 bpm. Each whole number where a frame is a large part of a
# beat, every other one above, where it is 3 % of it or less: fewer tempi are learned sooner.
BEATS = (*range(17, 35), *range(36, 51, 2))
FASTEST_FRAMES_PER_BEAT, SLOWEST_FRAMES_PER_BEAT = BEATS[0], BEATS[-1]
# Faster than this, swing is no longer heard as such.
FASTEST_SWING = 30

Feel = Literal["straight", "swing", "waltz"]
FEELS: tuple[Feel, ...] = ("straight", "swing", "waltz")


def frames_per_beat(bpm: float) -> int:
    """The playable beat nearest to that of `bpm`; never more than a frame off from 60 to 180 bpm."""
    frames = 60 * FRAMES_PER_SECOND / bpm
    return min(BEATS, key=lambda beat: abs(beat - frames))


def beats_per_minute(frames: int) -> float:
    return 60 * FRAMES_PER_SECOND / frames


def sixteenth_lengths(beat_frames: int, feel: Feel) -> tuple[int, int, int, int]:
    """Frames of each sixteenth of a beat; they sum to `beat_frames`.

    With swing the first sixteenth of each half beat takes 58 % of it, the second the rest.
    """
    swings = feel == "swing" and beat_frames >= FASTEST_SWING
    fractions = (0, 0.29, 0.5, 0.79, 1) if swings else (0, 0.25, 0.5, 0.75, 1)
    edges = [round(fraction * beat_frames) for fraction in fractions]
    first, second, third, fourth = (b - a for a, b in pairwise(edges))
    return first, second, third, fourth
