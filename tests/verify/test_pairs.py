from pathlib import Path

import pytest

from keraslint.registry import load_rules
from keraslint.verify.pairs import UnmeasurableError
from keraslint.verify.pairs import pair_of
from keraslint.verify.pairs import sources_of
from keraslint.verify.software import Software
from keraslint.verify.subjects import Subject
from keraslint.verify.subjects import subject_of

REGISTRY = load_rules()
VERSIONS = {"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1", "jax": "0.8.0"}
SOFTWARE = Software(Path("python"), "tensorflow", VERSIONS)


def rule(name: str):
    found = REGISTRY.find(name)
    assert found is not None
    return found


def subject(name: str) -> Subject:
    return subject_of(rule(name), REGISTRY)


def test_the_programs_are_the_fixtures_to_the_byte() -> None:
    found = rule("map-before-batch")
    sources = sources_of(subject_of(found, REGISTRY), SOFTWARE, "cpu-2core")
    with pair_of(sources, SOFTWARE, {"KERAS_BACKEND": "tensorflow"}) as pair:
        assert pair.bad.script.read_bytes() == found.fixture("bad.py")
        assert pair.good.script.read_bytes() == found.fixture("good.py")
        assert pair.bad.folder != pair.good.folder
        assert pair.bad.environment == {"KERAS_BACKEND": "tensorflow"}
        assert (pair.code, pair.name, pair.claim, pair.measure) == (
            "KL106",
            "map-before-batch",
            "time",
            "time",
        )
        assert pair.changes is None
    assert not pair.bad.folder.exists()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("no-early-stopping", "training may end earlier, with the weights of its best epoch"),
        ("missing-regularization", "dropout draws at random while it trains: other weights come out"),
    ],
)
def test_what_changes_on_purpose_is_said_by_the_fix_or_by_the_rule(name: str, changes: str) -> None:
    with pair_of(sources_of(subject(name), SOFTWARE, "cpu-2core"), SOFTWARE, {}) as pair:
        assert pair.changes == changes


def test_a_rule_about_another_generation_or_backend_has_no_pair_here() -> None:
    old = Software(Path("python"), "tensorflow", {**VERSIONS, "keras": "2.15.0"})
    with pytest.raises(UnmeasurableError, match="it is about Keras 3: `--python` measures under another"):
        sources_of(subject("fit-workers-removed"), old, "cpu-2core")
    jax = Software(Path("python"), "jax", VERSIONS)
    limited = [found for found in REGISTRY.rules if "jax" not in found.rule.backends]
    for found in limited:
        with pytest.raises(UnmeasurableError, match="it says nothing of the jax backend"):
            sources_of(subject_of(found, REGISTRY), jax, "gpu-nvidia-h100-x1")


def test_a_rule_about_accelerators_is_left_to_machines_that_have_one() -> None:
    with pytest.raises(UnmeasurableError, match="about a GPU or another accelerator: to be measured on such"):
        sources_of(subject("float32-on-accelerator"), SOFTWARE, "cpu-2core")
    assert sources_of(subject("float32-on-accelerator"), SOFTWARE, "gpu-nvidia-h100-x1").bad
    # Whether storage is slow no machine says of itself.
    assert sources_of(subject("sequential-read"), SOFTWARE, "cpu-2core").bad
