"""``keraslint test`` tells of any rule pack which line is wrong."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint

RULE = '''\
from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template


class ShuffledTwice(Rule):
    """Finds `shuffle="twice"`.

    ## What it does
    Finds it.

    ## Why it is slow
    It shuffles.

    ## When to leave it
    Never.

    ## References
    - None.
    """

    code = "MADE001"
    severity = Severity.WARNING
    applicability = Applicability.SAFE
    tokens = ("shuffle",)

    def check(self, facts):
        for call in facts.training_calls:
            if call.argument("shuffle").constant == "twice":
                once = SetArgument(call.at, "shuffle", Template("True"))
                fix = Fix("Shuffle once", Applicability.SAFE, (once,))
                yield Finding(at=call.name_at, message="nothing is shuffled twice", fix=fix)
'''
SCRIPT = """\
import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
"""
BAD = SCRIPT + 'model.fit(x, y, shuffle="twice")\n'
GOOD = SCRIPT + "model.fit(x, y, shuffle=True)\n"
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": SCRIPT},
        {"cell_type": "code", "id": "b", "metadata": {}, "outputs": [], "execution_count": None,
         "source": "# Here:\nmodel.fit(x, y)  # expect: MADE001\n"},
    ],
}  # fmt: skip
FIXTURES = "{pack}/fixtures/shuffled-twice"
MODULE = "{pack}/shuffled_twice.py"
PACK = {
    "pyproject.toml": '[project]\nname = "made"\n[project.entry-points."keraslint.rules"]\nmade = "{pack}"\n',
    "{pack}/__init__.py": "",
    MODULE: RULE,
    f"{FIXTURES}/bad.py": BAD,
    f"{FIXTURES}/good.py": GOOD,
    f"{FIXTURES}/traps.py": GOOD,
    f"{FIXTURES}/variants/split/main.py": "from model import model\nmodel.fit(x, y, shuffle='twice')  # expect: MADE001\n",
    f"{FIXTURES}/variants/split/model.py": SCRIPT,
}


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """The name of a package that no other test has."""
    return "pack_" + re.sub(r"\W", "_", tmp_path.name)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: str) -> Callable[..., None]:
    """A function that writes a pack of one rule, in which all is well, with some files otherwise or (None) without."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(changes: dict[str, str | None] | None = None) -> None:
        for name, text in {**PACK, **(changes or {})}.items():
            path = tmp_path / name.replace("{pack}", pack)
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is not None:
                path.write_text(text.replace("{pack}", pack), encoding="utf-8")

    return write


@pytest.fixture
def run_test(pack: str) -> Callable[..., tuple[int, str]]:
    """A function that runs ``keraslint test``: its exit code and its output, the pack being called ``pack``."""

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(keraslint, ["test", *arguments])
        return result.exit_code, result.output.replace(pack, "{pack}")

    return run


def test_a_pack_that_keeps_everything(write, run_test):
    write()
    assert run_test() == (0, "All is well in 1 rule.\n")


def evidence(**fields: object) -> str:
    hashes = {
        f"{name}_sha256": hashlib.sha256(text.encode()).hexdigest()
        for name, text in (("bad", BAD), ("good", GOOD))
    }
    record = {
        "code": "MADE001",
        "claim": "time",
        "verdict": "confirmed",
        "ratio": 2.0,
        "interval": [1.9, 2.1],
        **hashes,
    }
    document = {
        "schema": 1,
        "hardware": {"class": "cpu-2core"},
        "software": {},
        "records": [{**record, **fields}],
    }
    return json.dumps(document, indent=1)


