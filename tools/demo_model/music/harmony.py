"""Keys and chords: what is in key, and which chords follow each other."""

from dataclasses import dataclass

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)  # natural minor: every chord below stays in key

# MIDI notes of two octaves each.
LEAD_PITCHES = tuple(range(60, 84))
BASS_PITCHES = tuple(range(36, 60))

# Semitones above the root.
QUALITIES: dict[str, tuple[int, ...]] = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "major7": (0, 4, 7, 11),
    "minor7": (0, 3, 7, 10),
    "dominant7": (0, 4, 7, 10),
    "fifth": (0, 7, 12),
}

# On each degree of the scale. The diminished degrees are not used by the progressions below.
MAJOR_QUALITIES = ("major", "minor", "minor", "major", "major", "minor", "minor")
MINOR_QUALITIES = ("minor", "minor", "major", "minor", "minor", "major", "major")
MAJOR_SEVENTHS = ("major7", "minor7", "minor7", "major7", "dominant7", "minor7", "minor7")
MINOR_SEVENTHS = ("minor7", "minor7", "major7", "minor7", "minor7", "major7", "dominant7")

# Four chords, one a bar, as degrees (1 is the tonic). Each phrase begins at home.
MAJOR_PROGRESSIONS = ((1, 5, 6, 4), (1, 6, 4, 5), (1, 4, 6, 5), (1, 3, 4, 5), (1, 4, 1, 5), (1, 6, 2, 5))
MINOR_PROGRESSIONS = ((1, 6, 3, 7), (1, 4, 6, 7), (1, 7, 6, 7), (1, 6, 4, 5), (1, 3, 7, 4), (1, 4, 7, 3))


@dataclass(frozen=True)
class Chord:
    """root: pitch class, 0 is C. quality: a key of QUALITIES."""

    root: int
    quality: str

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])


@dataclass(frozen=True)
class Key:
    """root: pitch class of the tonic, 0 is C."""

    root: int
    minor: bool

    @property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes of the seven degrees, from the tonic up."""
        steps = MINOR_SCALE if self.minor else MAJOR_SCALE
        return tuple((self.root + step) % 12 for step in steps)

    def triad(self, degree: int) -> Chord:
        """The chord on a degree, 1 to 7."""
        qualities = MINOR_QUALITIES if self.minor else MAJOR_QUALITIES
        return Chord(self.scale[degree - 1], qualities[degree - 1])

    def seventh(self, degree: int) -> Chord:
        """The four-note chord on a degree, 1 to 7."""
        qualities = MINOR_SEVENTHS if self.minor else MAJOR_SEVENTHS
        return Chord(self.scale[degree - 1], qualities[degree - 1])


def voicing(chord: Chord) -> tuple[int, ...]:
    """MIDI notes of a chord: close together below E4, so that neighbours move little.

    Power chords stand on their root in the register of a guitar's low strings.
    """
    if chord.quality == "fifth":
        low = 40 + (chord.root - 40) % 12
        return tuple(low + step for step in QUALITIES["fifth"])
    return tuple(sorted(53 + (pitch_class - 53) % 12 for pitch_class in chord.pitch_classes))
