"""Which words of a prompt a model takes."""

import json
from pathlib import Path

import pytest
from mgb_engine.cli import main
from mgb_engine.model.model_folder import ModelError
from mgb_engine.model.words import Vocabulary, Words

DEMO = Path(__file__).resolve().parents[2] / "models" / "musicgen-demo"


@pytest.fixture(scope="module")
def demo():
    return Vocabulary(DEMO)


@pytest.mark.parametrize(
    ("prompt", "taken", "ignored"),
    [
        ("warm piano with a theremin", ["piano"], ["warm", "with", "a", "theremin"]),
        ("PIANO, Harp; piano!", ["PIANO", "Harp", "piano"], []),
        ("harp at 80 bpm", ["harp", "80", "bpm"], ["at"]),
        ("C# minor", ["C#", "minor"], []),
        ("rock, no drums", ["rock", "no", "drums"], []),
        ("upright bass", ["upright", "bass"], []),
        ("lo-fi hip hop", ["lo-fi", "hip", "hop"], []),
        ("grand piano", ["piano"], ["grand"]),  # `piano` alone is the same to it
        ("fröhlich 🎸 ukulele", ["fröhlich"], ["ukulele"]),
        ("hello", [], ["hello"]),
        ("piano piano zither zither", ["piano"], ["zither"]),
        ("— … 🎸", [], []),
        ("", [], []),
        ("piano \ud83c", ["piano"], []),
    ],
)
def test_the_demo_model_s_words_are_told_from_those_that_it_drops(demo, prompt, taken, ignored):
    assert demo.read(prompt) == Words(taken, ignored)


def test_a_model_that_reads_letters_takes_every_word(tiny):
    assert Vocabulary(tiny).read("a theremin, 🎸 zither") == Words(["a", "theremin", "zither"], [])


@pytest.mark.parametrize("content", [None, b"{}", b"\xff"])
def test_a_folder_without_a_readable_tokenizer_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(ModelError, match=str(tmp_path)):
        Vocabulary(tmp_path)


def test_the_command_answers_each_json_text_of_stdin_with_a_line(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", iter(['"piano zither"\n', '"slow\\nblues"\n']))
    assert main(["words", "--model", str(DEMO)]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"taken": ["piano"], "ignored": ["zither"]},
        {"taken": ["slow"], "ignored": ["blues"]},
    ]


@pytest.mark.parametrize("line", ["5\n", "piano\n", '["piano"]\n', "\n"])
def test_the_command_refuses_a_line_that_is_no_json_text(monkeypatch, capsys, line):
    monkeypatch.setattr("sys.stdin", iter([line]))
    assert main(["words", "--model", str(DEMO)]) == 2
    assert "mgb-engine: " in capsys.readouterr().err
