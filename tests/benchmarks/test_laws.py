"""The laws of fixing hold for random programs, and see what breaks them."""

import codecs
import random

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.config import Configurations
from keraslint.diagnostic import Edit
from keraslint.diagnostic import Location
from keraslint.inputs import Input
from keraslint.outcome import Change
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run
from keraslint.source.reading import interpret

OPENINGS = ("", "# -*- coding: utf-8 -*-\n", '"""Größe, 日本語."""\n', "from __future__ import annotations\n")
REPLACED = (
    ("\n", "\r\n"),
    ("    ", "\t"),
    (".map(", " \\\n  .map("),
    ("train = train.batch(4)", "if True: train = train.batch(4)  # 🙂"),
    ("train = train.", "x = 1; train = train."),
    (".batch(", "  .batch(  # how many\n"),
    ("\n    .map(", "\n    # per sample\n    .map("),
    ("import tensorflow as tf\n", "import tensorflow as tf, os\n"),
    ("import numpy as np\n", "import numpy as np\r\n"),
    ("history = model.fit(train", "history = model.fit(given := train"),
    ("history = model.fit(", "for _ in range(1): history = model.fit("),
    (".cache()", ".cache(  # on disk?\n)"),
    ("verbose=0)", "verbose=0)  # type: ignore"),
    ("tf.", "tensorflow."),
    ("", ""),
)


@pytest.fixture(scope="module")
def fixing(tmp_path_factory, script):
    """A function that fixes files of one project, and tells what was applied on the way."""
    folder = tmp_path_factory.mktemp("project")
    registry = load_rules()
    codes = [rule.code for rule in registry.rules]
    configurations = Configurations(folder, {"select": codes}, None, isolated=True)
    plan = plan_for(configurations.for_folder(folder), registry)
    recorded = script("fix_laws").recorded

    def fix(files, *, unsafe, fix=True):
        inputs = [Input(folder / name, name, plan, data) for name, data in files.items()]
        with recorded() as applied:
            outcome = run(inputs, Options(folder, 1, fix=fix, unsafe_fixes=unsafe), lambda *_: None)
        return outcome, applied

    return fix


@settings(max_examples=60)
@example(seed=3170, opening="", replaced=("\n", "\r\n"), bom=False, end="", unsafe=False)
@example(seed=3, opening="", replaced=("\n", "\r\n"), bom=True, end="", unsafe=True)
@given(
    seed=st.integers(0, 10_000),
    opening=st.sampled_from(OPENINGS),
    replaced=st.sampled_from(REPLACED),
    bom=st.booleans(),
    end=st.sampled_from(("", "\n", "\n\n# end")),
    unsafe=st.booleans(),
)
def test_the_laws_hold(fixing, script, seed, opening, replaced, bom, end, unsafe):
    laws = script("laws")
    text = opening + script("programs").Program(seed).text().rstrip("\n") + end
    if replaced[0] == "tf.":
        text = text.replace("import tensorflow as tf", "import tensorflow")
    text = text.replace(*replaced) if replaced[0] else text
    data = codecs.BOM_UTF8 * bom + text.encode()
    before, _ = fixing({"train.py": data}, unsafe=unsafe, fix=False)
    outcome, applied = fixing({"train.py": data}, unsafe=unsafe)
    if "train.py" not in outcome.changed:
        return
    change = outcome.changed["train.py"]
    assert list(laws.uncompiled(change)) == []
    assert list(laws.disturbed(change, applied["train.py"])) == []
    assert list(laws.misplaced_imports(change)) == []
    again, _ = fixing({"train.py": change.after.data}, unsafe=unsafe)
    assert again.changed == {}
    assert list(laws.came(before, again, outcome.fixed)) == []


@settings(max_examples=15)
@given(
    seeds=st.sets(st.integers(0, 10_000), min_size=2, max_size=6), chance=st.randoms(use_true_random=False)
)
def test_the_order_of_files_does_not_matter(fixing, script, seeds, chance: random.Random):
    files = [(f"train_{seed}.py", script("programs").Program(seed).text().encode()) for seed in sorted(seeds)]
    one, _ = fixing(dict(files), unsafe=True)
    other, _ = fixing(dict(chance.sample(files, len(files))), unsafe=True)
    assert {n: c.after.data for n, c in one.changed.items()} == {
        n: c.after.data for n, c in other.changed.items()
    }


OUTSIDE = "differs outside of the edits"


def change(tmp_path, old, new):
    old, new = (each.encode() if isinstance(each, str) else each for each in (old, new))
    return Change(*(interpret(tmp_path / "train.py", "train.py", data) for data in (old, new)))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x = 1\n", "x = (1\n", ["does not compile"]),
        ("return 1\n", "return 2\n", []),
        ("x = 1\n", "def f():\n    nonlocal x\n", ["does not compile"]),
    ],
)
def test_what_does_not_compile_is_seen(script, tmp_path, old, new, says):
    assert list(script("laws").uncompiled(change(tmp_path, old, new))) == says


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("a\r\nb\r\n", "a\r\nc\r\n", []),
        ("a\r\nb\r\n", "a\r\nc\n", [OUTSIDE, "line ends changed"]),
        ("a\nb", "a\nc\n", [OUTSIDE, "a final newline came"]),
        (codecs.BOM_UTF8 + b"a\nb\n", "a\nc\n", ["the byte order mark changed"]),
        ("a\nb\n", "A\nc\n", [OUTSIDE]),
    ],
)
def test_what_changes_outside_of_edits_is_seen(script, tmp_path, old, new, says):
    laws = script("laws")
    changed = change(tmp_path, old, new)
    edit = Edit("train.py", "c", Location(2, 1), Location(2, 2))
    applied = [laws.Application(changed.before.text, [edit], changed.after.text)]
    assert list(laws.disturbed(changed, applied)) == says


HEAD = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x = 1\n", "import numpy as np\nx = np.pi\n", []),
        ("import numpy as np\n", "import numpy as np\nimport numpy as np\n", ["`np` was imported already in the module"]),
        ("np = 1\n", "import numpy as np\nnp = 1\n", ["`np` was something else in the module"]),
        ("from x import *\nnp.y\n", "from x import *\nimport numpy as np\nnp.y\n",
         ["`np` was used in the module before numpy came by that name"]),
        ("x = 1\n", "x = np.pi\nimport numpy as np\n", ["`np` is used in row 1, above its import in row 2"]),
        ("def f():\n    pass\n", "def f():\n    np.pi\n", ["`np` means nothing in f"]),
        (HEAD + "def f(tf):\n    pass\n", HEAD + "def f(tf):\n    tf.data\n", ["`tf` is read in f, where it is no import"]),
        (HEAD + "def f():\n    pass\n", HEAD + "def f():\n    tf.data\n", []),
    ],
)  # fmt: skip
def test_names_that_collide_are_seen(script, tmp_path, old, new, says):
    assert list(script("laws").misplaced_imports(change(tmp_path, old, new))) == says
