"""Scores a checkpoint on prompts it never met: `python -m demo_model.evaluate --model DIR [--json]`.

Beside the model's own row the table has the generator's rendering of the same songs (the ceiling of
every score), the model without its text, and an untrained model (the floor).
"""

import argparse
import json
import random
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

from demo_model.codec.weights import decode
from demo_model.evaluation.audio_measures import AudioMeasures, measure
from demo_model.evaluation.reading import Reading, read
from demo_model.evaluation.scores import Wanted, score, wanted_by
from demo_model.model.checkpoint import new_model
from demo_model.model.sampling import sample_codes
from demo_model.music.song import write_song
from demo_model.music.tempo import FRAMES_PER_SECOND
from demo_model.words.free_prompts import FREE_PROMPTS
from demo_model.words.request import draw_request
from demo_model.words.sentences import sentence

CLIPS_AT_ONCE = 122
SLOWEST_BPM, FASTEST_BPM = 60, 180


@dataclass(frozen=True)
class Trial:
    """A prompt, what it asks for, and the generator's own song where it has one."""

    text: str
    wanted: Wanted
    codes: np.ndarray | None


@dataclass(frozen=True)
class Drawing:
    """How clips are drawn. seconds: length of each."""

    seconds: float
    guidance: float
    top_k: int
    temperature: float
    seed: int


def tags_of(tokenizer: Any, text: str) -> tuple[str, ...]:
    """The tags that the checkpoint's own tokenizer reads in a text."""
    marks = tokenizer.convert_ids_to_tokens(tokenizer(text).input_ids)
    return tuple(mark.removeprefix("\u2581") for mark in marks if not mark.startswith("<"))


def wanted_of(tokenizer: Any, text: str) -> Wanted:
    """The tempo exactly as the text names it, where it names one; the rest as its tags say."""
    wanted = wanted_by(tags_of(tokenizer, text))
    numbers = [int(digits) for digits in re.findall(r"(?<!\d)\d{2,3}(?!\d)", text)]
    named = [bpm for bpm in numbers if SLOWEST_BPM <= bpm <= FASTEST_BPM]
    if wanted.beat_frames is None or not named:
        return wanted
    return replace(wanted, beat_frames=60 * FRAMES_PER_SECOND / named[-1])


def written_trials(tokenizer: Any, count: int, frames: int, seed: int) -> list[Trial]:
    """Songs of the generator that training never draws, said in words."""
    rng = random.Random(f"evaluation {seed}")
    trials: list[Trial] = []
    for _ in range(count):
        request = draw_request(rng)
        text = sentence(request, rng)
        codes = write_song(request.plan, frames, rng.getrandbits(32))
        trials.append(Trial(text, wanted_of(tokenizer, text), codes))
    return trials


def free_trials(tokenizer: Any) -> list[Trial]:
    return [Trial(text, wanted_of(tokenizer, text), None) for text in FREE_PROMPTS]


