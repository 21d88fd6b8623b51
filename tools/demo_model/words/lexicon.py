"""The words that the model understands. Each tag is one token; its aliases are what people write.

Whatever else a prompt says is dropped by the tokenizer, so an unknown word, another language or an
emoji can't disturb the music.
"""

from demo_model.music.harmony import Key
from demo_model.music.tempo import BEATS, frames_per_beat

# Instruments by the names that music/plan.py uses.
INSTRUMENT_TAGS: dict[str, str] = {
    "pad": "PAD",
    "strings": "STRINGS",
    "organ": "ORGAN",
    "piano": "PIANO",
    "electric piano": "EPIANO",
    "acoustic guitar": "ACOUSTICGUITAR",
    "electric guitar": "ELECTRICGUITAR",
    "harp": "HARP",
    "synth lead": "SYNTHLEAD",
    "flute": "FLUTE",
    "violin": "VIOLIN",
    "bells": "BELLS",
    "chip lead": "CHIPLEAD",
    "trumpet": "TRUMPET",
    "sub bass": "SUBBASS",
    "electric bass": "ELECTRICBASS",
    "synth bass": "SYNTHBASS",
    "upright bass": "UPRIGHTBASS",
    "cello": "CELLO",
    "chip bass": "CHIPBASS",
    "drums": "DRUMS",
}
# Words for any of several instruments.
ANY_BASS, ANY_GUITAR = "BASS", "GUITAR"
GENERIC_TAGS: dict[str, frozenset[str]] = {
    ANY_BASS: frozenset({"sub bass", "electric bass", "synth bass", "upright bass", "chip bass"}),
    ANY_GUITAR: frozenset({"acoustic guitar", "electric guitar"}),
}
STYLE_TAGS: dict[str, str] = {
    "pad": "AMBIENT",
    "arpeggio": "ARPEGGIO",
    "ballad": "BALLAD",
    "lofi": "LOFI",
    "techno": "TECHNO",
    "rock": "ROCK",
    "waltz": "WALTZ",
    "chiptune": "CHIPTUNE",
    "bossa": "BOSSA",
    "cinematic": "CINEMATIC",
}
MAJOR, MINOR = "MAJOR", "MINOR"
HAPPY, SAD, CALM, ENERGETIC = "HAPPY", "SAD", "CALM", "ENERGETIC"
SLOW, MEDIUM, FAST = "SLOW", "MEDIUM", "FAST"

