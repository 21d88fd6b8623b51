"""What a song is to be, before a note is written."""

import random
from dataclasses import dataclass

from demo_model.music.form import FORMS, degree
from demo_model.music.harmony import Chord, Key
from demo_model.music.melody import TUNES
from demo_model.music.styles import ARRANGEMENTS, STYLES
from demo_model.music.tempo import frames_per_beat
from demo_model.music.timbres import BASS_TIMBRES, CHORD_TIMBRES, LEAD_TIMBRES
from demo_model.music.tokens import BASS_CHOICES, CHORD_CHOICES, LEAD_CHOICES

DRUMS = "drums"


@dataclass(frozen=True)
class Plan:
    """chords, lead, bass: keys of the tables in timbres.py; None: the song has no such track.
    arrangement, form, tune: which of the style's patterns, of the progressions, of the melodies."""

    style: str
    beat_frames: int
    key: Key
    chords: str | None
    lead: str | None
    bass: str | None
    drums: bool
    arrangement: int = 0
    form: int = 0
    tune: int = 0

    @property
    def waltz(self) -> bool:
        return self.style == "waltz"

    @property
    def instruments(self) -> frozenset[str]:
        """Names of all that sounds, as prompts say them."""
        names = {DRUMS} if self.drums else set[str]()
        if self.chords:
            names.add(CHORD_TIMBRES[self.chords].name)
        if self.lead:
            names.add(LEAD_TIMBRES[self.lead].name)
        if self.bass:
            names.add(BASS_TIMBRES[self.bass].name)
        return frozenset(names)

    def degree(self, bar: int) -> int:
        """Of the scale, whose chord fills bar 0 to CYCLE_BARS - 1."""
        return degree(self.key.minor, self.form, bar)

    def chord(self, degree: int) -> Chord:
        """The chord on a degree as this plan's instrument can sound it."""
        if self.chords == "power":
            return Chord(self.key.scale[degree - 1], "fifth")
        if self.chords == "epiano" or (self.chords == "guitar" and STYLES[self.style].sevenths):
            return self.key.seventh(degree)
        return self.key.triad(degree)


def _random_band(rng: random.Random) -> tuple[str | None, str | None, str | None, bool]:
    """Any instruments, one to four tracks."""
    while True:
        chords = rng.choice(CHORD_CHOICES[1:]) if rng.random() < 0.65 else None
        lead = rng.choice(LEAD_CHOICES[1:]) if rng.random() < 0.55 else None
        bass = rng.choice(BASS_CHOICES[1:]) if rng.random() < 0.5 else None
        drums = rng.random() < 0.5
        if chords or lead or bass:
            return chords, lead, bass, drums


def draw_plan(rng: random.Random, usual_band: bool) -> Plan:
    """Any song: with the instruments usual for its style, or with whatever comes together."""
    name = rng.choice(tuple(STYLES))
    style = STYLES[name]
    bpm = rng.uniform(*style.bpm) if rng.random() < 0.65 else rng.uniform(60, 180)
    key = Key(rng.randrange(12), rng.random() < style.minor)
    if usual_band:
        chords, lead, bass = (rng.choice(choice) for choice in (style.chords, style.leads, style.basses))
        drums = rng.random() < style.drums
        if not (chords or lead or bass):
            chords = "pad"
    else:
        chords, lead, bass, drums = _random_band(rng)
    return Plan(
        name,
        frames_per_beat(bpm),
        key,
        chords,
        lead,
        bass,
        drums,
        arrangement=rng.randrange(ARRANGEMENTS),
        form=rng.randrange(FORMS),
        tune=rng.randrange(TUNES),
    )
