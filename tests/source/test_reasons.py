"""Which comments give a reason for the line beside them."""

import pytest

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
