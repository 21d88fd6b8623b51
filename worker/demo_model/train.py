"""Trains the checkpoint: `python -m demo_model.train --out DIR --minutes 75 --seed 1`.

Stop it at any time; the same command goes on from the last saved state. Ends with the evaluation.
"""

import argparse
import json
import math
import shutil
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, MusicgenForConditionalGeneration

from demo_model.batches import Batch, Shape, draw_batch
from demo_model.card import model_card
from demo_model.checkpoint import generation_config, new_model, save_checkpoint, settle_unknown_word, sharpen
from demo_model.evaluate import Drawing, evaluate, table
from demo_model.objective import choice_loss, mean_loss, token_losses

PEAK_RATE = 2e-3
FLOOR_SHARE = 0.02
WARM_UP_STEPS = 100
WEIGHT_DECAY = 0.03
SAVE_EVERY_SECONDS = 120
CHECK_EVERY_SECONDS = 480

# Every step learns beginnings, where the text decides, and one longer shape of music.
BEGINNINGS = Shape(32, 16, anywhere=False)
BODIES = (Shape(7, 320, anywhere=False), Shape(7, 320, anywhere=True), Shape(3, 768, anywhere=False))
# Whole clips of 30 s come last, when the rest is known.
WHOLE = Shape(2, 1_500, anywhere=False)
WHOLE_AFTER = 0.7
# From here on every other step learns the guided scores, at any of these strengths.
GUIDED_AFTER = 0.55
GUIDED_SHAPES = (Shape(16, 16, anywhere=False), Shape(4, 320, anywhere=False))
GUIDANCES = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0)

HELD_OUT_MUSIC = Shape(16, 400, anywhere=False)
HELD_OUT_OPENINGS = Shape(128, 8, anywhere=False)

# How clips are drawn unless a request says otherwise.
GUIDANCE, TOP_K, TEMPERATURE = 3.0, 250, 1.0
# Those are what real checkpoints are used with. The scores are multiplied by this once, at the end,
# so that temperature 1 is where this model plays well (chosen on prompts apart from the evaluation's).
SHARPNESS = 3.2
EVALUATION_SECONDS = 6.0


@dataclass
class Progress:
    step: int = 0
    seconds: float = 0.0


def learning_rate(step: int, done: float) -> float:
    """done: share of the time that is spent, 0 to 1."""
    cosine = FLOOR_SHARE + (1 - FLOOR_SHARE) * (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return PEAK_RATE * cosine * min(1.0, (step + 1) / WARM_UP_STEPS)


def lesson(step: int, done: float) -> tuple[tuple[Shape, ...], float | None]:
    """What a step learns from, and at which guidance."""
    if done > GUIDED_AFTER and step % 2:
        return GUIDED_SHAPES, GUIDANCES[step // 2 % len(GUIDANCES)]
    turn = step // 2 if done > GUIDED_AFTER else step
    body = WHOLE if done > WHOLE_AFTER and turn % 4 == 0 else BODIES[turn % len(BODIES)]
    return (BEGINNINGS, body), None


def optimizer_of(model: Any) -> torch.optim.AdamW:
    """AdamW over the language model and the text encoder; the codec is finished."""
    model.audio_encoder.requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in trained if parameter.ndim > 1]
    vectors = [parameter for parameter in trained if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98))


def train_step(
    model: Any,
    optimizer: torch.optim.Optimizer,
    batches: list[Batch],
    rate: float,
    guidance: float | None,
) -> list[float]:
    """One update from the sum of the batches' losses, which it returns."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    seen: list[float] = []
    for batch in batches:
        loss = mean_loss(token_losses(model, batch, guidance), batch)
        torch.autograd.backward(loss)
        seen.append(float(loss.detach()))
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], 1.0)
    optimizer.step()
    return seen


@torch.no_grad()
def held_out_losses(model: Any, seed: int) -> dict[str, float]:
    """On songs that training never draws; the header's choices with and without the text."""
    music = draw_batch(HELD_OUT_MUSIC, f"held-out {seed}")
    losses = token_losses(model, music)
    openings = draw_batch(HELD_OUT_OPENINGS, f"held-out openings {seed}")
    everyone = torch.ones_like(openings.heard)
    heard, unheard = replace(openings, heard=everyone), replace(openings, heard=0 * everyone)
    return {
        "music": float(losses.sum() / (music.targets >= 0).sum()),
        "choices": choice_loss(token_losses(model, heard), heard),
        "choices_without_text": choice_loss(token_losses(model, unheard), unheard),
    }


class Run:
    """A training run and its folder: `state.pt` to go on from, `training-log.jsonl`."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        folder.mkdir(parents=True, exist_ok=True)
        self.model: Any = new_model(seed)
        self._optimizer = optimizer_of(self.model)
        self.progress = Progress()
        if self._state.exists():
            saved = torch.load(self._state, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self._optimizer.load_state_dict(saved["optimizer"])
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
            "optimizer": self._optimizer.state_dict(),
            "progress": asdict(self.progress),
        }
        torch.save(state, aside)
        aside.replace(self._state)

    def advance(self, budget_seconds: float) -> tuple[list[float], float]:
        """One step; its losses and the seconds it took."""
        began = time.monotonic()
        done = self.progress.seconds / budget_seconds
        step = self.progress.step
        shapes, guidance = lesson(step, done)
        batches = [draw_batch(shape, f"training {self._seed} {step} {n}") for n, shape in enumerate(shapes)]
        seen = train_step(self.model, self._optimizer, batches, learning_rate(step, done), guidance)
        took = time.monotonic() - began
        self.progress = Progress(step + 1, self.progress.seconds + took)
        return seen, took

    def log(self) -> dict[str, float]:
        """Measure on held-out songs and write a line of the log."""
        row = {**asdict(self.progress), **held_out_losses(self.model, self._seed)}
        with self.log_file.open("a") as file:
            file.write(json.dumps({name: round(value, 5) for name, value in row.items()}) + "\n")
        return row


def train(run: Run, minutes: float) -> None:
    budget = minutes * 60
    saved = checked = run.progress.seconds
    while run.progress.seconds < budget:
        seen, took = run.advance(budget)
        progress = run.progress
        left = (budget - progress.seconds) / 60
        losses = f"openings {seen[0]:.3f}  music {seen[1]:.3f}"
        line = f"step {progress.step}  {losses}  {took:.2f} s  {left:.1f} min left"
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)
        if progress.seconds - checked > CHECK_EVERY_SECONDS:
            checked = progress.seconds
            print(f"\n{run.log()}", file=sys.stderr, flush=True)
        if progress.seconds - saved > SAVE_EVERY_SECONDS:
            saved = progress.seconds
            run.save()
    run.save()
    print(f"\n{run.log()}", file=sys.stderr)


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
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prompts", type=int, default=200, help="written prompts of the evaluation")
    options = parser.parse_args()
    run = Run(options.out, options.seed)
    train(run, options.minutes)
    print(finish(run, options.out / "checkpoint", options.seed, options.prompts))


if __name__ == "__main__":
    main()
