import sys
from pathlib import Path

import pytest

from keraslint.verify.software import NoSoftwareError
from keraslint.verify.software import Software
from keraslint.verify.software import find


def python(folder: Path, answer: str) -> Path:
    """An interpreter that answers whatever it is asked."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def test_what_this_interpreter_has():
    found = find(Path(sys.executable), "tensorflow")
    assert found.versions["python"] == "{}.{}".format(*sys.version_info)
    assert found.keras_generation == 3
    assert list(found.as_mapping()) == ["python", "tensorflow", "keras", "backend"]
    assert found.as_mapping()["backend"] == "tensorflow"


def test_an_older_generation(tmp_path: Path):
    versions = '{"python": "3.11", "tensorflow": "2.15.1", "keras": "2.15.0", "torch": "2.9.0"}'
    found = find(python(tmp_path, versions), "tensorflow")
    assert found.keras_generation == 2
    assert "torch" not in found.as_mapping()


@pytest.mark.parametrize(
    ("answer", "backend", "words"),
    [
        ('{"python": "3.11"}', "tensorflow", "tensorflow and keras are not installed for `PYTHON`: "),
        ('{"python": "3.11"}', "tensorflow", "PYTHON -m pip install 'keraslint[verify]'"),
        ('{"python": "3.11", "keras": "3.15.1"}', "jax", "jax is not installed for `PYTHON`: "),
        ('{"python": "3.11", "keras": "3.15.1"}', "jax", "PYTHON -m pip install keras jax"),
        ("no answer", "tensorflow", "`PYTHON` is no Python that runs"),
    ],
)
def test_what_is_missing_and_how_to_get_it(tmp_path: Path, answer: str, backend: str, words: str):
    path = python(tmp_path, answer)
    with pytest.raises(NoSoftwareError) as error:
        find(path, backend)
    assert words.replace("PYTHON", str(path)) in str(error.value)


def test_an_interpreter_that_is_none(tmp_path: Path):
    with pytest.raises(NoSoftwareError, match="is no Python that runs"):
        find(tmp_path / "none", "tensorflow")


def test_packages_that_take_no_part_are_left_out():
    versions = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1", "jax": "0.8.0"}
    told = Software(Path("python"), "jax", versions).as_mapping()
    assert told == {"python": "3.11", "jax": "0.8.0", "keras": "3.15.1", "backend": "jax"}
