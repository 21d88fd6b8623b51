"""The shape of a song: a phrase of four bars, another over other chords, and again from the beginning."""

from demo_model.music.harmony import MAJOR_PROGRESSIONS, MINOR_PROGRESSIONS

BARS_PER_PHRASE = 4
PHRASES = 2
CYCLE_BARS = BARS_PER_PHRASE * PHRASES

# A song keeps one of so many pairs of progressions.
FORMS = 12


def degree(minor: bool, form: int, bar: int) -> int:
    """Degree of the scale (1 is the tonic) whose chord fills bar 0 to CYCLE_BARS - 1."""
    progressions = MINOR_PROGRESSIONS if minor else MAJOR_PROGRESSIONS
    count = len(progressions)
    phrase, within = divmod(bar, BARS_PER_PHRASE)
    contrast = 1 + form // count  # 1 or 2: never the first phrase's own
    return progressions[(form + phrase * contrast) % count][within]
