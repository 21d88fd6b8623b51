"""`mgb-engine words`: which words of a prompt a model's tokenizer takes, and which it drops.

A model with a small vocabulary, as the demo model is, drops what it does not know. A word is taken
when a token ends in it, or when another word in its place makes other tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from tokenizers import Encoding

from mgb_engine.model.model_folder import read_tokenizer

_WORD = re.compile(r"([^\s,;:!?()\[\]\"|]+)")
_NOBODYS_WORD = "qqq"
_LONGEST_NAME = 4  # words before the last one of what is one token
_UNKNOWN = ("<unk>", "[UNK]")


@dataclass(frozen=True)
class Words:
    """In the prompt's order, each once."""

    taken: list[str]
    ignored: list[str]


class Vocabulary:
    def __init__(self, folder: Path):
        """Raises ModelError when the folder has no tokenizer.json, or a damaged one."""
        self._tokenizer = read_tokenizer(folder)

    def read(self, prompt: str) -> Words:
        """A lone surrogate, which no tokenizer takes, counts as a letter that nobody knows."""
        prompt = prompt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        pieces = _WORD.split(prompt)  # what stands between words, and the words at odd places
        words = [at for at in range(1, len(pieces), 2) if any(c.isalnum() for c in pieces[at])]
        [whole] = self._readings(pieces, [set()])
        taken = set(whole.ends)
        for at, other in zip(words, self._readings(pieces, [{at} for at in words]), strict=True):
            if other.tokens != whole.tokens and at not in whole.unknown:
                # Without its `no`, the word of `no drums` is one in which a token ends: both were read.
                taken |= {at, *(other.ends - {at})}
        for end in whole.ends:
            # Of `lo-fi hip hop` any part says it all: only without several at once is it another token.
            before = [at for at in words if at < end][-_LONGEST_NAME:]
            runs = [set(before[i:]) for i in reversed(range(len(before))) if not taken & set(before[i:])]
            others = zip(runs, self._readings(pieces, runs), strict=True)
            taken |= next((run for run, other in others if other.tokens != whole.tokens), set())
        return Words(
            _each_once(pieces[at] for at in words if at in taken),
            _each_once(pieces[at] for at in words if at not in taken),
        )

    def _readings(self, pieces: list[str], without: list[set[int]]) -> list[_Reading]:
        """Of the prompt with nobody's word in place of some of its words."""
        texts = [
            [_NOBODYS_WORD if i in gone else piece for i, piece in enumerate(pieces)] for gone in without
        ]
        encodings = self._tokenizer.encode_batch(["".join(text) for text in texts], add_special_tokens=False)
        return [_Reading(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]


class _Reading:
    """What a tokenizer made of a text in pieces. ends: pieces in which a token ends. unknown: those
    for which only a token for `unknown` stands."""

    def __init__(self, pieces: list[str], encoding: Encoding):
        after = list(accumulate(map(len, pieces)))
        read = zip(encoding.tokens, encoding.offsets, strict=True)
        at_end = [(token, next(i for i, end in enumerate(after) if stop <= end)) for token, (_, stop) in read]
        self.tokens = [token for token, _ in at_end if token not in _UNKNOWN]
        self.ends = {at for token, at in at_end if token not in _UNKNOWN}
        self.unknown = {at for token, at in at_end if token in _UNKNOWN} - self.ends


def _each_once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
