import json
from dataclasses import replace

import pytest
import torch
from demo_model import train
from demo_model.batches import Shape, draw_batch
from demo_model.checkpoint import new_model
from demo_model.objective import guided_logits, logits, mean_loss, positions_from, token_losses


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
        ours = logits(model, batch_heard(batch, 1.0))
    assert torch.allclose(ours.reshape(theirs.shape), theirs, atol=1e-4)


def batch_heard(batch, share):
    return replace(batch, heard=torch.full_like(batch.heard, share))


def test_text_that_is_not_heard_changes_nothing(model):
    batch = batch_heard(draw_batch(Shape(2, 12, anywhere=False), "y"), 0.0)
    other = replace(batch, text=batch.text.flip(0))
    with torch.no_grad():
        assert torch.equal(logits(model, batch), logits(model, other))
        assert not torch.equal(logits(model, batch), logits(model, batch_heard(batch, 1.0)))


def test_an_offset_numbers_steps_as_if_as_many_had_gone_before(model):
    table = model.decoder.model.decoder.embed_positions
    ids = torch.zeros(1, 4, 5, dtype=torch.long)
    with positions_from(model.decoder, 700):
        moved = table(ids)
    assert torch.equal(moved, table(ids, 700))
    assert not torch.equal(moved, table(ids))


def test_the_rate_warms_up_and_falls_with_the_time_spent():
    assert train.learning_rate(0, 0.0) < train.PEAK_RATE / 50
    assert train.learning_rate(1_000, 0.0) == train.PEAK_RATE
    assert train.learning_rate(1_000, 1.0) == pytest.approx(train.PEAK_RATE * train.FLOOR_SHARE)


def test_whole_clips_and_guidance_come_in_the_later_part_only():
    early = [train.lesson(step, 0.1) for step in range(40)]
    late = [train.lesson(step, 0.9) for step in range(40)]
    assert all(guidance is None and train.WHOLE not in shapes for shapes, guidance in early)
    assert {shapes[1] for shapes, _ in late} == {*train.BODIES, train.WHOLE, train.GUIDED_SHAPES[1]}
    assert {guidance for _, guidance in late} == {None, *train.GUIDANCES}


def test_guided_scores_are_those_that_generation_draws_from(model):
    batch = draw_batch(Shape(2, 12, anywhere=False), "y")
    with torch.no_grad():
        heard, unheard = (logits(model, batch_heard(batch, share)) for share in (1.0, 0.0))
        assert torch.allclose(guided_logits(model, batch, 3.0), 3 * heard - 2 * unheard, atol=1e-4)
        assert torch.allclose(guided_logits(model, batch, 1.0), heard, atol=1e-5)


def test_training_lowers_the_loss_and_goes_on_from_where_it_was_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(train, "BEGINNINGS", Shape(4, 12, anywhere=False))
    monkeypatch.setattr(train, "BODIES", (Shape(2, 24, anywhere=True),))
    monkeypatch.setattr(train, "HELD_OUT_MUSIC", Shape(1, 20, anywhere=False))
    monkeypatch.setattr(train, "HELD_OUT_OPENINGS", Shape(2, 8, anywhere=False))
    monkeypatch.setattr(train, "WARM_UP_STEPS", 1)
    probe = draw_batch(Shape(4, 12, anywhere=False), "probe")
    run = train.Run(tmp_path, seed=1)
    with torch.no_grad():
        before = float(mean_loss(token_losses(run.model, probe), probe))
    for _ in range(8):
        run.advance(budget_seconds=1_000)
    run.save()
    with torch.no_grad():
        after = float(mean_loss(token_losses(run.model, probe), probe))
    assert after < before - 0.2

    resumed = train.Run(tmp_path, seed=1)
    assert resumed.progress == run.progress
    assert resumed.advance(1_000)[0] == pytest.approx(run.advance(1_000)[0], rel=1e-3)
    row = resumed.log()
    assert json.loads((tmp_path / "training-log.jsonl").read_text())["step"] == row["step"] == 9


def test_the_codec_is_never_trained(model):
    trained = {id(p) for group in train.optimizer_of(model).param_groups for p in group["params"]}
    assert not trained & {id(p) for p in model.audio_encoder.parameters()}
    assert {id(p) for p in model.text_encoder.parameters()} <= trained
