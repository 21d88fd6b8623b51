import json
from dataclasses import replace

import pytest
import torch
from demo_model import train
from demo_model.model.batches import IGNORED, Shape, draw_batch
from demo_model.model.checkpoint import new_model
from demo_model.model.muon import optimizers_of
from demo_model.model.objective import mean_loss, positions_from, quicker_precision, token_losses
from model_scores import all_scores, guided_scores


@pytest.fixture(scope="module")
def model():
    return new_model(seed=3)


def test_scores_are_those_of_musicgen_itself(model):
    batch = draw_batch(Shape(2, 12, anywhere=False), "y")
    with torch.no_grad():
        theirs = model(
            input_ids=batch.text,
            attention_mask=batch.text_mask,
            decoder_input_ids=batch.inputs.reshape(8, -1),
        ).logits
        ours = all_scores(model, batch_heard(batch, 1.0))
    assert torch.allclose(ours.reshape(theirs.shape), theirs, atol=1e-4)


def batch_heard(batch, share):
    return replace(batch, heard=torch.full_like(batch.heard, share))


def test_text_that_is_not_heard_changes_nothing(model):
    batch = batch_heard(draw_batch(Shape(2, 12, anywhere=False), "y"), 0.0)
    other = replace(batch, text=batch.text.flip(0))
    with torch.no_grad():
        assert torch.equal(all_scores(model, batch), all_scores(model, other))
        assert not torch.equal(all_scores(model, batch), all_scores(model, batch_heard(batch, 1.0)))


def test_an_offset_numbers_steps_as_if_as_many_had_gone_before(model):
    table = model.decoder.model.decoder.embed_positions
    ids = torch.zeros(1, 4, 5, dtype=torch.long)
    with positions_from(model.decoder, 700):
        moved = table(ids)
    assert torch.equal(moved, table(ids, 700))
    assert not torch.equal(moved, table(ids))


def test_the_rate_warms_up_and_falls_with_the_steps_made():
    assert train.rate_share(0, 0.0) < 1 / 20
    assert train.rate_share(1_000, 0.0) == 1.0
    assert train.rate_share(1_000, 1.0) == pytest.approx(train.FLOOR_SHARE)


def test_long_clips_and_guidance_come_in_the_later_part_only():
    early = [train.lesson(step, 0.1) for step in range(40)]
    late = [train.lesson(step, 0.9) for step in range(40)]
    assert all(guidance is None for _, guidance in early)
    assert {shapes[1] for shapes, _ in early} == set(train.BODIES)
    assert {shapes[1] for shapes, _ in late} == {*train.LONG_BODIES, train.GUIDED_SHAPES[1]}
    assert {guidance for _, guidance in late} == {None, *train.GUIDANCES}


def losses_of(scores, batch):
    flat = torch.nn.functional.cross_entropy(
        scores.flatten(0, 2), batch.targets.flatten(), reduction="none", ignore_index=IGNORED
    )
    return flat.view(batch.targets.shape)


# The processor decides nothing here: each precision is asked for, and errs by its own rounding.
BOTH = pytest.mark.parametrize(
    ("precision", "rounding"), [(torch.float32, 1e-4), (torch.bfloat16, 0.05)], ids=["float32", "bfloat16"]
)


@BOTH
def test_losses_are_those_of_the_scores_where_something_is_scored(model, precision, rounding):
    batch = draw_batch(Shape(2, 40, anywhere=False), "y", thin=True)
    with torch.no_grad():
        expected = losses_of(all_scores(model, batch), batch) * (batch.weights > 0)
        assert torch.allclose(token_losses(model, batch, precision), expected, atol=rounding)


@BOTH
def test_guided_losses_are_those_of_the_scores_that_generation_draws_from(model, precision, rounding):
    batch = draw_batch(Shape(2, 12, anywhere=False), "y")
    with torch.no_grad():
        heard, unheard = (all_scores(model, batch_heard(batch, share)) for share in (1.0, 0.0))
        expected = losses_of(3 * heard - 2 * unheard, batch)
        assert torch.allclose(token_losses(model, batch, precision, 3.0), expected, atol=4 * rounding)
        assert torch.allclose(guided_scores(model, batch, 1.0), heard, atol=1e-4)


@BOTH
def test_training_lowers_the_loss_and_goes_on_from_where_it_was_stopped(
    tmp_path, monkeypatch, precision, rounding
):
    monkeypatch.setattr(train, "BEGINNINGS", Shape(4, 12, anywhere=False))
    monkeypatch.setattr(train, "BODIES", (Shape(2, 24, anywhere=True),))
    monkeypatch.setattr(train, "HELD_OUT_MUSIC", Shape(1, 20, anywhere=False))
    monkeypatch.setattr(train, "HELD_OUT_OPENINGS", Shape(2, 8, anywhere=False))
    monkeypatch.setattr(train, "WARM_UP_STEPS", 1)
    probe = draw_batch(Shape(4, 12, anywhere=False), "probe")
    run = train.Run(tmp_path, 1, precision)
    with torch.no_grad():
        before = float(mean_loss(token_losses(run.model, probe, torch.float32), probe))
    for _ in range(5):
        run.advance(steps=1_000)
    run.save()
    with torch.no_grad():
        after = float(mean_loss(token_losses(run.model, probe, torch.float32), probe))
    assert after < before - 0.2

    resumed = train.Run(tmp_path, 1, precision)
    assert resumed.progress == run.progress
    assert resumed.advance(1_000)[0] == pytest.approx(run.advance(1_000)[0], rel=1e-3)
    row = resumed.log()
    assert json.loads((tmp_path / "training-log.jsonl").read_text())["step"] == row["step"] == 6


@pytest.mark.parametrize(("bf16_seconds", "chosen"), [(0.4, torch.bfloat16), (0.6, torch.float32)])
def test_training_takes_bfloat16_where_it_is_twice_as_fast(monkeypatch, bf16_seconds, chosen):
    times = iter([0.0, 1.0, 2.0, 2.0 + bf16_seconds])
    monkeypatch.setattr("demo_model.model.objective.time.perf_counter", lambda: next(times))
    assert quicker_precision() == chosen


def test_every_parameter_but_the_codecs_is_trained_by_one_optimizer(model):
    groups = [group for it in optimizers_of(model, 1e-3, 1e-2, 0.1) for group in it.param_groups]
    trained = [id(parameter) for group in groups for parameter in group["params"]]
    codec = {id(parameter) for parameter in model.audio_encoder.parameters()}
    assert set(trained) == {id(parameter) for parameter in model.parameters()} - codec
    assert len(trained) == len(set(trained))
