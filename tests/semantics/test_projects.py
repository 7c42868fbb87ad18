"""Programs of several files: imports between them, cycles, re-exports."""

from __future__ import annotations

LOADER = """
import tensorflow as tf

SIZE = 32

def make(training=False):
    ds = tf.data.Dataset.range(10)
    if training:
        ds = ds.shuffle(10)
    return ds.batch(SIZE)

class Loader:
    def __init__(self, n):
        self.n = n
    def get(self):
        return make().take(self.n)
"""
MODEL = """
from tensorflow import keras

def build(units=2):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
"""


def test_a_pipeline_through_four_files(evaluate):
    known = evaluate(
        {
            "data/__init__.py": "",
            "data/loader.py": LOADER,
            "data/wrap.py": "from . import loader\ndef wrapped(flag):\n    return loader.make(training=flag).cache()\n",
            "data/pick.py": "from data.wrap import wrapped as w\ndef pick(name):\n    return w(name == 'train')\n",
            "model.py": MODEL,
            "main.py": "from data.pick import pick\nfrom model import build\nbuild().fit(pick('train'), validation_data=pick('val'))",
        }
    )
    assert known.training == ["fit(dataset)"]
    assert [known.describe(p.dataset) for p in known.facts.pipelines] == [
        "range.shuffle.batch.cache",
        "range.batch.cache",
    ]
    assert [step.at.file for step in known.facts.pipelines[0].steps] == ["data/loader.py"] * 3 + [
        "data/wrap.py"
    ]
    assert known.models == ["sequential 10"]


def test_every_form_of_import(evaluate):
    forms = {
        "import data.loader\nds = data.loader.make()": "range.batch",
        "import data.loader as l\nds = l.make()": "range.batch",
        "from data import loader\nds = loader.make()": "range.batch",
        "from data import loader as l\nds = l.make()": "range.batch",
        "from data.loader import make\nds = make()": "range.batch",
        "from data.loader import *\nds = make(True)": "range.shuffle.batch",
        "import data\nds = data.make()": "range.batch",
        "from data import make\nds = make()": "range.batch",
        "from data import *\nds = make()": "range.batch",
        "def f():\n    from data.loader import make\n    return make()\nds = f()": "range.batch",
        "import importlib\nds = importlib.import_module('data.loader').make()": "range.batch",
        "from data.loader import Loader\nds = Loader(3).get()": "range.batch.take",
        "from data.loader import missing\nds = missing": "?",
        "from data import missing\nds = missing": "?",
        "from .data import loader\nds = loader.make()": "range.batch",
        "from .missing import x\nds = x": "?",
        "try:\n    from data.loader import make\nexcept ImportError:\n    make = None\nds = make()": "range.batch",
    }
    for text, expected in forms.items():
        known = evaluate(
            {"data/__init__.py": "from .loader import make", "data/loader.py": LOADER, "main.py": text}
        )
        assert known["ds"] == expected, text


def test_a_re_export_through_packages(evaluate):
    known = evaluate(
        {
            "lib/__init__.py": "from .data import *\nfrom .models import build as make_model\n",
            "lib/data/__init__.py": "from .loader import make, Loader\n",
            "lib/data/loader.py": LOADER,
            "lib/models.py": MODEL,
            "main.py": "import lib\nlib.make_model(3).fit(lib.make())\n",
        }
    )
    assert known.training == ["fit(dataset)"]
    assert known.models == ["sequential 15"]


def test_a_star_import_passes_on_what_the_module_imported(evaluate):
    known = evaluate(
        {
            "common.py": "import tensorflow as tf\nfrom keras.layers import *\n_private = 1\nn = 2",
            "main.py": "from common import *\nds = tf.data.Dataset.range(3)\na = n\nb = _private\nc = Dense",
        }
    )
    assert (known["ds"], known["a"], known["b"], known["c"]) == ("range", "2", "?", "keras.layers.Dense")


def test_a_star_import_and_all(evaluate):
    known = evaluate(
        {"common.py": "__all__ = ['_a']\n_a = 1\nb = 2", "main.py": "from common import *\nx, y = _a, b"}
    )
    assert (known["x"], known["y"]) == ("1", "?")


def test_a_cycle_of_imports(evaluate):
    known = evaluate(
        {
            "a.py": "import b\ndef make():\n    return b.base().batch(2)\n",
            "b.py": "import tensorflow as tf\nimport a\ndef base():\n    return tf.data.Dataset.range(3)\ndef both():\n    return a.make().cache()\n",
            "main.py": "import a, b\nx, y = a.make(), b.both()\n",
        }
    )
    assert (known["x"], known["y"]) == ("range.batch", "range.batch.cache")


