"""Which comments give a reason for the line beside them."""

import json
from pathlib import Path

import pytest

from keraslint.source.reading import interpret
from keraslint.source.reasons import Reasons


@pytest.mark.parametrize(
    "text",
    [
        "call()  # because the other job needs the GPU\n",
        "# The metric does not work in a graph.\ncall()\n",
        "# A long comment of two lines,\n# so that runs can be compared.\ncall()\n",
        "call(\n    1,  # the memory is too small for two\n)\n",
    ],
)
def test_a_reason_is_heard(text: str) -> None:
    row = next(row for row, line in enumerate(text.splitlines(), 1) if line.startswith("call"))
    assert Reasons(text).beside(row)


@pytest.mark.parametrize(
    "text",
    [
        "call()\n",
        "call()  # disable the GPU\n",
        "call()  # debug\n",
        "# because of what is said here\n\ncall()\n",
        "other()  # because of this\ncall()\n",
        "text = '# because of a string'; call()\n",
    ],
)
def test_what_only_names_the_line_is_none(text: str) -> None:
    row = next(row for row, line in enumerate(text.splitlines(), 1) if "call(" in line)
    assert not Reasons(text).beside(row)


def beside(row: int, above: str | None, code: str) -> bool:
    """Whether a reason is beside a row of the last cell of a notebook, from 1."""
    text = [] if above is None else [{"cell_type": "markdown", "source": above}]
    first = {"cell_type": "code", "source": "first()\n# because the other job needs the GPU"}
    cells = [first, *text, {"cell_type": "code", "source": code}]
    program = interpret(Path("a.ipynb"), "a.ipynb", json.dumps({"cells": cells}).encode())
    assert program.notebook is not None
    last_cell_begins = len(program.lines) - len(code.splitlines())
    return Reasons(program.text, program.notebook.prose).beside(last_cell_begins + row)


WHY = "## Setup\n\nThere is something to set.\n\nAll workers share this machine, so that each must keep off the GPU."


def test_the_text_above_a_cell_gives_a_reason_for_what_the_cell_begins_with() -> None:
    assert beside(1, WHY, "call()\nother()\n")
    assert beside(2, WHY, "# Nothing to see.\ncall()\n")
    assert not beside(2, WHY, "other()\ncall()\n")


@pytest.mark.parametrize(
    "above", [f"{WHY}\n\n## Training of the model", "Hide the GPU from the program.", None]
)
def test_other_text_above_a_cell_gives_none(above: str | None) -> None:
    assert not beside(1, above, "call()\n")
