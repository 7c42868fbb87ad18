import pytest

from keraslint import figures


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.044, "0.04"), (1.0, "1.00"), (1.994, "1.99"), (1.996, "2.0"), (7.06, "7.1"), (9.96, "10"), (58.2, "58"), (1234.0, "1234")],
)  # fmt: skip
def test_a_ratio_has_the_digits_that_mean_something(value, written):
    assert figures.ratio(value) == written


def test_what_is_read_back_from_evidence_is_written_as_what_was_measured():
    assert figures.ratio(1.0149999) == figures.ratio(1.015)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cpu-2core", "a 2-core CPU"),
        ("cpu-8core", "an 8-core CPU"),
        ("cpu-11core", "an 11-core CPU"),
        ("cpu-18core", "an 18-core CPU"),
        ("cpu-16core", "a 16-core CPU"),
        ("cpu-80core", "an 80-core CPU"),
        ("cpu-112core", "a 112-core CPU"),
        ("gpu-nvidia-h100-x1", "an NVIDIA H100"),
        ("gpu-nvidia-geforce-rtx-4090-x2", "2 NVIDIA Geforce RTX 4090"),
        ("my laptop", "a my laptop"),
    ],
)
def test_a_machine_in_words(name, words):
    assert figures.machine(name) == words


def test_a_machine_of_the_reader():
    assert figures.machine("cpu-2core", own=True) == "your 2-core CPU"


@pytest.mark.parametrize(
    ("software", "words"),
    [
        ({"python": "3.11", "tensorflow": "2.21.0", "keras": "3.15.1", "backend": "tensorflow"}, "TF 2.21"),
        ({"python": "3.11", "jax": "0.7.2", "keras": "3.15.1", "backend": "jax"}, "JAX 0.7"),
        ({"keras": "3.15.1"}, "Keras 3.15"),
        ({}, ""),
    ],
)
def test_what_ran_the_programs(software, words):
    assert figures.framework(software) == words


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([(1, 1.0), (3, 1.1), (9, 4.0)], "Worth it above 2 ms a sample."),
        ([(1, 3.0), (3, 1.1), (5, 1.0)], "Worth it below 4 ms a sample."),
        ([(1, 1.1), (9, 4.0)], "Worth it at every cost tried, from 1 ms a sample to 9 ms a sample."),
        ([(1, 1.0), (9, 1.04)], "Worth it at no cost tried, from 1 ms a sample to 9 ms a sample."),
        ([(1, 1.0), (3, 1.5), (9, 0.9)], "Between 0.90 and 1.50 from 1 ms a sample to 9 ms a sample."),
    ],
)
def test_what_a_sweep_says(points, sentence):
    assert figures.worth(points, "ms a sample") == sentence