def test_evidence_of_todays_programs_is_kept(write, run_test):
    write({"{pack}/evidence/machine.json": evidence()})
    assert run_test() == (0, "All is well in 1 rule.\n")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {f"{FIXTURES}/bad.py": BAD.replace('"twice"', '"thrice"')},
            [
                "bad.py:5: MADE001 finds nothing here, where good.py begins to be another program",
                "bad.py:1: the fix of MADE001 changes nothing here",
            ],
        ),
        (
            {f"{FIXTURES}/bad.py": BAD + BAD.splitlines()[-1] + "\n", f"{FIXTURES}/good.py": GOOD + GOOD.splitlines()[-1] + "\n"},
            ["bad.py:6: MADE001 finds something here too: bad.py is for one finding"],
        ),
        (
            {f"{FIXTURES}/bad.py": BAD.replace("y, ", "y, workers=2, "), f"{FIXTURES}/good.py": GOOD.replace("y, ", "y, workers=2, ")},
            [
                "bad.py:5: KL501 fit-workers-removed fires and should not: ",
                "good.py:5: KL501 fit-workers-removed fires and should not: ",
            ],
        ),
        (
            {f"{FIXTURES}/good.py": GOOD + "print(model)\n"},
            ["good.py:6: the fix of MADE001 writes nothing here"],
        ),
        (
            {f"{FIXTURES}/good.py": GOOD.replace("shuffle=True", "shuffle = True")},
            ["good.py:5: the fix of MADE001 writes `model.fit(x, y, shuffle=True)` here"],
        ),
        (
            {f"{FIXTURES}/traps.py": "# Innocent.\n" + BAD},
            ["traps.py:6: MADE001 shuffled-twice fires and should not: nothing is shuffled twice"],
        ),
        (
            {f"{FIXTURES}/variants/plain.py": GOOD.replace("True)", "True)  # expect: MADE001")},
            ["variants/plain.py:5: MADE001 is expected here and finds nothing"],
        ),
        (
            {f"{FIXTURES}/variants/plain.py": BAD},
            ["variants/plain.py:5: MADE001 shuffled-twice fires and should not: nothing is shuffled twice"],
        ),
        (
            {
                f"{FIXTURES}/variants/plain.py": BAD.replace('ice")', 'ice")  # expect: MADE001'),
                f"{FIXTURES}/variants/plain.py.fixed": "x = 1\n",
            },
            ["variants/plain.py.fixed:1: the fix of MADE001 writes otherwise"],
        ),
        (
            {f"{FIXTURES}/variants/split/main.py": "from model import model\nmodel.fit(x, y, shuffle='twice')\n"},
            ["variants/split/main.py:2: MADE001 shuffled-twice fires and should not: nothing is shuffled twice"],
        ),
        (
            {f"{FIXTURES}/variants/lesson.ipynb": json.dumps(NOTEBOOK)},
            ["variants/lesson.ipynb:cell 2:2: MADE001 is expected here and finds nothing"],
        ),
        (
            {f"{FIXTURES}/traps.py": "import keras\nx = (\n"},
            ["traps.py:2: KL000 invalid-syntax fires and should not: '(' was never closed"],
        ),
    ],
)  # fmt: skip
def test_a_fixture_that_does_not_hold(write, run_test, changes, told):
    write(changes)
    code, output = run_test()
    *lines, last = output.splitlines()
    assert code == 1
    assert last == f"{len(told)} failure{'s' * (len(told) > 1)} in 1 rule."
    assert len(lines) == len(told)
    for line, expected in zip(lines, told, strict=True):
        assert line.startswith(f"{FIXTURES}/{expected}")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {MODULE: RULE.replace("## When to leave it", "## Whatever")},
            f"{MODULE}:10: the page of MADE001 has no section `## When to leave it`, or an empty one",
        ),
        (
            {f"{FIXTURES}/good.py": None},
            f"{MODULE}:10: the page of MADE001 has no section `## Use instead`, or an empty one",
        ),
        (
            {"{pack}/evidence/machine.json": evidence(bad_sha256="0")},
            "{pack}/evidence/machine.json:9: the figure of MADE001 is of other programs than today's bad.py and good.py: `ker",
        ),
        (
            {"{pack}/evidence/machine.json": evidence(code="MADE009")},
            "{pack}/evidence/machine.json:9: no rule of {pack} that can run has the code MADE009",
        ),
        (
            {"{pack}/evidence/machine.json": "{"},
            "{pack}/evidence/machine.json:1: this is no evidence, or of another schema than this keraslint's",
        ),
        (
            {"{pack}/fixtures/shufled-twice/bad.py": BAD},
            "{pack}/fixtures/shufled-twice/bad.py:1: no rule of {pack} that can run is named `shufled-twice`",
        ),
        (
            {MODULE: RULE.replace("Applicability.SAFE\n    tok", "None\n    tok")},
            f"{FIXTURES}/bad.py:5: MADE001 offers a fix here, and its class names no `applicability`",
        ),
        (
            {MODULE: RULE.replace("            if call", "            raise KeyError('x')\n            if call")},
            "KL003 internal-error fires and should not: keraslint",
        ),
        ({"{pack}/other.py": "import nowhere"}, "rule pack `made`: cannot import {pack}.other: ModuleNotFoundError"),
        ({"{pack}/other.py": RULE}, "rule pack `made`: skipped {pack}.shuffled_twice: `MADE001` is taken by {pack}.other"),
    ],
)  # fmt: skip
def test_whatever_else_does_not_hold(write, run_test, changes, told):
    write({name: text for name, text in changes.items() if text is not None})
    for name in (name for name, text in changes.items() if text is None):
        next(Path.cwd().glob(f"*/{name.removeprefix('{pack}/')}")).unlink()
    code, output = run_test()
    assert code == 1
    assert told in output


