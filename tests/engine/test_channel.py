"""The two ends of the pipe."""

import io
import json
import os

from mgb_engine.channel import Channel, command_lines


def test_an_overlong_line_comes_cut_and_the_next_one_whole():
    stream = io.BytesIO(b"x" * 50 + b"\n\n  \n" + b"second\n" + b"the end has none")
    assert list(command_lines(stream, longest=20)) == [b"x" * 20, b"second\n", b"the end has none"]


def test_an_event_is_one_line_of_ascii_whatever_it_says():
    reader, writer = os.pipe()
    event = {"type": "failed", "detail": "line\nbreak, café 🎷"}
    Channel(writer).send(event)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        written = pipe.read()
    assert written.count(b"\n") == 1 and written.isascii()
    assert json.loads(written) == event
