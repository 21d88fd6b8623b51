import random

import numpy as np
import pytest
import torch
from demo_model import evaluate as evaluation
from demo_model.evaluate import COLUMNS, Drawing, row_of, table, tags_of, written_trials
from demo_model.evaluation.audio_measures import measure
from demo_model.model.batches import Batch, delayed, text_ids
from demo_model.model.checkpoint import new_model
from demo_model.model.sampling import sample_codes
from demo_model.words.request import draw_request
from demo_model.words.sentences import sentence
from demo_model.words.text_tokens import END, PAD, UNKNOWN, build_tokenizer
from model_scores import all_scores
from transformers import PreTrainedTokenizerFast


@pytest.fixture(scope="module")
def model():
    return new_model(seed=2).eval()


@pytest.fixture(scope="module")
def tokenizer():
    return PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(), pad_token=PAD, eos_token=END, unk_token=UNKNOWN
    )


def test_every_sentence_says_its_request_whatever_its_words(tokenizer):
    rng = random.Random(4)
    for _ in range(300):
        request = draw_request(rng)
        text = sentence(request, rng)
        assert tags_of(tokenizer, text) == request.tags, text


def test_written_trials_are_the_same_for_a_seed_and_ask_what_they_say(tokenizer):
    first, again = (written_trials(tokenizer, 5, 100, seed=3) for _ in range(2))
    assert [trial.text for trial in first] == [trial.text for trial in again]
    assert [trial.text for trial in first] != [trial.text for trial in written_trials(tokenizer, 5, 100, 4)]


def test_the_best_code_of_each_step_is_what_the_whole_sequence_scores_highest(model):
    rng = random.Random(1)
    text, mask = text_ids([draw_request(rng) for _ in range(2)])
    codes = sample_codes(model, text, mask, 12, guidance=1.0, top_k=1, temperature=1.0, seed=1)
    inputs, targets = map(torch.from_numpy, delayed(codes.numpy()))
    batch = Batch(text, mask, inputs, targets, torch.ones(targets.shape), torch.ones(2), 0)
    with torch.no_grad():
        best = all_scores(model, batch).argmax(dim=-1)
    wanted = targets >= 0
    assert torch.equal(best[wanted], targets[wanted])


def test_with_guidance_zero_the_text_changes_nothing(model):
    rng = random.Random(1)
    text, mask = text_ids([draw_request(rng) for _ in range(2)])
    one, other = (
        sample_codes(model, words, mask, 6, guidance=0.0, top_k=5, temperature=1.0, seed=1)
        for words in (text, text.flip(0))
    )
    assert torch.equal(one, other)


def test_the_rule_based_songs_score_full_marks(tokenizer):
    trials = written_trials(tokenizer, 30, 400, seed=1)
    quiet = measure(np.zeros(32_000, np.float32))
    row = row_of([trial.codes for trial in trials], [quiet] * len(trials), trials)
    for name in (
        "in_key",
        "tonic_first",
        "style",
        "instruments_present",
        "steady_beat",
        "tempo_within_frame",
    ):
        assert row[name] == 1.0, name
    assert row["instruments_others"] == 0.0
    assert row["silent"] == row["clips"] == 30
    assert row["counts"]["in_key"] < 30


def test_the_table_has_a_column_a_way_of_sampling_and_a_line_a_measure(model, tokenizer, monkeypatch):
    monkeypatch.setattr(evaluation, "FREE_PROMPTS", ("techno", "🎸"))
    rows = evaluation.evaluate(model, tokenizer, 2, Drawing(0.3, 2.0, 50, 1.0, seed=1))
    lines = table(rows).splitlines()
    assert len(rows) == 5
    assert len(lines) == 2 + len(COLUMNS)
    assert all(line.count("|") == 2 + len(rows) for line in lines)