def test_a_cycle_of_from_imports_inside_functions(evaluate):
    known = evaluate(
        {
            "a.py": "from b import base\ndef make():\n    return base().batch(2)\n",
            "b.py": "import tensorflow as tf\ndef base():\n    return tf.data.Dataset.range(3)\ndef both():\n    from a import make\n    return make().cache()\n",
            "main.py": "from b import both\nx = both()\n",
        }
    )
    assert known["x"] == "range.batch.cache"


def test_a_module_that_imports_itself(evaluate):
    known = evaluate(
        {"main.py": "import main\nimport other\nx = 1\ny = main.x", "other.py": "from main import *"}
    )
    assert known["y"] == "1"


def test_attributes_of_modules_set_from_outside(evaluate):
    known = evaluate(
        {
            "config.py": "SIZE = 1\ndef get():\n    return SIZE",
            "main.py": "import config\nconfig.SIZE = 2\nconfig.OTHER = 3\nx, y, z = config.SIZE, config.get(), config.OTHER",
        }
    )
    assert (known["x"], known["y"], known["z"]) == ("2", "2", "3")


def test_inheritance_across_files(evaluate):
    known = evaluate(
        {
            "base.py": "import keras\nclass Base(keras.utils.PyDataset):\n    def __init__(self, n, **kwargs):\n        super().__init__(**kwargs)\n        self.n = n\n    def __getitem__(self, i):\n        return self.load(i)\n",
            "main.py": "import keras\nfrom base import Base\nclass Mine(Base):\n    def load(self, i):\n        return i\nseq = Mine(3, workers=4)\nkeras.Sequential([keras.layers.Dense(2)]).fit(seq)",
        }
    )
    assert known.training == ["fit(sequence)"]
    found = {c.name: c for c in known.facts.sequence_classes}
    assert found["Mine"].instances[0].workers == 4
    assert found["Mine"].calls_base_constructor


def test_a_mapped_function_of_another_file(evaluate):
    known = evaluate(
        {
            "augment.py": "import tensorflow as tf\ndef flip(x):\n    return tf.image.random_flip_left_right(x)\n",
            "main.py": "import tensorflow as tf\nfrom tensorflow import keras\nfrom augment import flip\nkeras.Sequential([keras.layers.Dense(2)]).fit(tf.data.Dataset.range(3).map(flip))",
        }
    )
    (step,) = known.facts.dataset_steps("map")
    assert step.mapper.random is not None
    assert step.mapper.random.call.site.file == "augment.py"


def test_a_file_that_only_imports_one_with_keras(evaluate):
    known = evaluate(
        {
            "model.py": "import keras\nfrom elsewhere import load\ndef build():\n    return load()",
            "main.py": "from model import build\nbuild().fit(x, epochs=3)",
        }
    )
    assert known.training == ["fit(unknown)?"]


def test_a_file_that_has_nothing_to_do_with_keras(evaluate):
    known = evaluate({"model.py": "import keras", "main.py": "def f(model):\n    model.fit(x, epochs=3)"})
    assert known.training == []


def test_two_modules_of_one_name(evaluate):
    known = evaluate(
        {
            "a/util.py": "n = 1",
            "b/util.py": "n = 2",
            "a/use.py": "from . import util\nm = util.n",
            "b/use.py": "from .util import n as m",
            "main.py": "from a.use import m as x\nfrom b.use import m as y",
        }
    )
    assert (known["x"], known["y"]) == ("1", "2")


def test_the_order_of_files_does_not_matter(evaluate):
    files = {
        "data/loader.py": LOADER,
        "model.py": MODEL,
        "main.py": "from data.loader import make\nfrom model import build\nbuild().fit(make(True))",
        "other.py": "from main import make\nfrom model import build\nbuild(5).evaluate(make())",
    }
    seen = [evaluate(dict(order)) for order in (files.items(), reversed(list(files.items())))]
    assert seen[0].training == seen[1].training
    assert seen[0].data == seen[1].data


def test_a_project_module_hides_a_package_of_its_name(evaluate):
    known = evaluate({"keras.py": "Dense = 1", "main.py": "from keras import Dense\nx = Dense"})
    assert known["x"] == "1"
