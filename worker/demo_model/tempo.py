"""Time in frames. A frame is 20 ms (1/50 s); a sixteenth is a quarter of a beat."""

from itertools import pairwise

FRAMES_PER_SECOND = 50
FASTEST_FRAMES_PER_BEAT = 17  # 176 beats a minute
SLOWEST_FRAMES_PER_BEAT = 50  # 60 beats a minute
SIXTEENTHS_PER_BEAT = 4


def frames_per_beat(bpm: float) -> int:
    """The whole number of frames nearest to a beat at `bpm`, held to what the model can play."""
    frames = round(60 * FRAMES_PER_SECOND / bpm)
    return min(max(frames, FASTEST_FRAMES_PER_BEAT), SLOWEST_FRAMES_PER_BEAT)


def beats_per_minute(frames: int) -> float:
    return 60 * FRAMES_PER_SECOND / frames


def sixteenth_lengths(beat_frames: int, swing: bool) -> tuple[int, int, int, int]:
    """Frames of each sixteenth of a beat; they sum to `beat_frames`.

    With swing the first sixteenth of each half beat takes 58 % of it, the second the rest.
    """
    fractions = (0, 0.29, 0.5, 0.79, 1) if swing else (0, 0.25, 0.5, 0.75, 1)
    edges = [round(fraction * beat_frames) for fraction in fractions]
    first, second, third, fourth = (b - a for a, b in pairwise(edges))
    return first, second, third, fourth


def longest_sixteenth(beat_frames: int) -> int:
    return max(*sixteenth_lengths(beat_frames, False), *sixteenth_lengths(beat_frames, True))
