"""The summary for the page of a job."""

import markdown
import pytest


def test_what_to_change_first_and_each_finding(check, write):
    write("train.py")
    assert (
        check("--output-format", "markdown").stdout
        == """\
## keraslint

Found 1 error, 1 warning and 1 info in 1 file.
[*] 1 fixable with `--fix`, 1 more with `--fix --unsafe-fixes`.

### What to change first

| | rule | findings | measured |
|---|---|--:|---|
| 🔴 error | **ACME002** shuffled-twice | 1 |  |
| 🟡 warning | **ACME001** long-training | 1 |  |
| 🔵 info | **ACME003** chatty-fit | 1 |  |

### Where

<details><summary>🔴 error <b>ACME002</b> <code>train.py:5:7</code></summary>

nothing is shuffled twice

- fix: Remove `shuffle`

</details>
<details><summary>🟡 warning <b>ACME001</b> <code>train.py:5:24</code></summary>

500 epochs are many

- train.py:3:9: the model that is trained
- help: stop early
- unsafe fix: Train for 100 epochs (the model learns less)

</details>
<details><summary>🔵 info <b>ACME003</b> <code>train.py:5:7</code></summary>

`fit` prints a progress bar

- fix: Print a line an epoch

</details>
"""
    )


@pytest.mark.parametrize("name", ["<b>&.py", "*a*_b_.py", "[x](y).py", "a\nb.py"])
def test_names_are_no_markup(check, write, name):
    write(name, "import keras\nx = (\n")
    page = markdown.markdown(check("--output-format", "markdown").stdout, extensions=["md_in_html"])
    assert "<em>" not in page
    assert "<a " not in page
    assert "<b>&" not in page


def test_places_in_a_notebook_are_those_of_its_cells(check, many_kinds):
    shown = check("--output-format", "markdown", "train.ipynb").stdout
    assert "<code>train.ipynb:cell 3:3:27</code>" in shown


def test_nothing_found(check, write):
    write("train.py", "import keras\n")
    assert check("--output-format", "markdown").stdout == "## keraslint\n\nAll is well in 1 file.\n"
