"""How the notes of one track are numbered: a token is (timbre, what sounds, stage)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from demo_model.music.timbres import Timbre


@dataclass(frozen=True)
class Note:
    """What one token says. timbre: key of the track's table. sound: MIDI note or Chord."""

    timbre: str
    sound: Hashable
    stage: int


class NoteLayout:
    """Numbers the notes of a track from `first` up: by timbre, then sound, then stage."""

    def __init__(
        self,
        timbres: dict[str, Timbre],
        sounds: dict[str, Sequence[Hashable]],
        first: int,
    ) -> None:
        self.timbres = timbres
        self._base: dict[tuple[str, Hashable], int] = {}
        self._notes: dict[int, Note] = {}
        token = first
        for name, timbre in timbres.items():
            for sound in sounds[name]:
                self._base[name, sound] = token
                for stage in range(len(timbre.levels)):
                    self._notes[token] = Note(name, sound, stage)
                    token += 1
        self.end = token

    def base(self, timbre: str, sound: Hashable) -> int:
        """Token of stage 0; the others follow it. Raises KeyError if the timbre can't sound it."""
        return self._base[timbre, sound]

    def note(self, token: int) -> Note | None:
        """None for a token that is no note of this track."""
        return self._notes.get(token)

    def notes(self) -> dict[int, Note]:
        return dict(self._notes)
