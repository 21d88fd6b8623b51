"""The two ends of the pipe."""

import io
import json
import os

import pytest
from mgb_engine.io.channel import LONGEST_LINE, Channel, command_lines


@pytest.mark.parametrize("more", [0, 1, 1 << 20, 3 << 20])
def test_an_overlong_line_is_told_as_one_and_the_next_ones_are_whole(more):
    # Cut at the limit it would be a command.
    overlong = b'{"type":"shutdown"}'.ljust(LONGEST_LINE + more) + b"\n"
    stream = io.BytesIO(overlong + b"\n  \n" + b"second\n" + b"the end has none")
    assert list(command_lines(stream)) == [None, b"second\n", b"the end has none"]


def test_a_line_at_the_limit_is_read():
    line = b"x" * (LONGEST_LINE - 1) + b"\n"
    assert list(command_lines(io.BytesIO(line + line))) == [line, line]


def test_an_event_is_one_line_of_ascii_whatever_it_says():
    reader, writer = os.pipe()
    event = {"type": "failed", "detail": "line\nbreak, café 🎷"}
    Channel(writer).send(event)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        written = pipe.read()
    assert written.count(b"\n") == 1 and written.isascii()
    assert json.loads(written) == event
