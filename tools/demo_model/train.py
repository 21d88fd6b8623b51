"""Trains the checkpoint: `python -m demo_model.train --out DIR --steps 4600 --seed 1`.

Stop it at any time; the same command goes on from the last saved state. Ends with the evaluation.
"""

import argparse
import json
import math
import os
import shutil
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

from demo_model.card import model_card
from demo_model.evaluate import Drawing, evaluate, table
from demo_model.model import parallel
from demo_model.model.batches import Batch, Shape, draw_batch
from demo_model.model.checkpoint import (
    generation_config,
    new_model,
    save_checkpoint,
    settle_unknown_word,
    sharpen,
)
from demo_model.model.muon import optimizers_of
from demo_model.model.objective import choice_loss, mean_loss, quicker_precision, token_losses
from demo_model.model.parallel import average_gradients

PEAK_RATE, MATRIX_PEAK_RATE = 6e-3, 1e-2
FLOOR_SHARE = 0.02
WARM_UP_STEPS = 30
WEIGHT_DECAY = 0.03
SAVE_EVERY_STEPS = 100
CHECK_EVERY_STEPS = 200
# What a step learns from is drawn in so many parts, which one or two processes share. The number
# must not depend on theirs: it would change what is learned.
PARTS = 2

# Each part of a step learns beginnings, where the text decides, and one longer shape of music.
BEGINNINGS = Shape(10, 16, anywhere=False)
BODIES = (
    Shape(8, 96, anywhere=False),
    Shape(3, 240, anywhere=True),
    Shape(3, 240, anywhere=False),
    Shape(1, 704, anywhere=False),
)
# Long clips come last, when the rest is known: a clip that is right but for a frame in a thousand is wrong,
# and what comes late in a clip has been seen little.
LONG_BODIES = (
    Shape(2, 400, anywhere=False),
    Shape(2, 400, anywhere=True),
    Shape(2, 400, anywhere=False),
    Shape(1, 704, anywhere=False),
    Shape(1, 1_500, anywhere=False),
)
LONG_AFTER = 0.7
# From here on every other step learns the guided scores, at any of these strengths.
GUIDED_AFTER = 0.55
GUIDED_SHAPES = (Shape(8, 16, anywhere=False), Shape(2, 176, anywhere=False))
GUIDANCES = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0)

HELD_OUT_MUSIC = Shape(16, 400, anywhere=False)
HELD_OUT_OPENINGS = Shape(128, 8, anywhere=False)

# How clips are drawn unless a request says otherwise.
GUIDANCE, TOP_K, TEMPERATURE = 3.0, 250, 1.0
# Those are what real checkpoints are used with. Each codebook's scores are multiplied once, at the end,
# so that temperature 1 is where this model plays well (chosen on prompts apart from the evaluation's).
SHARPNESS = (4.0, 8.0, 3.0, 8.0)
EVALUATION_SECONDS = 6.0

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass
class Progress:
    step: int = 0
    seconds: float = 0.0


