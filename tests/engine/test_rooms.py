import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "worker" / "engine" / "mgb_engine"
MOST_FILES = 15
# What each room may import of the others: arrows go one way.
MAY_IMPORT = {
    "kernels": set(),
    "model": {"kernels"},
    "engine": {"model", "kernels"},
    "io": {"engine", "model", "kernels"},
    "check": {"io", "engine", "model", "kernels"},
}


def imports_of(file: Path) -> set[str]:
    """Modules of this package that a file imports, also inside functions and for types alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return {name for name in found if name.startswith("mgb_engine.")}


def test_every_room_is_named_and_says_what_lives_in_it():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(MAY_IMPORT)
    for room in rooms:
        assert ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text()))


@pytest.mark.parametrize("room", [".", *MAY_IMPORT])
def test_a_room_has_at_most_fifteen_files(room):
    assert len(list((PACKAGE / room).glob("*.py"))) <= MOST_FILES


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room):
    allowed = {room, *MAY_IMPORT[room]}
    strangers = {
        f"{file.name} imports {name}"
        for file in (PACKAGE / room).glob("*.py")
        for name in imports_of(file)
        if name.split(".")[1] not in allowed | {"__version__"}
    }
    assert not strangers
