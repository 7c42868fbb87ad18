from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest
from click.testing import CliRunner
from click.testing import Result
from nbformat import v4

from keraslint.catalogue import Catalogue
from keraslint.cli import checking
from keraslint.cli.app import keraslint
from keraslint.registry import Registry

SCRIPT = """\
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=500, shuffle="twice")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working folder."""
    for name in (
        "CI_PROJECT_DIR",
        "COLUMNS",
        "FORCE_COLOR",
        "GITHUB_WORKSPACE",
        "KERASLINT_JOBS",
        "KERASLINT_OUTPUT_FILE",
        "NO_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def write(project: Path) -> Callable[..., Path]:
    """A function that writes a file of the project."""

    def write(name: str, text: str = SCRIPT) -> Path:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    return write


@pytest.fixture
def keraslint_cli(project: Path) -> Callable[..., Result]:
    """A function that runs a command line."""

    def run(*arguments: str, given: str | bytes | None = None) -> Result:
        return CliRunner().invoke(keraslint, arguments, input=given, prog_name="keraslint")

    return run


@pytest.fixture
def check(
    acme: Registry, keraslint_cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """A function that runs ``keraslint check`` with the rules of ``acme`` alone."""
    monkeypatch.setattr(checking, "installed", lambda cache: Catalogue(acme))

    def run(*arguments: str, given: str | bytes | None = None) -> Result:
        return keraslint_cli("check", *arguments, given=given)

    return run


@pytest.fixture
def many_kinds(write: Callable[..., Path], project: Path) -> None:
    """Findings with a fix and a related place in a script, in a notebook's cell and under an odd name; a broken file."""
    write("train.py", SCRIPT)
    write("odd/a b,c:%ü\n#.py", SCRIPT)
    write("broken.py", "import keras\nx = (\n")
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("# Training\n\nIn words"),
            v4.new_code_cell("import keras\n"),
            v4.new_code_cell("model = keras.Sequential([])\n\nmodel.fit(x, 'é\"', epochs=500)"),
        ]
    )
    nbformat.write(notebook, project / "train.ipynb")
