"""Training batches: requests as text tokens, songs as delayed codes. Endless, and fixed by a seed."""

import random
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from demo_model.music.song import Codes, write_song
from demo_model.music.tokens import CODEBOOKS, CONDUCTOR, CONDUCTOR_MEANING, VOCABULARY, Grid
from demo_model.words.request import Request, draw_request
from demo_model.words.text_tokens import END_ID, PAD_ID, TAG_IDS

START = VOCABULARY  # MusicGen's pad and start token: what stands where a codebook has no frame yet
IGNORED = -100
DROPPED_TEXT_SHARE = 0.1  # of clips trained without text, for guidance to compare with
# A cut without a header begins blindly: what it is made of shows only bit by bit.
BLIND_FRAMES = 64
# Most frames go on as the one before did. Of those only so many are scored, and weigh as much more.
SCORED_SHARE = 0.5
# What begins with a sixteenth, or with a bar, is rare and decides what is heard. The place in the bar is
# known before it is drawn, so weighing it more leaves the shares that are learned as they are.
STRIKE_WEIGHT, BAR_WEIGHT = 2.0, 4.0
# The header's choices are 6 tokens of thousands; at equal weight the text would hardly be learned.
CHOICE_WEIGHT = 8.0
CHOICES = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (3, 1))  # (codebook, frame)


@dataclass(frozen=True)
class Shape:
    """clips of so many frames, cut from anywhere (else from the beginning) of longer songs."""

    clips: int
    frames: int
    anywhere: bool


@dataclass(frozen=True)
class Batch:
    """text, text_mask: [clips, words]. inputs, targets, weights: [clips, CODEBOOKS, steps].
    Weight 0: not scored. heard: [clips], 0 where the text is dropped. offset: of the first step."""

    text: Tensor
    text_mask: Tensor
    inputs: Tensor
    targets: Tensor
    weights: Tensor
    heard: Tensor
    offset: int


def delayed(codes: Codes) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets [clips, CODEBOOKS, frames + 3] of codes [clips, CODEBOOKS, frames].

    Codebook k's frame t is the target of step t + k and the input of the step after.
    """
    clips, books, frames = codes.shape
    steps = frames + books - 1
    targets = np.full((clips, books, steps), IGNORED)
    inputs = np.full((clips, books, steps), START)
    for book in range(books):
        targets[:, book, book : book + frames] = codes[:, book]
        fed = min(frames, steps - book - 1)
        inputs[:, book, book + 1 : book + 1 + fed] = codes[:, book, :fed]
    return inputs, targets


def text_ids(requests: list[Request]) -> tuple[Tensor, Tensor]:
    rows = [[TAG_IDS[tag] for tag in request.tags] + [END_ID] for request in requests]
    longest = max(map(len, rows))
    text = torch.tensor([row + [PAD_ID] * (longest - len(row)) for row in rows])
    return text, (text != PAD_ID).long()


def _cut(request: Request, shape: Shape, rng: random.Random) -> tuple[Codes, bool]:
    """Codes of one clip, and whether they begin with the song's header."""
    first = rng.randrange(0, 1_000) if shape.anywhere else 0
    codes = write_song(request.plan, first + shape.frames, rng.getrandbits(32))
    return codes[:, first:], first == 0


def _place_weights() -> np.ndarray:
    """By the conductor's token: of all that begins in the same frame."""
    weights = np.ones(VOCABULARY, np.float32)
    for token, meaning in CONDUCTOR_MEANING.items():
        if isinstance(meaning, Grid):
            weights[token] = BAR_WEIGHT if meaning.place == 0 else STRIKE_WEIGHT
    return weights


PLACE_WEIGHTS = _place_weights()


def goes_on(codes: Codes) -> np.ndarray:
    """Where a frame of codes [clips, CODEBOOKS, frames] is what the one before makes sure: the same, or
    for the conductor one less."""
    step = np.zeros((CODEBOOKS, 1), np.int64)
    step[CONDUCTOR] = 1
    same = np.zeros(codes.shape, bool)
    same[:, :, 1:] = codes[:, :, 1:] == codes[:, :, :-1] - step
    return same


def draw_batch(shape: Shape, seed: str, thin: bool = False) -> Batch:
    """The same seed gives the same batch. thin: score a share of the frames that go on as before."""
    rng = random.Random(seed)
    requests = [draw_request(rng) for _ in range(shape.clips)]
    cuts = [_cut(request, shape, rng) for request in requests]
    codes = np.stack([cut for cut, _ in cuts])
    inputs, targets = delayed(codes)
    weights = (targets != IGNORED).astype(np.float32)
    if thin:
        coins = np.random.default_rng(rng.getrandbits(32)).random(codes.shape)
        kept = np.where(goes_on(codes), (coins < SCORED_SHARE) / SCORED_SHARE, 1.0)
        place = PLACE_WEIGHTS[codes[:, CONDUCTOR]]
        for book in range(CODEBOOKS):
            weights[:, book, book : book + shape.frames] = kept[:, book] * place
    for clip, (_, has_header) in enumerate(cuts):
        if has_header:
            for book, frame in CHOICES:
                weights[clip, book, frame + book] = CHOICE_WEIGHT
        else:
            weights[clip, :, : min(BLIND_FRAMES, shape.frames // 2)] = 0.0
    text, mask = text_ids(requests)
    heard = torch.tensor([float(rng.random() >= DROPPED_TEXT_SHARE) for _ in requests])
    # Half of the cuts stand at the beginning, as in a long clip's later windows; half further on,
    # which also trains the positions that a short cut never reaches.
    offset = rng.randrange(0, 1_504 - shape.frames) if shape.anywhere and rng.random() < 0.5 else 0
    return Batch(
        text,
        mask,
        torch.from_numpy(inputs),
        torch.from_numpy(targets),
        torch.from_numpy(weights),
        heard,
        offset,
    )


assert all(book < CODEBOOKS for book, _ in CHOICES)
