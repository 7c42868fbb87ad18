"""What docs/evidence.md says of the form is what the schema says."""

import json
import re
from importlib import resources
from pathlib import Path

from jsonschema import Draft202012Validator

from keraslint.verify.sweep import read_sweep

TEXT = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
SCHEMA = json.loads(resources.files("keraslint").joinpath("schema/evidence-1.schema.json").read_text())


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return found


def test_the_example_is_valid() -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(block("json")))


def test_every_key_of_a_record_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE))))
    assert described == {*SCHEMA["$defs"]["record"]["properties"]} - {"tolerance", "quick"}
    for side in ("side", "record"):
        assert {name for name in SCHEMA["$defs"][side]["properties"] if f"`{name}`" not in TEXT} <= {"quick"}


def test_the_example_of_a_sweep_can_be_read() -> None:
    assert read_sweep(block("toml")).values == (0.5, 1, 2, 4)