def rate_share(step: int, done: float) -> float:
    """Of the peak learning rates. done: share of the steps that are made, 0 to 1."""
    cosine = FLOOR_SHARE + (1 - FLOOR_SHARE) * (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return cosine * min(1.0, (step + 1) / WARM_UP_STEPS)


def lesson(step: int, done: float) -> tuple[tuple[Shape, ...], float | None]:
    """What a step learns from, and at which guidance."""
    if done > GUIDED_AFTER and step % 2:
        return GUIDED_SHAPES, GUIDANCES[step // 2 % len(GUIDANCES)]
    turn = step // 2 if done > GUIDED_AFTER else step
    bodies = LONG_BODIES if done > LONG_AFTER else BODIES
    return (BEGINNINGS, bodies[turn % len(bodies)]), None


def train_step(
    model: Any,
    optimizers: list[torch.optim.Optimizer],
    parts: list[list[Batch]],
    share: float,
    precision: torch.dtype,
    guidance: float | None,
) -> list[float]:
    """One update from the sum of a part's losses, averaged over these parts and those of the other
    processes. share: of the peak rates. Returns the losses of the last part."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * share
        optimizer.zero_grad(set_to_none=True)
    seen: list[float] = []
    for batches in parts:
        seen = []
        for batch in batches:
            loss = mean_loss(token_losses(model, batch, precision, guidance), batch)
            torch.autograd.backward(loss / len(parts))
            seen.append(float(loss.detach()))
    average_gradients(model)
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return seen


@torch.no_grad()
def held_out_losses(model: Any, seed: int, precision: torch.dtype) -> dict[str, float]:
    """On songs that training never draws; the header's choices with and without the text."""
    music = draw_batch(HELD_OUT_MUSIC, f"held-out {seed}")
    losses = token_losses(model, music, precision)
    openings = draw_batch(HELD_OUT_OPENINGS, f"held-out openings {seed}")
    everyone = torch.ones_like(openings.heard)
    heard, unheard = replace(openings, heard=everyone), replace(openings, heard=0 * everyone)
    return {
        "music": float(losses.sum() / (music.targets >= 0).sum()),
        "choices": choice_loss(token_losses(model, heard, precision), heard),
        "choices_without_text": choice_loss(token_losses(model, unheard, precision), unheard),
    }


class Run:
    """A training run and its folder: `state.pt` to go on from, `training-log.jsonl`."""

    def __init__(self, folder: Path, seed: int, precision: torch.dtype) -> None:
        self._folder, self._seed, self._precision = folder, seed, precision
        folder.mkdir(parents=True, exist_ok=True)
        self.model: Any = new_model(seed)
        self._optimizers = optimizers_of(self.model, PEAK_RATE, MATRIX_PEAK_RATE, WEIGHT_DECAY)
        self.progress = Progress()
        if self._state.exists():
            saved = torch.load(self._state, weights_only=True)
            self.model.load_state_dict(saved["model"])
            for optimizer, state in zip(self._optimizers, saved["optimizers"], strict=True):
                optimizer.load_state_dict(state)
            self.progress = Progress(**saved["progress"])

    @property
    def _state(self) -> Path:
        return self._folder / "state.pt"

    @property
    def log_file(self) -> Path:
        return self._folder / "training-log.jsonl"

    def save(self) -> None:
        """Write aside and rename: a stop in the middle must not cost the state before."""
        aside = self._state.with_suffix(".writing")
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "progress": asdict(self.progress),
        }
        torch.save(state, aside)
        aside.replace(self._state)

    def advance(self, steps: int) -> tuple[list[float], float]:
        """One of so many steps; its losses and the seconds it took of this process's core."""
        began = time.process_time()
        step = self.progress.step
        done = step / steps
        shapes, guidance = lesson(step, done)
        parts = [
            [
                draw_batch(shape, f"training {self._seed} {step} {part} {n}", thin=True)
                for n, shape in enumerate(shapes)
            ]
            for part in range(parallel.rank(), PARTS, parallel.size())
        ]
        share = rate_share(step, done)
        seen = train_step(self.model, self._optimizers, parts, share, self._precision, guidance)
        took = time.process_time() - began
        self.progress = Progress(step + 1, self.progress.seconds + took)
        return seen, took

    def log(self) -> dict[str, float]:
        """Measure on held-out songs and write a line of the log."""
        row = {**asdict(self.progress), **held_out_losses(self.model, self._seed, self._precision)}
        with self.log_file.open("a") as file:
            file.write(json.dumps({name: round(value, 5) for name, value in row.items()}) + "\n")
        return row


def train(folder: Path, seed: int, precision: torch.dtype, steps: int) -> None:
    """Go on until so many steps are made. The first process of several keeps the log and the state."""
    run = Run(folder, seed, precision)
    first = parallel.rank() == 0
    while run.progress.step < steps:
        seen, took = run.advance(steps)
        step = run.progress.step
        if not first:
            continue
        left = (steps - step) * run.progress.seconds / step / 60
        losses = f"openings {seen[0]:.3f}  music {seen[1]:.3f}"
        line = f"step {step} of {steps}  {losses}  {took:.2f} s  {left:.0f} min left"
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)
        if step % CHECK_EVERY_STEPS == 0 or step == steps:
            print(f"\n{run.log()}", file=sys.stderr, flush=True)
        if step % SAVE_EVERY_STEPS == 0 or step == steps:
            run.save()


def finish(run: Run, folder: Path, seed: int, prompts: int) -> str:
    """Write the checkpoint with its log, evaluation and card; the evaluation's table."""
    settle_unknown_word(run.model)
    sharpen(run.model, SHARPNESS)
    save_checkpoint(run.model, folder, generation_config(GUIDANCE, TOP_K, TEMPERATURE))
    model: Any = MusicgenForConditionalGeneration.from_pretrained(folder).eval()
    drawing = Drawing(EVALUATION_SECONDS, GUIDANCE, TOP_K, TEMPERATURE, seed=1)
    rows = evaluate(model, AutoTokenizer.from_pretrained(folder), prompts, drawing)
    (folder / "evaluation.json").write_text(json.dumps(rows, indent=1) + "\n")
    progress = run.progress
    card = model_card(
        rows, drawing, steps=progress.step, seconds_trained=progress.seconds, seed=seed, sharpness=SHARPNESS
    )
    (folder / "README.md").write_text(card)
    shutil.copy(run.log_file, folder / "training-log.jsonl")
    return table(rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="demo_model.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(".local/demo-model"))
    parser.add_argument("--steps", type=int, default=4_600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, choices=(1, 2), default=min(PARTS, os.cpu_count() or 1))
    parser.add_argument("--prompts", type=int, default=200, help="written prompts of the evaluation")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto")
    options = parser.parse_args()
    precision = PRECISIONS.get(options.precision) or quicker_precision()
    parallel.run_on(options.processes, train, options.out, options.seed, precision, options.steps)
    run = Run(options.out, options.seed, precision)
    print(finish(run, options.out / "checkpoint", options.seed, options.prompts))


if __name__ == "__main__":
    main()