def test_a_part_of_a_pack(write, run_test, pack):
    other = RULE.replace("MADE001", "MADE002").replace("twice", "thrice")
    write({"{pack}/shuffled_thrice.py": other})
    folder = Path(pack, "fixtures", "shuffled-twice")
    for path in (folder, folder / "bad.py", Path(pack, "shuffled_twice.py")):
        assert run_test(str(path)) == (0, "All is well in 1 rule.\n")
    code, output = run_test()
    assert code == 1
    assert "MADE002 has no bad.py and no good.py and no traps.py in " in output


def test_a_wrong_call(write, run_test, tmp_path):
    code, output = run_test("nowhere")
    assert (code, output) == (2, "error: nowhere: no such file or folder\n")
    (tmp_path / "empty").mkdir()
    code, output = run_test(str(tmp_path / "empty"))
    assert code == 2
    assert "no rule pack: no pyproject.toml here or above names one" in output
    write({"docs/page.md": ""})
    assert run_test("docs")[0] == 2


BROKEN = {
    "does_not_import": "import there_is_no_such_module\n",
    "cannot_be_read": "def (\n",
    "stops_the_process": "import sys\nprint('x')\nsys.exit(3)\n",
    "has_no_page": RULE.replace('"""', "'").replace("MADE001", "MADE101").replace("'Finds", "x = '''Finds").replace("    '\n", "    '''\n"),
    "is_of_no_claim": RULE.replace("MADE001", "MADE102").replace("    tokens", "    claim = 'time'\n    tokens"),
    "takes_a_code": RULE.replace("MADE001", "KL106"),
    "missing_prefetch": RULE.replace("MADE001", "MADE103"),
    "crashes": RULE.replace("MADE001", "MADE104").replace("        for call", "        1 / 0\n        for call"),
    "yields_nonsense": RULE.replace("MADE001", "MADE105").replace("        for call", "        yield 3\n        for call"),
    "stands_nowhere": RULE.replace("MADE001", "MADE106").replace("call.name_at", "('x', 1)"),
    "is_sure": RULE.replace("MADE001", "MADE108").replace("at=call", "confidence='high', at=call"),
    "works": RULE.replace("MADE001", "MADE107"),
}  # fmt: skip


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a pack of broken rules and one that works is installed, and a script."""
    folder = tmp_path_factory.mktemp("installed")
    package = folder / "broken_rules"
    package.mkdir()
    (package / "__init__.py").touch()
    for name, text in BROKEN.items():
        (package / f"{name}.py").write_text(text)
    metadata = folder / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[keraslint.rules]\nbroken = broken_rules\n")
    (folder / "train.py").write_text(BAD)
    return folder


@pytest.mark.parametrize(
    "arguments",
    [("check", "--isolated", "--no-cache", "train.py"), ("facts", "train.py"), ("rule", "--all", "--output-format", "json"), ("verify", "NO1")],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_a_broken_pack_is_named_and_the_others_run(broken: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "keraslint", *arguments],
        cwd=broken,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(broken)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning: rule pack `broken`: ")]
    assert len(warnings) == 7, done.stderr
    for name in ("does_not_import", "cannot_be_read", "stops_the_process", "has_no_page", "is_of_no_claim"):
        assert any(f"broken_rules.{name}: " in line for line in warnings)
    assert any(
        line.endswith("takes_a_code: `KL106` is taken by keraslint.rules.data.map_before_batch")
        for line in warnings
    )
    assert "Traceback" not in done.stderr
    if arguments[0] == "rule":
        assert {"KL106", "MADE107"} <= {entry["code"] for entry in json.loads(done.stdout)}
    if arguments[0] == "check":
        assert "MADE107" in done.stdout
        assert "works" in done.stdout
        for rule in (
            "MADE104 crashes: ZeroDivisionError",
            "MADE105 yields-nonsense: TypeError",
            "MADE106 stands-nowhere: TypeError",
            "MADE108 is-sure: TypeError",
        ):
            assert f"failed at {rule}" in done.stdout
