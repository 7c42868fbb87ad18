"""What every output format keeps."""

import pytest

from keraslint.config import OUTPUT_FORMATS


@pytest.mark.parametrize("form", OUTPUT_FORMATS)
def test_a_finding_in_a_notebook_names_its_cell(check, many_kinds, form):
    shown = check("--output-format", form, "train.ipynb").stdout
    assert "cell 3" in shown or '"cell": 3' in shown


@pytest.mark.parametrize("form", OUTPUT_FORMATS)
def test_the_fix_and_the_related_place_are_told(check, write, form):
    write("train.py")
    shown = check("--output-format", form, "--select", "ACME001").stdout
    # A line a finding has no room for either.
    assert ("Train for 100 epochs" in shown) is (form != "concise")
    assert ("the model that is trained" in shown) is (form != "concise")


@pytest.mark.parametrize("form", OUTPUT_FORMATS)
def test_no_name_commands_the_terminal(check, write, form):
    write("a\x1b[31mb.py", "import keras\nx = (\n")
    assert "\x1b" not in check("--output-format", form).stdout
