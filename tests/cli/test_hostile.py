"""Input that was made to be trouble: it ends, and costs nothing but the part that it concerns."""

import json

import pytest
from nbformat import v4

from keraslint import linter

PIPELINE = """\
import tensorflow as tf

def images():
    options = tf.data.Options()
    options.autotune.enabled = False
    files = tf.data.Dataset.list_files("*.jpg")
    return files.map(tf.io.decode_jpeg).batch(32).with_options(options).prefetch(2)
"""
FIT = "keras.Sequential([keras.layers.Dense(2)]).fit({}, epochs=2)\n"


def notebook(*cells: str) -> str:
    return json.dumps(v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells]))


@pytest.fixture
def found(keraslint_cli):
    """What is found, as file, cell, row and code."""

    def run(*arguments: str):
        result = keraslint_cli(
            "check", *arguments, "--output-format", "json", "--no-cache", "--min-severity", "warning"
        )
        assert result.exit_code in (0, 1), result.output
        return [
            (each["filename"], each["cell"], each["location"]["row"], each["code"])
            for each in json.loads(result.stdout)
        ]

    return run


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("keras", "no JSON"),
        ('{"keras": 1}', "JSON without cells"),
        ('{"worksheets": [{"cells": []}], "nbformat": 3, "keras": 1}', "a notebook in an old format"),
        (
            '{"cells": [], "metadata": {"kernelspec": {"language": "R"}}, "nbformat": 4, "keras": 1}',
            "R, not Python",
        ),
    ],
)
def test_a_notebook_that_cannot_be_read_hides_nothing(keraslint_cli, write, text, message):
    write("odd.ipynb", text)
    write("train.py", PIPELINE + "import keras\n" + FIT.format("images()"))
    result = keraslint_cli("check", "--output-format", "concise", "--no-cache", "--min-severity", "warning")
    lines = result.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:-2]] == ["odd.ipynb", "train.py"]
    assert "KL002" in lines[0]
    assert message in lines[0]


def test_a_cell_that_does_not_parse_costs_itself_alone(found, write):
    write("train.ipynb", notebook(PIPELINE, "for for\n", "import keras\n" + FIT.format("images()")))
    assert found() == [("train.ipynb", 1, 7, "KL103"), ("train.ipynb", 2, 1, "KL000")]


def test_files_that_import_each_other_in_a_circle(found, write):
    write("a.py", "import b\n" + PIPELINE)
    write("b.py", "import c\nimport a\nimport b\n")
    write("c.py", "import a, b, c, keras\ndef main():\n    " + FIT.format("c.b.b.a.images()"))
    assert found() == found("a.py") == [("a.py", None, 8, "KL103")]
    assert found("b.py", "c.py") == []


def test_modules_of_one_name_are_told_apart(found, write):
    parallel = PIPELINE.replace("decode_jpeg)", "decode_jpeg, num_parallel_calls=2)")
    for folder, text in (("one", PIPELINE), ("two", parallel)):
        write(f"{folder}/data.py", text)
        write(f"{folder}/train.py", "import keras\nfrom data import images\n" + FIT.format("images()"))
    write("data/__init__.py", "")
    assert found() == found("one/data.py") == [("one/data.py", None, 7, "KL103")]


def test_classes_that_inherit_from_each_other_in_a_circle(found, write):
    write("a.py", "import b\nclass A(b.B):\n    def go(self):\n        return super().go()\n")
    write(
        "b.py",
        PIPELINE
        + "import a, keras\nclass B(a.A):\n    pass\nclass C(C, B):\n    pass\nC().go()\n"
        + FIT.format("images()"),
    )
    assert found() == [("b.py", None, 7, "KL103")]


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n"
        + "".join(f"    if x == {i}:\n        x = x.map(g{i})\n" for i in range(300))
        + "    return x\nf(y)\n",
        "d = images()\n"
        + "".join(f"d = d.map(f{i}) if c{i} else d.batch({i})\n" for i in range(100))
        + "g(d)\n",
        "def f0(x):\n    return x\n"
        + "".join(f"def f{i}(x):\n    return f{i - 1}(f{i - 1}(x))\n" for i in range(1, 40))
        + "f39(images())\n",
    ],
    ids=["branches", "joins", "tree"],
)
def test_costly_code_hides_nothing(found, write, text):
    write("train.py", PIPELINE + "import keras\n" + text + FIT.format("images()"))
    assert found() == [("train.py", None, 7, "KL103")]


def test_of_many_files_those_that_nobody_needs_are_not_parsed(found, write, monkeypatch):
    parsed = set()
    real = linter.parse
    monkeypatch.setattr(linter, "parse", lambda source: parsed.add(source.name) or real(source))
    for number in range(400):
        write(f"lib{number % 20}/m{number}.py", f"import lib{(number + 1) % 20}.m{(number + 1) % 400}, os\n")
    write("data.py", PIPELINE)
    write("train.py", "import data, keras\n" + FIT.format("data.images()"))
    assert found() == found("data.py") == [("data.py", None, 7, "KL103")]
    assert parsed == {"data.py", "train.py"}
