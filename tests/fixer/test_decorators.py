"""Functions get decorators right above their `def`."""

import pytest

from keraslint.changes import AddDecorator
from keraslint.changes import AddParameter
from keraslint.changes import Template


def decorating(at="def step", code="{function}"):
    template = Template(code, symbols={"function": "tensorflow.function"})
    return lambda program: AddDecorator(program.statement(at), template)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import tensorflow as tf\ndef step(ds): pass\n",
            "import tensorflow as tf\n@tf.function\ndef step(ds): pass\n",
        ),
        (
            "import tensorflow as tf\n\n\n# about it\ndef step(ds):  # why\n    '''Doc.'''\n    return ds\n\n\nb = 2\n",
            "import tensorflow as tf\n\n\n# about it\n@tf.function\ndef step(ds):  # why\n    '''Doc.'''\n    return ds\n\n\nb = 2\n",
        ),
        (
            "import tensorflow as tf\n\nclass A:\n    a = 1\n\n    # about it\n    def step(self):\n        pass\n",
            "import tensorflow as tf\n\nclass A:\n    a = 1\n\n    # about it\n    @tf.function\n    def step(self):\n        pass\n",
        ),
        (
            "import tensorflow as tf\n\nclass A:\n    @staticmethod  # one\n    # two\n    def step(ds):\n        pass\n",
            "import tensorflow as tf\n\nclass A:\n    @staticmethod  # one\n    @tf.function\n    # two\n    def step(ds):\n        pass\n",
        ),
        (
            "import tensorflow as tf\n\ndef run():\n    a = 1\n\n    def step(ds):\n        return ds\n    return step\n",
            "import tensorflow as tf\n\ndef run():\n    a = 1\n\n    @tf.function\n    def step(ds):\n        return ds\n    return step\n",
        ),
        (
            "import tensorflow as tf\nif a:\n    def step(ds): return ds\n",
            "import tensorflow as tf\nif a:\n    @tf.function\n    def step(ds): return ds\n",
        ),
        (
            "import tensorflow as tf\nasync def step(ds): pass\n",
            "import tensorflow as tf\n@tf.function\nasync def step(ds): pass\n",
        ),
    ],
)
def test_add(check, before, after):
    check(before, after, decorating("async def step" if "async" in before else "def step"))


@pytest.mark.parametrize(
    ("imports", "decorator"),
    [
        ("import tensorflow\n", "tensorflow.function"),
        ("import tensorflow.compat.v2 as tf2\n", "tf2.function"),
        ("from tensorflow import function\n", "function"),
        ("from tensorflow import function as compiled\n", "compiled"),
    ],
)
def test_the_decorator_is_written_as_the_file_imports_it(check, imports, decorator):
    check(f"{imports}def step(): pass\n", f"{imports}@{decorator}\ndef step(): pass\n", decorating())


def test_an_import_is_added_where_there_is_none(program):
    text = "import keras\n\n\ndef step(): pass\n"
    fixed = "import keras\nimport tensorflow as tf\n\n\n@tf.function\ndef step(): pass\n"
    assert program(text).fixed(decorating()(program(text))) == fixed


def test_an_import_behind_the_function_does_not_serve_it(program):
    text = "import keras\ndef step(): pass\nimport tensorflow as late\n"
    fixed = (
        "import keras\nimport tensorflow as tf\n@tf.function\ndef step(): pass\nimport tensorflow as late\n"
    )
    assert program(text).fixed(decorating()(program(text))) == fixed


def test_arguments(check):
    check(
        "import tensorflow as tf\ndef step(): pass\n",
        "import tensorflow as tf\n@tf.function(jit_compile=True)\ndef step(): pass\n",
        decorating(code="{function}(jit_compile=True)"),
    )


def test_what_stands_there_stays_alone(check):
    check("import tensorflow as tf\n@tf.function\ndef step(): pass\n", None, decorating())


def test_a_parameter_and_a_decorator_come_together(check):
    check(
        "import tensorflow as tf\ndef step(ds): pass\n",
        "import tensorflow as tf\n@tf.function\ndef step(ds, n=1): pass\n",
        decorating(),
        lambda program: AddParameter(program.statement("def step"), "n=1"),
    )


def test_only_functions_are_decorated(check):
    check("import tensorflow as tf\nclass A: pass\n", None, decorating("class A"))
    check("import tensorflow as tf\na = 1\n", None, decorating("a = 1"))
