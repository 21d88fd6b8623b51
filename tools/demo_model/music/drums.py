"""The drum kit: what one hit token strikes, and the bars that each style plays."""

from demo_model.music.form import BARS_PER_PHRASE

SOUNDS = ("kick", "snare", "hat", "open", "crash", "ride", "clap", "high_tom", "low_tom", "rim", "shaker")

# What can be struck in one frame: sound -> level. The index is part of the token.
HITS: tuple[dict[str, float], ...] = (
    {},
    {"kick": 1.0},
    {"kick": 0.6},
    {"snare": 1.0},
    {"snare": 0.35},
    {"rim": 0.9},
    {"hat": 0.9},
    {"hat": 0.45},
    {"open": 0.8},
    {"kick": 1.0, "hat": 0.9},
    {"snare": 1.0, "hat": 0.9},
    {"kick": 1.0, "open": 0.8},
    {"kick": 1.0, "crash": 1.0},
    {"ride": 0.8},
    {"kick": 1.0, "ride": 0.8},
    {"snare": 1.0, "ride": 0.8},
    {"kick": 1.0, "clap": 0.9},
    {"clap": 0.9},
    {"shaker": 0.9},
    {"shaker": 0.45},
    {"kick": 0.8, "shaker": 0.8},
    {"rim": 0.9, "shaker": 0.8},
    {"high_tom": 0.9},
    {"low_tom": 1.0},
)
# In three-four time, fewer: nothing, a kick, a brush, the brush and a soft hat.
WALTZ_HITS = (0, 2, 4, 7, 13)

# One letter a hit, so that a bar is read at a glance.
LETTERS = dict(zip(".KksnrhwoHSOCdDEPpatTRuU", range(24), strict=True))
# A place of these is struck softly or not at all, by the toss of a coin.
GHOSTS = {"?": (LETTERS["."], LETTERS["w"]), "!": (LETTERS["."], LETTERS["n"])}

Bar = tuple[tuple[int, ...], ...]


def bar(pattern: str) -> Bar:
    """For each sixteenth the hits that it may be, each as likely. Raises KeyError on an unknown letter."""
    return tuple(GHOSTS.get(letter) or (LETTERS[letter],) for letter in pattern)


# Each style's choice of a bar; a song keeps one.
BARS: dict[str, tuple[Bar, ...]] = {
    "pad": (bar("k.t.a.t.k.t.a.t."), bar("k...a...r...a...")),
    "arpeggio": (bar("K...w...K...w..."), bar("H.w.h.w.H.w.h.w.")),
    "ballad": (bar("K...r...k...r..."), bar("H.w.r.w.H.w.r.w.")),
    "lofi": (bar("H.w.S?wkH.H?S.w?"), bar("H.h.S.h!h.HkS.h!")),
    "techno": (bar("K.o.P.o.K.o.P.o."), bar("KwowPwowKwowPwow")),
    "rock": (bar("H.h.S.h!H.H.S.h!"), bar("H.h.S.h.H.h.S.hk"), bar("D.d.E.d!D.D.E.d.")),
    "waltz": (bar("k...n...n..."), bar("k.w.n.w.n.w.")),
    "chiptune": (bar("H.h.S.h.H.h.S.h."), bar("K.w.s.w.K.K.s.w.")),
    "bossa": (bar("T.aRt.T.a.RtT.a?"), bar("T.tRa.tRa.tTR.a.")),
    "cinematic": (bar("U...T...U.u.T..."), bar("K.......U...u.u.")),
}

# The second half of the last bar of a phrase.
FILLS: dict[str, tuple[Bar, ...]] = {
    "lofi": (bar("S.n.snSs"), bar("H.S.S.s.")),
    "techno": (bar("PoPoPpPp"), bar("K.s.ssss")),
    "rock": (bar("s.suu.UU"), bar("ssssuuUU"), bar("S.ss.uUU")),
    "chiptune": (bar("s.ssssss"), bar("K.s.s.ss")),
    "cinematic": (bar("u.u.UuUU"), bar("U.U.uuUU")),
    "bossa": (bar("R.aRr.r."),),
    "arpeggio": (bar("K...hhhh"),),
    "ballad": (bar("K...r.rr"),),
}

# Styles that mark the first beat of the second phrase with a cymbal.
CRASHES = frozenset({"rock", "cinematic", "techno", "chiptune"})
CRASH_HIT = LETTERS["C"]


def drum_bar(style: str, number: int, bar: int) -> Bar:
    """What the drums play in bar 0 to CYCLE_BARS - 1 of the style's arrangement `number`."""
    usual = BARS[style][number % len(BARS[style])]
    phrase, within = divmod(bar, BARS_PER_PHRASE)
    fills = FILLS.get(style, ())
    if fills and within == BARS_PER_PHRASE - 1:
        return usual[:8] + fills[(number + phrase) % len(fills)]
    if within == 0 and phrase > 0 and style in CRASHES:
        return ((CRASH_HIT,), *usual[1:])
    return usual