def play(model: Any, tokenizer: Any, trials: list[Trial], drawing: Drawing) -> list[np.ndarray]:
    """Codes of every trial."""
    frames = round(drawing.seconds * FRAMES_PER_SECOND)
    played: list[np.ndarray] = []
    for first in range(0, len(trials), CLIPS_AT_ONCE):
        texts = [trial.text for trial in trials[first : first + CLIPS_AT_ONCE]]
        encoded = tokenizer(texts, padding=True, return_tensors="pt")
        codes = sample_codes(
            model,
            encoded.input_ids,
            encoded.attention_mask,
            frames,
            guidance=drawing.guidance,
            top_k=drawing.top_k,
            temperature=drawing.temperature,
            seed=drawing.seed + first,
        )
        played += list(codes.numpy())
        print(f"\r{len(played)} of {len(trials)} clips", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return played


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def repeated_bar_share(reading: Reading) -> float | None:
    """Share of bars that are played exactly as another of the same clip."""
    bars = reading.bars
    return 1 - len(set(bars)) / len(bars) if len(bars) >= 2 else None


def longest_note_beats(reading: Reading) -> float | None:
    beat = reading.beat_frames
    return max((note.frames for note in reading.notes), default=0) / beat if beat else None


def row_of(codes: list[np.ndarray], sounds: list[AudioMeasures], trials: list[Trial]) -> dict[str, Any]:
    """Means over the clips of which each score can be told, and of how many that is."""
    readings = [read(clip) for clip in codes]
    columns: dict[str, list[float]] = {}
    for reading, trial in zip(readings, trials, strict=True):
        for name, value in score(reading, trial.wanted).present().items():
            columns.setdefault(name, []).append(value)
    row: dict[str, Any] = {name: _mean(values) for name, values in columns.items()}
    row["counts"] = {name: len(values) for name, values in columns.items()}
    scales = [
        (sound, trial.wanted.key) for sound, trial in zip(sounds, trials, strict=True) if trial.wanted.key
    ]
    row["scale_energy"] = _mean([sum(sound.chroma[c] for c in key.scale) for sound, key in scales])
    row["silent"] = sum(sound.silent for sound in sounds)
    row["clipped"] = sum(sound.clipped for sound in sounds)
    for name in ("lufs", "peak", "flatness", "onsets"):
        row[name] = _mean([getattr(sound, name) for sound in sounds])
    row["longest_note_beats"] = round(max((longest_note_beats(r) or 0.0 for r in readings), default=0.0), 2)
    row["repeated_bars"] = _mean([s for s in map(repeated_bar_share, readings) if s is not None])
    row["chord_changes"] = _mean([s for s in (r.chord_change_share for r in readings) if s is not None])
    row["clips"] = len(trials)
    return row


def listen(model: Any, codes: list[np.ndarray]) -> list[AudioMeasures]:
    sounds: list[AudioMeasures] = []
    for first in range(0, len(codes), 8):
        stack = torch.from_numpy(np.stack(codes[first : first + 8]))
        sounds += [measure(audio) for audio in decode(model.audio_encoder, stack).numpy()]
    return sounds


def evaluate(model: Any, tokenizer: Any, count: int, drawing: Drawing) -> dict[str, dict[str, Any]]:
    """The table: a row for each way to make the clips."""
    frames = round(drawing.seconds * FRAMES_PER_SECOND)
    trials = written_trials(tokenizer, count, frames, drawing.seed)
    free = free_trials(tokenizer)
    deaf = Drawing(drawing.seconds, 0.0, drawing.top_k, drawing.temperature, drawing.seed)
    few = trials[: max(1, count // 4)]
    untrained = new_model(seed=0)
    made = {
        "model": (model, trials, play(model, tokenizer, trials, drawing)),
        "model, free prompts": (model, free, play(model, tokenizer, free, drawing)),
        "generator (ceiling)": (model, few, [t.codes for t in few if t.codes is not None]),
        "model without text": (model, few, play(model, tokenizer, few, deaf)),
        "untrained": (untrained, few, play(untrained, tokenizer, few, drawing)),
    }
    return {name: row_of(codes, listen(m, codes), asked) for name, (m, asked, codes) in made.items()}


COLUMNS = (
    "in_key",
    "tonic_first",
    "instruments_present",
    "instruments_others",
    "style",
    "steady_beat",
    "tempo_within_frame",
    "tempo_within_tenth",
    "scale_energy",
    "silent",
    "clipped",
    "lufs",
    "peak",
    "flatness",
    "onsets",
    "longest_note_beats",
    "repeated_bars",
    "chord_changes",
    "clips",
)


def table(rows: dict[str, dict[str, Any]]) -> str:
    """Markdown: a line a measure, a column a way."""
    lines = ["| | " + " | ".join(rows) + " |", "|---|" + "---|" * len(rows)]
    for column in COLUMNS:
        cells = [row.get(column) for row in rows.values()]
        shown = [
            "-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells
        ]
        lines.append(f"| {column} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="demo_model.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--prompts", type=int, default=200, help="written prompts, besides the free ones")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--top-k", type=int)
    parser.add_argument("--temperature", type=float)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    model: Any = MusicgenForConditionalGeneration.from_pretrained(options.model).eval()
    tokenizer: Any = AutoTokenizer.from_pretrained(options.model)
    usual = model.generation_config
    drawing = Drawing(
        options.seconds,
        usual.guidance_scale if options.guidance is None else options.guidance,
        usual.top_k if options.top_k is None else options.top_k,
        usual.temperature if options.temperature is None else options.temperature,
        options.seed,
    )
    rows = evaluate(model, tokenizer, options.prompts, drawing)
    print(json.dumps(rows, indent=1) if options.json else table(rows))


if __name__ == "__main__":
    main()
