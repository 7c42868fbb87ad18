"""Whatever is asked for, whoever does it in whatever order: a file's findings are the same."""

from __future__ import annotations

import json
import random
import tempfile
from functools import lru_cache
from functools import partial
from pathlib import Path

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keraslint.config import Configurations
from keraslint.inputs import Input
from keraslint.inputs import with_surroundings
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.report import facts as report_of_facts
from keraslint.report import json as report
from keraslint.runner import Options
from keraslint.runner import facts
from keraslint.runner import run
from keraslint.source.discovery import discover
from keraslint.source.text import display_name

NAMES = ("a", "b", "pkg.c", "pkg.d", "pkg.sub.e")
HEADS = ("", "import keras\n", "import tensorflow as tf\nfrom tensorflow import keras\n")
IMPORTS = (
    "import {module}\n",
    "from {module} import make\n",
    "from {module} import *\n",
    "import {module} as m\n",
)
BODIES = (
    "def make():\n    return tf.data.Dataset.list_files('*').map(tf.io.read_file).map(tf.io.decode_jpeg).batch(8)\n",
    (
        "def make(training=False):\n    ds = keras.utils.image_dataset_from_directory('x')\n"
        "    return ds.map(lambda x, y: (tf.image.random_flip_left_right(x), y)) if training else ds\n"
    ),
    "def again(ds=None):\n    return m.make().cache().map(tf.image.random_hue)\n",
    "def batched(ds):\n    return ds.map(str).batch(4)\n",
    "keras.Sequential([keras.layers.Dense(2)]).fit(make(), epochs=3)\n",
    "model = keras.Sequential([keras.layers.Dense(200)])\nmodel.compile(loss='mse')\nmodel.fit(m.make(), epochs=100)\n",
    (
        "class Trainer:\n    def __init__(self):\n        self.data = make()\n"
        "    def go(self, model):\n        model.fit(self.data)\n"
        "Trainer().go(keras.Sequential())\n"
    ),
    "def broken(:\n",
    "SIZE = 3\n",
)

modules = st.tuples(
    st.sampled_from(HEADS),
    st.lists(st.tuples(st.sampled_from(IMPORTS), st.sampled_from(NAMES)), max_size=3),
    st.lists(st.sampled_from(BODIES), max_size=3, unique=True),
)
projects = st.dictionaries(st.sampled_from(NAMES), modules, min_size=2)


class Project:
    """A project on disk and what is said of it."""

    def __init__(self, folder: Path, files) -> None:
        self.folder = folder
        for name, (head, imports, bodies) in files.items():
            path = folder / f"{name.replace('.', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                head + "".join(each.format(module=module) for each, module in imports) + "\n".join(bodies)
            )
        self.names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
        self._configurations = Configurations(folder, {"select": ["ALL"]})
        self._plan = lru_cache(partial(plan_for, registry=load_rules()))

    def findings(self, *paths: str, jobs: int = 1):
        """What ``check --output-format json`` says."""
        options = Options(self.folder, jobs)
        return json.loads(report.report(run(self._inputs(paths), options, lambda *_: None)))

    def calls(self, *paths: str):
        """The training calls that ``facts`` tells, without the numbers of their pipelines."""
        told = facts(self._inputs(paths), Options(self.folder, 1), lambda *_: None)
        calls = json.loads(report_of_facts.as_json(told))["training_calls"]
        return [{key: value for key, value in call.items() if key != "pipeline"} for call in calls]

    def _inputs(self, paths):
        found = discover(paths, self._configurations, self.folder)
        plan = self._plan(self._configurations.for_folder(self.folder))
        asked = [Input(path, display_name(path, self.folder), plan) for path in found.files]
        return with_surroundings(asked, self._configurations, self._plan, found.folders)


@given(files=projects)
@settings(max_examples=60)
def test_single_files_united_equal_the_whole(files):
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), files)
        assert [each for name in project.names for each in project.findings(name)] == project.findings(".")
        assert [each for name in project.names for each in project.calls(name)] == project.calls(".")


@given(files=projects, seed=st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_some_of_the_files_in_any_order_get_what_the_whole_says_of_them(files, seed: random.Random):
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), files)
        chosen = seed.sample(project.names, seed.randint(1, len(project.names)))
        assert project.findings(*chosen) == [
            each for each in project.findings(".") if each["filename"] in chosen
        ]


def test_processes_change_nothing(tmp_path):
    files = {
        name: (HEADS[2], [(IMPORTS[3], NAMES[index - 1])], [BODIES[index % 3], BODIES[5]])
        for index, name in enumerate(NAMES)
    }
    project = Project(tmp_path, files)
    assert project.findings(".", jobs=1) == project.findings(".", jobs=8) != []
