"""What is compiled in place of a dataclass does what the dataclass does."""

import dataclasses
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = '''
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from functools import cached_property

from keraslint.semantics.evaluation.immutable import immutable


@immutable()
class Base:
    """A value."""

    name: str
    size: int = 0


@immutable()
class Derived(Base):
    """Another one, with a default that differs."""

    size: int = 3
    parts: tuple[int, ...] = ()


@dataclass(eq=False)
class Kept:
    """Something with a place for what was worked out."""

    found: list[int] = field(default_factory=list)
    owner: object = field(default=None, repr=False)

    @cached_property
    def total(self) -> int:
        """A number that is worked out once."""
        self.found.append(1)
        return sum(self.found)
'''


def loaded(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def script():
    return loaded(ROOT / "scripts" / "compile_semantics.py")


@pytest.fixture(params=["as it is", "written out"])
def module(request, script, tmp_path):
    path = tmp_path / "sample_of_values.py"
    path.write_text(MODULE, encoding="utf-8")
    if request.param == "written out":
        script.write_out_dataclasses([path])
        assert "@" not in path.read_text(encoding="utf-8").replace("@property", "")
    return loaded(path)


def test_constructors_take_the_same(module):
    value = module.Derived("a", parts=(1,))
    assert (value.name, value.size, value.parts) == ("a", 3, (1,))
    with pytest.raises(TypeError):
        module.Derived()


def test_values_are_equal_by_their_fields_and_class(module):
    assert module.Derived("a", 1) == module.Derived("a", 1)
    assert module.Derived("a", 1) != module.Derived("a", 2)
    assert module.Base("a", 1) != module.Derived("a", 1)
    assert len({module.Base("a"), module.Base("a")}) == 1
    assert module.Kept() != module.Kept()


def test_values_tell_their_fields(module):
    assert repr(module.Derived("a")) == "Derived(name='a', size=3, parts=())"
    assert repr(module.Kept(owner=1)) == "Kept(found=[])"


def test_values_are_matched_and_replaced(module):
    match dataclasses.replace(module.Derived("a"), size=7):
        case module.Derived(name, size):
            assert (name, size) == ("a", 7)


def test_each_object_has_a_list_and_a_worked_out_value_of_its_own(module):
    first, second = module.Kept(), module.Kept([5])
    assert (first.total, first.total, second.total) == (1, 1, 6)
    assert first.found == [1]


def test_what_cannot_be_compiled_is_left_as_it_is(script):
    compiled = {path.name for path in script.compiled_modules(ROOT)}
    assert {"values.py", "records.py", "architecture.py", "pipelines.py"} <= compiled
    assert "immutable.py" not in compiled
