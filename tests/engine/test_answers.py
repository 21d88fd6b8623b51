"""Every request is answered once, whatever the engine's threads say of it."""

import pytest
from mgb_engine.io import answers as answers_module
from mgb_engine.io.answers import Answers


@pytest.fixture
def sent():
    return []


@pytest.fixture
def answers(sent):
    return Answers(sent.append)


def test_a_second_answer_is_refused_and_told_on_stderr(answers, sent, capsys):
    assert answers.open("a")
    answers.done("a", path="x")
    answers.failed("a", "internal", "late", retryable=True)
    assert sent == [{"type": "done", "id": "a", "path": "x"}]
    assert "second answer for a: failed" in capsys.readouterr().err


def test_an_id_may_come_again_once_it_is_answered(answers):
    assert answers.open("a")
    assert not answers.open("a")
    answers.checkpoint("a", path="x")
    assert answers.open("a")


def test_a_cancel_is_forgotten_with_the_answer(answers):
    assert not answers.cancel("a")
    answers.open("a")
    assert answers.cancel("a") and answers.canceled == {"a"}
    answers.failed("a", "canceled", "canceled on request", retryable=False)
    assert answers.canceled == frozenset()


def test_progress_is_told_once_a_second_and_never_after_the_answer(answers, sent, monkeypatch):
    now = 100.0
    monkeypatch.setattr(answers_module.time, "monotonic", lambda: now)
    answers.open("a")
    for now in (100.5, 101.0, 101.9, 102.0):
        answers.progress("a", round(now * 10), 2000)
    answers.done("a")
    now = 110.0
    answers.progress("a", 1999, 2000)
    assert [event["step"] for event in sent if event["type"] == "progress"] == [1010, 1020]


def test_a_bad_line_names_no_request_that_is_owed_an_answer(answers, sent):
    answers.open("a")
    answers.bad_line("a", "twice")
    answers.bad_line("b", "no prompt")
    assert [event["id"] for event in sent] == [None, "b"]
