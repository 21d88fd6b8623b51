"""The model card: what the checkpoint is, how it was made, how it scored, what it can't do."""

from typing import Any

from demo_model.evaluate import Drawing, table

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: text-to-audio
tags: [musicgen, toy, synthetic-data]
---

# musicgen-demo

**A toy trained on synthetic music, to try the system with. It is not MusicGen's quality, and says nothing
about how the real MusicGen sounds.**

It has the format of Hugging Face MusicGen (`MusicgenForConditionalGeneration.from_pretrained` loads it) and
follows a prompt's key, tempo, instruments and style. About 400 words are understood; all others are dropped
by the tokenizer. No audio, text or weights of anybody else went into it: every song was composed by the
rules in `tools/demo_model/`, so no licence but this project's own applies.

## What to ask for

- keys: all 12, major and minor (`in F# minor`, `Eb major`)
- tempo: 60 to 180 bpm, played at the nearest whole number of 20 ms frames a beat
- styles: ambient, arpeggio, ballad, lo-fi, techno, rock, waltz, chiptune, bossa nova, cinematic
- instruments: pad, strings, organ, piano, electric piano, acoustic and electric guitar, harp, synth lead,
  flute, violin, bells, chip lead, trumpet, sub, electric, synth, upright and chip bass, cello, drums.
  When any is named, only the named ones play.
- moods: happy, sad, calm, energetic; slow, mid-tempo, fast

## How it was made

{steps:,} steps in {minutes:.0f} minutes on two shared CPU cores, seed {seed}
(`training-log.jsonl` has the losses on songs that training never draws). The text encoder and the language
model are trained; the EnCodec decoder is not: its weights are computed and make it an additive synthesizer.
Its scores were then multiplied, codebook by codebook, by {sharpness}, so that the usual temperature of 1 is a
careful one here.
Weights are stored in half precision, but for the codec's first layers, and load as float32.

## How it scored

{prompts} prompts written by rule from songs that training never drew, and {free} prompts written by hand;
{seconds:g} s each, guidance {guidance:g}, top_k {top_k}, temperature {temperature:g}, seed {draw_seed}.
Shares are 0 to 1 and count only what a prompt says; the generator's own rendering of the same songs is the
ceiling.

{table}

`instruments_others` is the share of clips in which an instrument sounds that was not named: 0 is best.

## What it can't do

- Run the codec in bfloat16 or restart its LSTM within a clip: its oscillators would lose their phase.
- Take audio as a prompt: the encoder hears nothing. Continuing from codes works.
- End a piece: no MusicGen is told how long its clip will be, so music stops where the clip does.
- Sing, bend or slide notes, play in odd meters, or change key.
"""


def model_card(
    rows: dict[str, dict[str, Any]],
    drawing: Drawing,
    *,
    steps: int,
    seconds_trained: float,
    seed: int,
    sharpness: tuple[float, ...],
) -> str:
    return CARD.format(
        steps=steps,
        minutes=seconds_trained / 60,
        seed=seed,
        sharpness=" / ".join(f"{factor:g}" for factor in sharpness),
        prompts=rows["model"]["clips"],
        free=rows["model, free prompts"]["clips"],
        seconds=drawing.seconds,
        guidance=drawing.guidance,
        top_k=drawing.top_k,
        temperature=drawing.temperature,
        draw_seed=drawing.seed,
        table=table(rows),
    )
