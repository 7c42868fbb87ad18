"""A baseline hides what was there, wherever it goes, and nothing else."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
BASELINE = "keraslint-baseline.json"
# Two findings each, written as people write before they use a formatter.
STYLES = [
    "import keras\nm=keras.Sequential([])\nm.fit(x,epochs={n})\n",
    "import keras\ndef train(m = keras.Sequential()) :\n  m.fit( 'a' , \"b\",  epochs = {n} , )\n  return (m)\ntrain()\n",
    "import keras\nm = keras.Sequential(); m.fit(x, # data\n    epochs={n})\n",
    "import keras\nm = keras.Sequential()\nif True: m.fit(x, epochs={n})\n",
    "import keras\nclass T :\n    def run(self, m=keras.Model()) :\n        h = \\\n          m.fit((x), validation_data=('a''b', 0XFF), epochs={n}, )\nT().run()\n",
]


@pytest.fixture
def old_project(write):
    """200 findings in 100 files."""
    for number in range(100):
        write(f"old{number}.py", STYLES[number % len(STYLES)].replace("{n}", str(101 + number)))


def shown(result) -> list[tuple[str, str]]:
    return [(each["filename"], each["code"]) for each in json.loads(result.stdout)]


def test_200_findings_stay_quiet_and_a_new_one_speaks(check, keraslint_cli, old_project, write, project):
    result = keraslint_cli("baseline", "create")
    assert (result.stdout, result.exit_code) == (f"Wrote 200 findings to {BASELINE}.\n", 0)
    quiet = "All is well in 100 files (200 in the baseline).\n"
    assert check("--baseline", BASELINE).stdout == quiet

    (project / "src" / "deep").mkdir(parents=True)
    for path in project.glob("old*.py"):
        head = '"""Words."""\n\n# More words.\nHEADER = {"of": "code"}\n\n\n'
        (project / "src" / "deep" / path.name.replace("old", "new")).write_text(head + path.read_text())
        path.unlink()
    command = (sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "40", "--quiet", ".")
    subprocess.run(command, check=True)
    assert "\nm = keras.Sequential([])\n" in (project / "src" / "deep" / "new0.py").read_text()
    assert check("--baseline", BASELINE).stdout == quiet

    write(
        "src/deep/new0.py", (project / "src/deep/new0.py").read_text() + "\nm.fit(y, epochs=999, verbose=2)\n"
    )
    result = check("--baseline", BASELINE, "--output-format", "json")
    assert (shown(result), result.exit_code) == ([("src/deep/new0.py", "ACME001")], 1)


def test_whatever_our_rules_find_stays_known_when_it_is_formatted_and_renamed(keraslint_cli, project):
    for bad in FIXTURES.glob("*/bad.py"):
        shutil.copyfile(bad, project / f"{bad.parent.name}.py")
    assert keraslint_cli("baseline", "create").exit_code == 0
    for path in [*project.glob("*.py")]:
        path.rename(path.with_stem(f"{path.stem}-renamed"))
    single = ("--config", 'format.quote-style="single"', "--line-length", "50")
    subprocess.run(
        (sys.executable, "-m", "ruff", "format", "--isolated", "--quiet", *single, "."), check=True
    )
    assert json.loads(keraslint_cli("check", "--baseline", BASELINE, "--output-format", "json").stdout) == []


def test_one_more_of_the_same_is_new(check, keraslint_cli, write):
    text = "import keras\nm = keras.Sequential()\nm.fit(x, epochs=500, verbose=2)\n"
    write("b.py", text)
    keraslint_cli("baseline", "create")
    assert check("--baseline", BASELINE).exit_code == 0
    # The one in the same file is the known one, whatever comes before it.
    write("a.py", text)
    assert shown(check("--baseline", BASELINE, "--output-format", "json")) == [("a.py", "ACME001")]
    write("b.py", text + "m.fit(x, epochs=500, verbose=2)\n")
    assert len(shown(check("--baseline", BASELINE, "--output-format", "json"))) == 2


def test_what_changed_its_meaning_speaks(check, keraslint_cli, write):
    write("train.py", "import keras\nm = keras.Sequential()\nm.fit(x, epochs=500, verbose=2)\n")
    keraslint_cli("baseline", "create")
    write("train.py", "import keras\nm = keras.Sequential()\nm.fit(x, epochs=501, verbose=2)\n")
    assert check("--baseline", BASELINE).exit_code == 1


def test_cells_move_and_stay_quiet(check, keraslint_cli, project):
    training = v4.new_code_cell("import keras\n%matplotlib inline\nkeras.Sequential([]).fit(x, epochs=500)")
    nbformat.write(v4.new_notebook(cells=[training]), project / "a.ipynb")
    keraslint_cli("baseline", "create")
    words, broken = v4.new_markdown_cell("Words"), v4.new_code_cell("x = (")
    training.source = training.source.replace("fit(x, ", "fit(  # here\n    x,\n    ")
    nbformat.write(v4.new_notebook(cells=[words, broken, training]), project / "b.ipynb")
    (project / "a.ipynb").unlink()
    result = check("--baseline", BASELINE, "--output-format", "json")
    assert [code for _, code in shown(result)] == ["KL000"]


def test_what_cannot_be_parsed_may_stay_too(check, keraslint_cli, write):
    write("old.py", "import keras\nprint 'hello'\n")
    keraslint_cli("baseline", "create")
    assert check("--baseline", BASELINE).exit_code == 0
    write("old.py", "import keras\n\n\nprint  'hello'\n")
    assert check("--baseline", BASELINE).exit_code == 0


def test_update_takes_out_what_is_gone_and_takes_in_what_is_there(check, keraslint_cli, write, project):
    for name in ("a.py", "b.py", "c/c.py"):
        write(name, f"import keras\nkeras.Sequential().fit('{name}', epochs=500, verbose=2)\n")
    keraslint_cli("baseline", "create")
    write("a.py", "import keras\n")
    write("c/c.py", "import keras\nkeras.Sequential().fit(y, epochs=700, verbose=2)\n")
    assert keraslint_cli("baseline", "update").stdout == f"{BASELINE}: 2 findings gone, 1 new, 1 kept.\n"
    assert check("--baseline", BASELINE).exit_code == 0
    # Of files that it was not asked for, it forgets nothing.
    assert keraslint_cli("baseline", "update", "c").stdout == f"{BASELINE}: 0 findings gone, 0 new, 2 kept.\n"
    (project / "b.py").unlink()
    assert keraslint_cli("baseline", "update", "c").stdout == f"{BASELINE}: 1 finding gone, 0 new, 1 kept.\n"


def test_create_overwrites_nothing(check, keraslint_cli, write, project):
    write(BASELINE, "mine")
    result = keraslint_cli("baseline", "create")
    assert result.exit_code == 2
    assert result.stderr == (
        f"error: {BASELINE}: is there already; `keraslint baseline update` brings it up to date\n"
    )
    assert (project / BASELINE).read_text() == "mine"


def test_the_configuration_names_it_for_every_folder(check, keraslint_cli, write, monkeypatch):
    write("keraslint.toml", 'baseline = "known.json"\n')
    path = write("src/train.py")
    keraslint_cli("baseline", "create")
    monkeypatch.chdir(path.parent)
    assert check().stdout == "All is well in 1 file (3 in the baseline).\n"
    given = path.read_text()
    assert check("-", "--stdin-filename", "train.py", given=given).exit_code == 0


GOOD = {"file": "a.py", "code": "X1", "name": "x", "scope": "", "fingerprint": "0"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{\n<<<<<<< HEAD\n", "no baseline: not JSON at line 2, column 1 (Expecting property name"),
        (b"\xff\xfe", "no baseline: not JSON; restore it"),
        (b"[" * 100_000, "no baseline: not JSON; restore it"),
        (b"[]", "no baseline: it has no list `findings`; restore it"),
        (b'{"schema": 2, "findings": []}', "its `schema` is 2, and this version reads 1; restore it"),
        (
            json.dumps({"schema": 1, "findings": [GOOD, {**GOOD, "fingerprint": 7}]}).encode(),
            "finding 2 has not the texts `file`, `code`, `name`, `scope`, `fingerprint`; restore it",
        ),
    ],
)
@pytest.mark.parametrize("command", [("check", "--baseline", BASELINE), ("baseline", "update")])
def test_a_corrupt_one_is_one_clear_line(check, keraslint_cli, write, project, content, message, command):
    write("train.py")
    (project / BASELINE).write_bytes(content)
    result = keraslint_cli(*command)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"error: {BASELINE}: {message}")
    assert result.stderr.endswith("or remove it and run `keraslint baseline create`\n")
    assert (project / BASELINE).read_bytes() == content


def test_one_that_is_not_there_is_one_clear_line(check, write):
    write("train.py")
    result = check("--baseline", "nowhere.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: nowhere.json: no such baseline; `keraslint baseline create` makes one\n"
