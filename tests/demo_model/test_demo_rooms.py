import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "tools" / "demo_model"
# What each room may import of the others: arrows go one way.
MAY_IMPORT = {
    "music": set(),
    "words": {"music"},
    "codec": {"music"},
    "model": {"music", "words", "codec"},
    "evaluation": {"music", "words"},
}


def test_the_demo_model_has_no_other_rooms():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_of_the_demo_model_imports_only_the_rooms_below_it(room):
    for file in (PACKAGE / room).glob("*.py"):
        imported = set(re.findall(r"from demo_model(?:\.(\w+))?", file.read_text()))
        assert imported <= {room, *MAY_IMPORT[room]}, file.name


@pytest.mark.parametrize("room", [".", *MAY_IMPORT])
def test_a_room_of_the_demo_model_has_at_most_fifteen_files(room):
    assert len(list((PACKAGE / room).glob("*.py"))) <= 15
