"""The protocol: one JSON object a line, commands on stdin, events on stdout.

Its TypeScript twin is `shared/contract/engine-protocol.ts`. Parsing is strict: an unknown, missing
or repeated field, a wrong type or a value out of range is a `BadLine`, which names the request's id
where the line still shows one, so that the sender hears of its own mistake. No line does worse.

A command is a dataclass, and its fields' types say what they may be. What a prompt may be is the
API's to say (`promptSchema`); here only what cannot be made is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, is_dataclass
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from mgb_engine.engine.request import Between, Id, Submit

_MOST_FAULTS = 8  # unknown and repeated fields that are named: a line may have thousands


@dataclass(frozen=True)
class Cancel:
    id: Id


@dataclass(frozen=True)
class Drain:
    within_seconds: Annotated[float, Between(0, 86_400)]


@dataclass(frozen=True)
class Shutdown:
    pass


Command = Submit | Cancel | Drain | Shutdown
_COMMANDS = {"submit": Submit, "cancel": Cancel, "drain": Drain, "shutdown": Shutdown}
_T = TypeVar("_T")


class BadLine(ValueError):
    """A line no command could be read from. `id` is the request it names, if it names one."""

    def __init__(self, message: str, id: str | None = None):
        super().__init__(message)
        self.id = id


def parse_line(line: str | bytes) -> Command:
    """Read one command. Raises BadLine with every fault of the line in its message."""
    fields = _read_object(line)
    name = fields.pop("type", None)
    kind = _COMMANDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadLine(
            f"expected type to be one of {', '.join(_COMMANDS)}, got {_short(name)}", _named(fields)
        )
    return parse_command(kind, fields)


def parse_command(kind: type[_T], fields: dict[str, Any]) -> _T:
    """The fields of a line without its type. Raises BadLine with every fault."""
    try:
        command = _build(kind, fields)
        if isinstance(command, Submit) and (faults := command.faults()):
            raise _Unfit(faults)
        return command
    except _Unfit as unfit:
        raise BadLine("; ".join(unfit.faults), _named(fields)) from None


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


class _Unfit(ValueError):
    def __init__(self, faults: list[str]):
        super().__init__(*faults)
        self.faults = faults


def _named(fields: dict[str, Any]) -> str | None:
    """The request's id, where it is one."""
    try:
        return _read(fields.get("id"), Id, "id")
    except _Unfit:
        return None


def _build(kind: type[_T], value: Any, at: str = "") -> _T:
    """The dataclass that a JSON object is, every field of which must be there. Raises _Unfit."""
    if not isinstance(value, dict):
        raise _Unfit([f"expected {at.rstrip('.')} to be an object, got {_short(value)}"])
    hints = get_type_hints(kind, include_extras=True)
    faults = [f"unknown field {at}{_short(name)}" for name in value if name not in hints]
    faults += [f"field {at}{_short(name)} comes twice" for name in getattr(value, "repeated", [])]
    faults, fields = faults[:_MOST_FAULTS], {}
    for name, hint in hints.items():
        try:
            if name not in value:
                raise _Unfit([f"missing field {at}{name}"])
            fields[name] = _read(value[name], hint, at + name)
        except _Unfit as unfit:
            faults += unfit.faults
    if faults:
        raise _Unfit(faults)
    return kind(**fields)


def _read(value: Any, hint: Any, at: str) -> Any:
    """A JSON value as a field of this type has it. Raises _Unfit."""
    if is_dataclass(hint):
        return _build(hint, value, f"{at}.")
    if type(None) in get_args(hint):
        return None if value is None else _read(value, get_args(hint)[0], at)
    if hint is bool:
        problem = None if isinstance(value, bool) else "true or false"
    elif get_origin(hint) is Literal:
        problem = None if value in get_args(hint) else f"one of {', '.join(get_args(hint))}"
    else:
        kind, bounds = get_args(hint)
        problem = _text_problem(value, bounds) if kind is str else _number_problem(value, kind, bounds)
        # 1 and 1.0 are the same JSON number: they must make the same checkpoint and the same file.
        value = value if problem else kind(value)
    if problem:
        raise _Unfit([f"expected {at} to be {problem}, got {_short(value)}"])
    return value


def _text_problem(value: Any, bounds: Between) -> str | None:
    if not isinstance(value, str) or not bounds.low <= len(value) <= bounds.high:
        return f"a text of {bounds.low} to {bounds.high} characters"
    # A lone surrogate is a JSON string that no tokenizer and no file can hold.
    return "well-formed Unicode" if any(0xD800 <= ord(c) <= 0xDFFF for c in value) else None


def _number_problem(value: Any, kind: type, bounds: Between) -> str | None:
    # Compared as it is: an integer of JSON may be larger than any float. NaN is in no range.
    fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    # JSON has one kind of number: 1.0 is an integer there, and JavaScript writes it as 1.
    if fits and bounds.low <= value <= bounds.high and (kind is float or value == int(value)):
        return None
    return f"{'an integer' if kind is int else 'a number'} from {bounds.low} to {bounds.high}"


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