ALIASES: dict[str, tuple[str, ...]] = {
    "PAD": ("pad", "pads", "synth pad", "synth pads", "warm pad", "synthesizer pad"),
    "STRINGS": ("strings", "string section", "string ensemble", "string orchestra", "orchestra"),
    "ORGAN": ("organ", "hammond", "hammond organ", "church organ", "orgel", "orgue"),
    "PIANO": ("piano", "pianos", "grand piano", "upright piano", "klavier", "pianoforte"),
    "EPIANO": ("electric piano", "e-piano", "rhodes", "rhodes piano", "wurlitzer", "keys"),
    "ACOUSTICGUITAR": (
        "acoustic guitar",
        "acoustic guitars",
        "nylon guitar",
        "classical guitar",
        "spanish guitar",
        "fingerpicked guitar",
    ),
    "ELECTRICGUITAR": (
        "electric guitar",
        "electric guitars",
        "distorted guitar",
        "distorted guitars",
        "power chords",
        "overdriven guitar",
        "heavy guitars",
    ),
    "HARP": ("harp", "pluck", "plucks", "plucked synth", "kalimba", "lute", "harfe"),
    "SYNTHLEAD": (
        "synth lead",
        "lead synth",
        "saw lead",
        "synth",
        "synths",
        "synthesizer",
        "synth melody",
        "analog synth",
    ),
    "FLUTE": ("flute", "flutes", "pan flute", "recorder", "whistle", "floete", "flauta"),
    "VIOLIN": ("violin", "violins", "fiddle", "viola", "geige", "violon"),
    "BELLS": (
        "bells",
        "bell",
        "vibraphone",
        "glockenspiel",
        "music box",
        "celesta",
        "chimes",
        "xylophone",
        "marimba",
    ),
    "CHIPLEAD": ("chip lead", "square lead", "square wave", "pulse wave", "8-bit lead", "chip melody"),
    "TRUMPET": (
        "trumpet",
        "trumpets",
        "brass",
        "horn",
        "horns",
        "french horn",
        "trombone",
        "brass section",
        "saxophone",
        "sax",
    ),
    "SUBBASS": ("sub bass", "sub-bass", "deep bass", "808", "808 bass", "low bass"),
    "ELECTRICBASS": ("electric bass", "bass guitar", "slap bass", "fingered bass"),
    "SYNTHBASS": ("synth bass", "bass synth", "acid bass", "moog bass", "rolling bass"),
    "UPRIGHTBASS": (
        "upright bass",
        "double bass",
        "acoustic bass",
        "contrabass",
        "walking bass",
        "kontrabass",
    ),
    "CELLO": ("cello", "cellos", "violoncello"),
    "CHIPBASS": ("chip bass", "triangle wave", "triangle bass", "8-bit bass"),
    "DRUMS": (
        "drums",
        "drum",
        "drum kit",
        "drum beat",
        "drum machine",
        "beat",
        "beats",
        "percussion",
        "schlagzeug",
        "batterie",
        "bateria",
        "groove",
    ),
    "BASS": ("bass", "bassline", "bass line"),
    "GUITAR": ("guitar", "guitars", "gitarre", "guitare", "guitarra"),
    "AMBIENT": ("ambient", "drone", "soundscape", "atmospheric", "meditation", "new age", "spa music"),
    "ARPEGGIO": ("arpeggio", "arpeggios", "arpeggiated", "arp", "arps"),
    "BALLAD": ("ballad", "ballade", "love song", "lullaby"),
    "LOFI": (
        "lo-fi",
        "lofi",
        "lo fi",
        "chillhop",
        "lo-fi hip hop",
        "lofi hip hop",
        "lo-fi hip-hop",
        "hip hop",
        "hip-hop",
        "trip hop",
        "study music",
    ),
    "TECHNO": (
        "techno",
        "house",
        "deep house",
        "trance",
        "edm",
        "club",
        "dance",
        "electronic",
        "electro",
        "rave",
    ),
    "ROCK": ("rock", "hard rock", "punk", "punk rock", "indie rock", "pop rock", "metal", "grunge"),
    "WALTZ": ("waltz", "waltzes", "three-four", "3/4", "walzer", "valse", "vals"),
    "CHIPTUNE": (
        "chiptune",
        "chiptunes",
        "chip tune",
        "8-bit",
        "8 bit",
        "8bit",
        "video game",
        "game music",
        "arcade",
        "nintendo",
        "retro game",
    ),
    "BOSSA": (
        "bossa nova",
        "bossa",
        "samba",
        "latin",
        "latin jazz",
        "jazz",
        "jazzy",
        "brazilian",
        "cafe music",
    ),
    "CINEMATIC": (
        "cinematic",
        "film score",
        "movie",
        "soundtrack",
        "orchestral",
        "epic",
        "trailer",
        "symphonic",
        "heroic",
    ),
    "MAJOR": ("major", "major key", "dur"),
    "MINOR": ("minor", "minor key", "moll"),
    "HAPPY": (
        "happy",
        "cheerful",
        "joyful",
        "joyous",
        "bright",
        "sunny",
        "uplifting",
        "playful",
        "fun",
        "froehlich",
        "fröhlich",
        "joyeux",
        "alegre",
        "feliz",
    ),
    "SAD": (
        "sad",
        "melancholic",
        "melancholy",
        "dark",
        "moody",
        "gloomy",
        "sorrowful",
        "tense",
        "mysterious",
        "haunting",
        "traurig",
        "triste",
        "lonely",
    ),
    "CALM": (
        "calm",
        "relaxing",
        "relaxed",
        "gentle",
        "peaceful",
        "soft",
        "soothing",
        "sleepy",
        "dreamy",
        "chill",
        "mellow",
        "ruhig",
        "tranquilo",
        "quiet",
    ),
    "ENERGETIC": (
        "energetic",
        "driving",
        "upbeat",
        "powerful",
        "intense",
        "aggressive",
        "exciting",
        "lively",
        "danceable",
        "hype",
    ),
    "SLOW": ("slow", "slowly", "downtempo", "adagio", "lento", "largo", "langsam", "lent"),
    "MEDIUM": ("medium tempo", "mid-tempo", "mid tempo", "moderate", "andante", "moderato"),
    "FAST": (
        "fast",
        "quick",
        "rapid",
        "uptempo",
        "up-tempo",
        "allegro",
        "presto",
        "vivace",
        "schnell",
        "rapide",
    ),
}

NOTE_NAMES: tuple[tuple[str, ...], ...] = (
    ("c", "b#"), ("c#", "db"), ("d",), ("d#", "eb"), ("e", "fb"), ("f", "e#"),
    ("f#", "gb"), ("g",), ("g#", "ab"), ("a",), ("a#", "bb"), ("b", "cb"),
)  # fmt: skip


def key_tag(key: Key) -> str:
    name = NOTE_NAMES[key.root][0].upper().replace("#", "SHARP")
    return f"KEY{name}{MINOR if key.minor else MAJOR}"


def tempo_tag(beat_frames: int) -> str:
    return f"BEAT{beat_frames}"


def bpm_spoken(beat_frames: int) -> tuple[int, ...]:
    """Every whole bpm that a prompt may name for this beat."""
    return tuple(bpm for bpm in range(60, 181) if frames_per_beat(bpm) == beat_frames)


KEYS_IN_ORDER = tuple(Key(root, minor) for minor in (False, True) for root in range(12))
TAGS: tuple[str, ...] = (
    *ALIASES,
    *(key_tag(key) for key in KEYS_IN_ORDER),
    *(tempo_tag(beat) for beat in BEATS),
)
