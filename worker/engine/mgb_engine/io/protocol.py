"""The protocol: one JSON object a line, commands on stdin, events on stdout.

Its TypeScript twin is `shared/contract/engine-protocol.ts`. Parsing is strict: an unknown, missing
or repeated field, a wrong type or a value out of range is a `BadLine`, which names the request's id
where the line still shows one, so that the sender hears of its own mistake. No line does worse.

What a prompt may be is the API's to say (`promptSchema`); here only what cannot be made is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mgb_engine.engine.request import Output, Submit

FORMATS = ("wav", "flac", "mp3", "ogg")
NORMALIZATIONS = ("loudness", "peak", "none")
MAX_PROMPT_CHARACTERS = 1000
MAX_SEED = 2**53 - 1
MAX_FADE_OUT_SECONDS = 10
_MOST_FAULTS = 8  # unknown and repeated fields that are named: a line may have thousands


@dataclass(frozen=True)
class Cancel:
    id: str


@dataclass(frozen=True)
class Drain:
    within_seconds: float


@dataclass(frozen=True)
class Shutdown:
    pass


Command = Submit | Cancel | Drain | Shutdown


class BadLine(ValueError):
    """A line no command could be read from. `id` is the request it names, if it names one."""

    def __init__(self, message: str, id: str | None = None):
        super().__init__(message)
        self.id = id


def parse_line(line: str | bytes) -> Command:
    """Read one command. Raises BadLine with every fault of the line in its message."""
    fields = _read_object(line)
    id = fields.get("id")
    named = None if _ID(id) else id
    kind = fields.pop("type", None)
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise BadLine(f"expected type to be one of {', '.join(_SHAPES)}, got {_short(kind)}", named)
    build, faults_of = shape
    if faults := faults_of(fields):
        raise BadLine("; ".join(faults), named)
    return build(fields)


def _read_object(line: str | bytes) -> dict[str, Any]:
    try:
        value = read_json(line)
    except ValueError as error:
        raise BadLine(f"expected one JSON object a line: {error}") from error
    if not isinstance(value, dict):
        raise BadLine(f"expected a JSON object, got {_short(value)}")
    return value


def read_json(text: str | bytes) -> Any:
    """Raises ValueError for anything but one JSON value in UTF-8."""
    try:
        # Decoded here: given bytes, json guesses at UTF-16 and UTF-32, and lets lone surrogates pass.
        decoded = text.decode() if isinstance(text, bytes) else text
        return json.loads(decoded, parse_constant=_refuse_constant, object_pairs_hook=_Fields)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


class _Fields(dict[str, Any]):
    """A JSON object, and which of its fields it has more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]):
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs) if len(self) < len(pairs) else {}
        self.repeated = [name for name, count in counts.items() if count > 1]


Check = Callable[[Any], "str | None"]
Faults = Callable[[dict[str, Any]], list[str]]


def _faults(fields: dict[str, Any], checks: dict[str, Check], at: str = "") -> list[str]:
    faults = [f"unknown field {at}{_short(name)}" for name in fields if name not in checks]
    faults += [f"field {at}{_short(name)} comes twice" for name in getattr(fields, "repeated", [])]
    faults = faults[:_MOST_FAULTS]
    for name, check in checks.items():
        if name not in fields:
            faults.append(f"missing field {at}{name}")
        elif problem := check(fields[name]):
            faults.append(f"expected {at}{name} to be {problem}, got {_short(fields[name])}")
    return faults


def _short(value: Any) -> str:
    """How a value is shown: of a large or deep one only its kind or its beginning."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            text = json.dumps(value)
            return text if len(text) <= 60 else text[:57] + "..."


def _text(longest: int) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            return f"a text of 1 to {longest} characters"
        # A lone surrogate is a JSON string that no tokenizer and no file can hold.
        return "well-formed Unicode" if any(0xD800 <= ord(c) <= 0xDFFF for c in value) else None

    return check


def _number(low: float, high: float) -> Check:
    def check(value: Any) -> str | None:
        # Compared as it is: an integer of JSON may be larger than any float. NaN is in no range.
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
        return None if fits else f"a number from {low} to {high}"

    return check


def _integer(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        # JSON has one kind of number: 1.0 is an integer there, and JavaScript writes it as 1.
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        fits = whole and not isinstance(value, bool) and low <= value <= high
        return None if fits else f"an integer from {low} to {high}"

    return check


def _one_of(*names: str) -> Check:
    return lambda value: None if value in names else f"one of {', '.join(names)}"


def _object(checks: dict[str, Check], *, nullable: bool = False) -> Check:
    def check(value: Any) -> str | None:
        if value is None and nullable:
            return None
        if not isinstance(value, dict):
            return "an object"
        faults = _faults(value, checks)
        return f"valid ({'; '.join(faults)})" if faults else None

    return check


_ID = _text(512)
_SUBMIT: dict[str, Check] = {
    "id": _ID,
    "prompt": _text(MAX_PROMPT_CHARACTERS),
    "duration_seconds": _number(0.02, 120),
    "seed": _integer(0, MAX_SEED),
    "temperature": _number(0.01, 5),
    "top_k": _integer(0, 2048),
    "top_p": _number(0, 1),
    "guidance_scale": _number(1, 20),
    "output": _object(
        {
            "format": _one_of(*FORMATS),
            "normalize": _one_of(*NORMALIZATIONS),
            "fade_out_seconds": _number(0, MAX_FADE_OUT_SECONDS),
        }
    ),
    "resume": _object({"path": _text(4096)}, nullable=True),
}


_KINDS: dict[str, Callable[[Any], Any]] = {
    "duration_seconds": float, "seed": int, "temperature": float,
    "top_k": int, "top_p": float, "guidance_scale": float,
}  # fmt: skip


def parse_submit(fields: dict[str, Any]) -> Submit:
    """The fields of a submit line without its type. Raises BadLine with every fault."""
    if faults := _submit_faults(fields):
        raise BadLine("; ".join(faults))
    return _build_submit(fields)


def _submit_faults(fields: dict[str, Any]) -> list[str]:
    if faults := _faults(fields, _SUBMIT):
        return faults
    fade, length = fields["output"]["fade_out_seconds"], fields["duration_seconds"]
    return [] if fade <= length else [f"expected a fade of at most the clip's {length} s, got {fade}"]


def _build_submit(fields: dict[str, Any]) -> Submit:
    # 1 and 1.0 are the same JSON number: they must make the same checkpoint and the same file.
    numbers = {name: _KINDS[name](value) for name, value in fields.items() if name in _KINDS}
    output = Output(**{**fields["output"], "fade_out_seconds": float(fields["output"]["fade_out_seconds"])})
    resume = fields["resume"]["path"] if fields["resume"] else None
    return Submit(**{**fields, **numbers, "output": output, "resume": resume})


def _only(checks: dict[str, Check]) -> Faults:
    return lambda fields: _faults(fields, checks)


_SHAPES: dict[str, tuple[Callable[[dict[str, Any]], Command], Faults]] = {
    "submit": (_build_submit, _submit_faults),
    "cancel": (lambda fields: Cancel(**fields), _only({"id": _ID})),
    "drain": (lambda fields: Drain(**fields), _only({"within_seconds": _number(0, 86_400)})),
    "shutdown": (lambda _: Shutdown(), _only({})),
}
