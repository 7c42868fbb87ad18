import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from keraslint.verify import records
from keraslint.verify.measurement import Equality
from keraslint.verify.measurement import Measurement
from keraslint.verify.measurement import Ratio
from keraslint.verify.measurement import Side
from keraslint.verify.measurement import Verdict
from keraslint.verify.records import Knob
from keraslint.verify.records import Measured
from keraslint.verify.records import record
from keraslint.verify.records import write

SCHEMA = json.loads(resources.files("keraslint").joinpath("schema/evidence-1.schema.json").read_text())
HARDWARE = {
    "class": "cpu-2core",
    "cpu": "Intel Xeon Processor",
    "cores": 2,
    "memory_gb": 24,
    "os": "Linux 6.1",
}
SOFTWARE = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1", "backend": "tensorflow"}
SIDE = Side(2.0, 2.5, 4.0, 0.5, 500_000_000, 1.5, 0.6, (0.1, 0.2))
FOUND = Measurement(
    "KL106",
    "map-before-batch",
    "time",
    "time",
    Verdict.CONFIRMED,
    pairs=12,
    ratio=Ratio(7.123456, 6.5, 7.8),
    wall_ratio=Ratio(3.0, 2.9, 3.1),
    memory_ratio=Ratio(1.0, 0.99, 1.01),
    noise=Ratio(1.0, 0.98, 1.02),
    equality=Equality("close", "losses differ by 1e-7", 1e-5),
    bad=SIDE,
    good=replace(SIDE, waiting=None),
    sweep={0.5: Ratio(1.2, 1.1, 1.3), 2: Ratio(2.0, 1.9, 2.1)},
)


def measured(found: Measurement = FOUND, digest: str = "a" * 64) -> Measured:
    conditions = {"load": 0.1, "others": 0.02, "governor": "performance", "throttled": 0}
    return Measured(found, digest, "b" * 64, "2026-12-01", conditions, Knob("work", "ms a sample"))


def valid(document: object) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(document)


def written(path: Path) -> dict[str, object]:
    document = json.loads(path.read_text())
    valid(document)
    return document


def test_a_file_has_the_form_that_the_schema_says(tmp_path: Path):
    path = write(tmp_path / "new" / "folder", HARDWARE, SOFTWARE, [measured()])
    assert path.name == "cpu-2core-tensorflow-2.21.0-keras-3.15.1.json"
    side = {
        "steady": 2.0,
        "wall": 2.5,
        "startup": 4.0,
        "first_step": 0.5,
        "cpu": 1.5,
        "peak_memory": 500_000_000,
    }
    assert written(path) == {
        "schema": 1,
        "hardware": HARDWARE,
        "software": SOFTWARE,
        "records": [
            {
                "code": "KL106",
                "name": "map-before-batch",
                "claim": "time",
                "measure": "time",
                "verdict": "confirmed",
                "ratio": 7.123,
                "interval": [6.5, 7.8],
                "pairs": 12,
                "equal": "close",
                "bad_sha256": "a" * 64,
                "good_sha256": "b" * 64,
                "measured": "2026-12-01",
                "equal_detail": "losses differ by 1e-7",
                "tolerance": 1e-5,
                "noise": {"ratio": 1.0, "interval": [0.98, 1.02]},
                "wall_ratio": {"ratio": 3.0, "interval": [2.9, 3.1]},
                "memory_ratio": {"ratio": 1.0, "interval": [0.99, 1.01]},
                "bad": {**side, "waiting": 0.6},
                "good": side,
                "conditions": {"load": 0.1, "others": 0.02, "governor": "performance", "throttled": 0},
                "sweep": {
                    "knob": "work",
                    "unit": "ms a sample",
                    "points": [
                        {"value": 0.5, "ratio": 1.2, "interval": [1.1, 1.3]},
                        {"value": 2, "ratio": 2.0, "interval": [1.9, 2.1]},
                    ],
                },
            }
        ],
    }


def test_a_rule_has_one_record_and_the_others_stay(tmp_path: Path):
    other = replace(FOUND, code="KL101", name="getitem-preprocessing")
    write(tmp_path, HARDWARE, SOFTWARE, [measured(), measured(other)])
    path = write(tmp_path, HARDWARE, SOFTWARE, [measured(replace(FOUND, verdict=Verdict.NO_EFFECT))])
    found = [(each["code"], each["verdict"]) for each in written(path)["records"]]
    assert found == [("KL101", "confirmed"), ("KL106", "no effect")]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("hardware", "software", "name"),
    [
        (HARDWARE, {**SOFTWARE, "keras": "3.16.0"}, "cpu-2core-tensorflow-2.21.0-keras-3.16.0.json"),
        (HARDWARE, {**SOFTWARE, "python": "3.12"}, "cpu-2core-tensorflow-2.21.0-keras-3.15.1-2.json"),
        ({**HARDWARE, "cpu": "AMD EPYC"}, SOFTWARE, "cpu-2core-tensorflow-2.21.0-keras-3.15.1-2.json"),
        (
            {**HARDWARE, "class": "gpu-nvidia-h100-x1", "accelerator": "NVIDIA H100", "accelerators": 1},
            SOFTWARE,
            "gpu-nvidia-h100-x1-tensorflow-2.21.0-keras-3.15.1.json",
        ),
    ],
)
def test_other_machines_and_versions_have_files_of_their_own(tmp_path: Path, hardware, software, name):
    write(tmp_path, HARDWARE, SOFTWARE, [measured()])
    assert write(tmp_path, hardware, software, [measured()]).name == name
    assert len(list(tmp_path.iterdir())) == 2
    assert write(tmp_path, hardware, software, [measured()]).name == name


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}', "\xff"])
def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path, text: str):
    taken = tmp_path / "cpu-2core-tensorflow-2.21.0-keras-3.15.1.json"
    taken.write_text(text, encoding="latin-1")
    path = write(tmp_path, HARDWARE, SOFTWARE, [measured()])
    assert path != taken
    assert taken.read_text(encoding="latin-1") == text


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch):
    path = write(tmp_path, HARDWARE, SOFTWARE, [measured()])
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, HARDWARE, SOFTWARE, [measured(digest="c" * 64)])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"pairs": 5}, False),
        ({"quick": True}, False),
        ({"ratio": None}, False),
        ({"verdict": Verdict.INCONCLUSIVE}, True),
        ({"error": "ValueError: no"}, False),
        ({"claim": "breaks", "verdict": Verdict.BREAKS, "ratio": None, "error": "TypeError: no"}, True),
        ({"claim": "breaks", "verdict": Verdict.REFUTED, "ratio": None}, True),
        ({"claim": "results", "verdict": Verdict.CONFIRMED, "ratio": None, "pairs": 0}, True),
        ({"claim": "results", "verdict": Verdict.INCONCLUSIVE, "ratio": None, "error": "ValueError"}, False),
    ],
)
def test_what_counts_as_evidence(changes, counts):
    assert measured(replace(FOUND, **changes)).is_evidence is counts


def test_a_rule_without_programs_is_none():
    assert not measured(digest="").is_evidence


@pytest.mark.parametrize(
    "found",
    [
        Measurement("KL501", "fit-workers-removed", "breaks", "time", Verdict.BREAKS, error="TypeError: no"),
        Measurement("KL106", "map-before-batch", "time", "time", Verdict.INCONCLUSIVE, failure="stopped"),
        replace(FOUND, quick=True),
    ],
)
def test_what_has_no_figure_has_the_form_too(found):
    valid(records.document(HARDWARE, SOFTWARE, [record(measured(found, ""))]))
