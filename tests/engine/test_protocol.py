import json

import pytest
from engine_process import output, submit_line
from mgb_engine.protocol import BadLine, Cancel, Drain, Output, Shutdown, Submit, parse_line


def test_a_whole_submit_line_is_read():
    line = submit_line("x", prompt="🎷" * 1000, seed=2**53 - 1, resume={"path": "/a"})
    assert parse_line(json.dumps(line)) == Submit(
        "x", "🎷" * 1000, 0.3, 2**53 - 1, 1, 250, 0, 3, Output("wav", "loudness"), "/a"
    )


def test_a_number_is_the_same_however_json_writes_it():
    whole = submit_line("x", duration_seconds=2, top_p=1, seed=3, top_k=5)
    written = submit_line("x", duration_seconds=2.0, top_p=1.0, seed=3.0, top_k=5.0)
    assert repr(parse_line(json.dumps(whole))) == repr(parse_line(json.dumps(written)))


def test_a_fade_may_last_as_long_as_its_clip():
    asked = parse_line(json.dumps(submit_line("x", output=output(fade_out_seconds=0.3))))
    assert asked.output.fade_out_seconds == asked.duration_seconds == 0.3


def test_the_other_commands_are_read():
    assert parse_line('{"type":"cancel","id":"x"}') == Cancel("x")
    assert parse_line('{"type":"drain","within_seconds":1.5}') == Drain(1.5)
    assert parse_line(b'{"type":"shutdown"}\n') == Shutdown()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": "x" * 1001}, "prompt"),
        ({"prompt": "\ud800"}, "prompt"),
        ({"duration_seconds": 0.01}, "duration_seconds"),
        ({"duration_seconds": 121}, "duration_seconds"),
        ({"duration_seconds": True}, "duration_seconds"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**53}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"seed": "1"}, "seed"),
        ({"temperature": 0}, "temperature"),
        ({"top_k": 2049}, "top_k"),
        ({"top_p": 1.1}, "top_p"),
        ({"guidance_scale": 0.5}, "guidance_scale"),
        ({"output": output(format="aac")}, "format"),
        ({"output": {"format": "wav", "fade_out_seconds": 0}}, "missing field normalize"),
        ({"output": output(fade_out_seconds=-1)}, "fade_out_seconds"),
        ({"output": output(fade_out_seconds=11), "duration_seconds": 20}, "fade_out_seconds"),
        ({"output": output(fade_out_seconds=0.31)}, "a fade of at most the clip's 0.3 s, got 0.31"),
        ({"resume": "path"}, "resume"),
        ({"extra": 1}, "unknown field extra"),
    ],
)
def test_a_submit_with_one_fault_names_it_and_its_id(change, named):
    with pytest.raises(BadLine, match=named) as fault:
        parse_line(json.dumps(submit_line("x", **change)))
    assert fault.value.id == "x"


def test_all_faults_of_a_line_are_told_at_once():
    with pytest.raises(BadLine) as fault:
        parse_line(json.dumps(submit_line("x", seed=-1, top_k="a", colour="red")))
    assert all(word in str(fault.value) for word in ("seed", "top_k", "colour"))


@pytest.mark.parametrize(
    "line",
    [
        "", "hello", "[]", "null", "{", '{"type":"dance"}', '{"type":["submit"]}', '{"id":5}',
        b"\xff\xfe", "[" * 100_000, '{"type":"drain","within_seconds":NaN}',
        '{"type":"cancel","id":7}', '{"type":"shutdown","now":true}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_command_is_refused_without_an_id(line):
    with pytest.raises(BadLine) as fault:
        parse_line(line)
    assert fault.value.id is None
