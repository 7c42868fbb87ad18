import pytest

from keraslint.source.prefilter import imported_modules
from keraslint.source.prefilter import mentions_framework


@pytest.mark.parametrize(
    "text",
    ["import keras", "from tensorflow.keras import layers", "import tf_keras", "import_module('tensorflow')"],
)
def test_files_that_name_a_framework_are_kept(text):
    assert mentions_framework(text.encode())
    # Python reads none of these, which is worth saying.
    assert all(mentions_framework(text.encode(encoding)) for encoding in ("utf-16", "utf-32"))


@pytest.mark.parametrize(
    "text", ["", "import torch", "import tflearn", "from model import build", "# TensorBoard"]
)
def test_files_that_name_none_are_not(text):
    assert not mentions_framework(text.encode())


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("import a", [(0, "a", ())]),
        ("import a.b as c, d", [(0, "a.b", ()), (0, "d", ())]),
        ("from a.b import c as d, e", [(0, "a.b", ("c", "e"))]),
        ("from . import model", [(1, "", ("model",))]),
        ("from .model import build", [(1, "model", ("build",))]),
        ("from .. data import load", [(2, "data", ("load",))]),
        ("from .import b", [(1, "", ("b",))]),
        ("from ...a.b import c", [(3, "a.b", ("c",))]),
        ("from a import *", [(0, "a", ("*",))]),
        ("from a import (  # why\n    b,  # c, d\n    e,\n)\n", [(0, "a", ("b", "e"))]),
        ("from a import b, \\\n    c\nimport d", [(0, "a", ("b", "c")), (0, "d", ())]),
        ("from a \\\r\n    import b, \\\r\n    c", [(0, "a", ("b", "c"))]),
        ("if x: import a; import b", [(0, "a", ()), (0, "b", ())]),
        ("def f():\n\timport a  # import c\r\n\tfrom b import c\r\n", [(0, "a", ()), (0, "b", ("c",))]),
        ("m = importlib.import_module('a.b')", [(0, "a.b", ())]),
        ("important = 1\nfrom_a = 2\nimportlib.reload(x)", []),
    ],
)
def test_imports_are_found_in_every_form(text, imports):
    assert imported_modules(text.encode()) == imports


def test_imports_are_found_in_the_json_of_a_notebook():
    data = rb'{"source": ["import os\n", "from model import build, train\n", "import data.loader as d"]}'
    assert imported_modules(data) == [(0, "os", ()), (0, "model", ("build", "train")), (0, "data.loader", ())]
    one_string = rb'{"source": "import os\nfrom model import build\n"}'
    assert imported_modules(one_string) == [(0, "os", ()), (0, "model", ("build",))]
