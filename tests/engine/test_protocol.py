import contextlib
import json
import random
import re

import pytest
from engine_process import output, submit_line
from mgb_engine.engine.request import Output, Resume, Submit
from mgb_engine.io.protocol import BadLine, Cancel, Drain, Shutdown, parse_line


def test_a_whole_submit_line_is_read():
    line = submit_line("x", prompt="🎷" * 1000, seed=2**53 - 1, resume={"path": "/a"})
    assert parse_line(json.dumps(line)) == Submit(
        "x", "🎷" * 1000, 0.3, 2**53 - 1, 1, 250, 0, 3, Output("wav", "loudness"), Resume("/a")
    )


def test_a_number_is_the_same_however_json_writes_it():
    whole = submit_line("x", duration_seconds=2, top_p=1, seed=3, top_k=5)
    written = submit_line("x", duration_seconds=2.0, top_p=1.0, seed=3.0, top_k=5.0)
    assert repr(parse_line(json.dumps(whole))) == repr(parse_line(json.dumps(written)))


def test_a_fade_may_last_as_long_as_its_clip():
    asked = parse_line(json.dumps(submit_line("x", output=output(fade_out_seconds=0.3))))
    assert asked.output.fade_out_seconds == asked.duration_seconds == 0.3


def test_commands_other_than_submit_are_read():
    assert parse_line('{"type":"cancel","id":"x"}') == Cancel("x")
    assert parse_line('{"type":"drain","within_seconds":1.5}') == Drain(1.5)
    assert parse_line(b'{"type":"shutdown"}\n') == Shutdown()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 1001}, "prompt"),
        ({"prompt": "\ud800"}, "prompt"),
        ({"duration_seconds": 0.01}, "duration_seconds"),
        ({"duration_seconds": 301}, "duration_seconds"),
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
        ({"output": {"format": "wav", "fade_out_seconds": 0}}, "missing field output.normalize"),
        ({"output": output(fade_out_seconds=-1)}, "fade_out_seconds"),
        ({"output": output(fade_out_seconds=11), "duration_seconds": 20}, "fade_out_seconds"),
        ({"output": output(fade_out_seconds=0.31)}, "a fade of at most the clip's 0.3 s, got 0.31"),
        ({"resume": "path"}, "resume"),
        ({"extra": 1}, 'unknown field "extra"'),
        ({"seed": 10**400}, "seed"),
        ({"duration_seconds": 10**400}, "duration_seconds"),
        ({"duration_seconds": -(10**400)}, "duration_seconds"),
        ({"temperature": [[]]}, "temperature"),
        ({"prompt": {"a": [{}]}}, "prompt"),
        ({"prompt": "x\udc00y"}, "well-formed Unicode"),
        ({"prompt": "lofi \ud83c"}, "well-formed Unicode"),
        ({"output": output(format=[])}, "format"),
        ({"output": []}, "output"),
        ({"top_k": None}, "top_k"),
        ({"a" * 5000: 1}, "unknown field"),
        ({f"field {i}": 1 for i in range(5000)}, "unknown field"),
    ],
)
def test_a_submit_with_one_fault_names_it_and_its_id(change, named):
    with pytest.raises(BadLine, match=named) as fault:
        parse_line(json.dumps(submit_line("x", **change)))
    assert fault.value.id == "x"
    assert len(str(fault.value)) < 2000


def nested(levels, kind="[]"):
    return kind[0] * levels + kind[1] * levels


@pytest.mark.parametrize("levels", [50, 900, 980, 990, 991, 995, 1000, 5000, 400_000])
@pytest.mark.parametrize("field", ["seed", "prompt", "output", "colour"])
def test_however_deep_a_line_is_nested_it_is_refused(field, levels):
    line = json.dumps(submit_line("x"))[:-1] + f',"{field}":{nested(levels)}}}'
    with pytest.raises(BadLine):
        parse_line(line)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"type":"cancel","id":"x","id":"x"}', '"id" comes twice'),
        ('{"type":"cancel","type":"cancel","id":"x"}', '"type" comes twice'),
        (
            json.dumps(submit_line("x")).replace('"format"', '"format":"mp3","format"'),
            '"format" comes twice',
        ),
    ],
)
def test_a_field_that_comes_twice_is_a_fault_and_not_a_choice(line, named):
    with pytest.raises(BadLine, match=named) as fault:
        parse_line(line)
    assert fault.value.id == "x"


@pytest.mark.parametrize("prompt", ["\x85", " ", "\ufeff", "\u3164", "\uffff", "\x00", "\u2028", "x" * 1000])
def test_the_protocol_takes_any_prompt_that_the_schema_takes(prompt):
    assert parse_line(json.dumps(submit_line("x", prompt=prompt))).prompt == prompt


def test_an_id_that_no_request_may_have_is_not_named_in_the_refusal():
    for id in ("x" * 513, "\ud800", ["x"], ""):
        with pytest.raises(BadLine) as fault:
            parse_line(json.dumps({"type": "cancel", "id": id}))
        assert fault.value.id is None


VALUES = [
    "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1" * 400, "9" * 5000, "-0", "1e-400", "0.1e1",
    "01", "+1", "true", "null", '""', '"\\ud800"', '"\\u0000"', "[]", "{}", "[[[]]]", '{"a":{"a":1}}',
    '"' + "x" * 100_000 + '"',
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12])
def test_any_value_in_any_place_is_read_or_refused_and_nothing_else(value):
    whole = json.dumps(submit_line("x", resume={"path": "/a"}))
    places = [*submit_line("x"), *output(), "path", "within_seconds"]
    for line in (whole, '{"type":"cancel","id":"x"}', '{"type":"drain","within_seconds":1}'):
        for place in places:
            there = re.search(rf'"{place}": ?("[^"]*"|[^,}}{{]+|{{[^}}]*}})', line)
            changed = line.replace(there[0], f'"{place}":{value}') if there else line
            try:
                parse_line(changed.encode(errors="surrogatepass"))
            except BadLine as fault:
                assert len(str(fault)) < 2000


def test_any_bytes_are_read_or_refused_and_nothing_else():
    draw = random.Random(7)
    whole = json.dumps(submit_line("x")).encode()
    for _ in range(3000):
        line = bytearray(whole)
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(line))
            line[at : at + draw.randint(0, 3)] = draw.randbytes(draw.randint(0, 3))
        with contextlib.suppress(BadLine):
            parse_line(bytes(line))


def test_all_faults_of_a_line_are_told_at_once():
    with pytest.raises(BadLine) as fault:
        parse_line(json.dumps(submit_line("x", seed=-1, top_k="a", colour="red")))
    assert all(word in str(fault.value) for word in ("seed", "top_k", "colour"))


@pytest.mark.parametrize(
    "line",
    [
        "", "hello", "[]", "null", "{", '{"type":"dance"}', '{"type":["submit"]}', '{"id":5}',
        b"\xff\xfe", '{"type":"shutdown"}'.encode("utf-16"), '{"type":"shutdown"}'.encode("utf-32-le"),
        b'{"type":"cancel","id":"\xed\xa0\x80"}', b"\xef\xbb\xbf{}", '{"type":"cancel","id":Infinity}',
        "[" * 100_000, '{"type":"drain","within_seconds":NaN}',
        '{"type":"cancel","id":7}', '{"type":"shutdown","now":true}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_command_is_refused_without_an_id(line):
    with pytest.raises(BadLine) as fault:
        parse_line(line)
    assert fault.value.id is None
