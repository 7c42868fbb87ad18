"""Symbols are written as the file's own imports allow; else an import comes in where it belongs."""

import pytest

from keraslint.changes import InsertStatement
from keraslint.changes import SetArgument
from keraslint.changes import Template

AUTOTUNE = "tensorflow.data.AUTOTUNE"


def using(symbol=AUTOTUNE, call="use("):
    template = Template("{it}", symbols={"it": symbol})
    return lambda program: SetArgument(program.call(call), "n", template)


def fixed(program, text, symbol=AUTOTUNE):
    return program(text).fixed(using(symbol)(program(text)))


@pytest.mark.parametrize(
    ("symbol", "imports", "code"),
    [
        (AUTOTUNE, "import tensorflow as tf", "tf.data.AUTOTUNE"),
        (AUTOTUNE, "import tensorflow", "tensorflow.data.AUTOTUNE"),
        (AUTOTUNE, "import tensorflow.keras.layers", "tensorflow.data.AUTOTUNE"),
        (AUTOTUNE, "import tensorflow as tf, os", "tf.data.AUTOTUNE"),
        (AUTOTUNE, "import tensorflow.compat.v2 as tf", "tf.data.AUTOTUNE"),
        (AUTOTUNE, "import tensorflow as tf\nfrom tensorflow.data import AUTOTUNE", "AUTOTUNE"),
        (AUTOTUNE, "from tensorflow.data import AUTOTUNE as A", "A"),
        (AUTOTUNE, "from tensorflow import data", "data.AUTOTUNE"),
        (AUTOTUNE, "import tensorflow as tf\n\nAUTOTUNE = tf.data.AUTOTUNE", "AUTOTUNE"),
        (AUTOTUNE, "import tensorflow as tf\n\nAUTO = tf.data.experimental.AUTOTUNE", "AUTO"),
        (AUTOTUNE, "import tensorflow as tf\n\nAUTOTUNE = -1", "tf.data.AUTOTUNE"),
        (
            AUTOTUNE,
            "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None",
            "tf.data.AUTOTUNE",
        ),
        ("keras.layers.Dense", "import keras", "keras.layers.Dense"),
        ("keras.layers.Dense", "import tensorflow as tf", "tf.keras.layers.Dense"),
        ("keras.layers.Dense", "import tensorflow as tf\nimport keras", "keras.layers.Dense"),
        ("keras.layers.Dense", "from tensorflow import keras", "keras.layers.Dense"),
        ("keras.layers.Dense", "import tensorflow as tf\nkeras = tf.keras", "keras.layers.Dense"),
        ("keras.layers.Dense", "from tensorflow.keras import layers as L", "L.Dense"),
        ("keras.layers.Dense", "from tensorflow.keras.layers import Dense", "Dense"),
        (
            "keras.layers.Dense",
            "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras",
            "keras.layers.Dense",
        ),
        ("tf_keras.layers.Dense", "import tf_keras as keras", "keras.layers.Dense"),
    ],
)
def test_the_file_knows_the_symbol(program, symbol, imports, code):
    assert fixed(program, f"{imports}\nuse(1)\n", symbol) == f"{imports}\nuse(1, n={code})\n"


@pytest.mark.parametrize(
    ("symbol", "before", "after"),
    [
        (AUTOTUNE, "use()\n", "import tensorflow as tf\nuse(n=tf.data.AUTOTUNE)\n"),
        (AUTOTUNE, "use()", "import tensorflow as tf\nuse(n=tf.data.AUTOTUNE)"),
        (
            AUTOTUNE,
            "#!/usr/bin/env python\n# What it does.\n\nuse()\n",
            "#!/usr/bin/env python\n# What it does.\n\nimport tensorflow as tf\nuse(n=tf.data.AUTOTUNE)\n",
        ),
        (
            AUTOTUNE,
            '"""What it does."""\n\nuse()\n',
            '"""What it does."""\n\nimport tensorflow as tf\n\nuse(n=tf.data.AUTOTUNE)\n',
        ),
        (
            AUTOTUNE,
            '"""What it does."""\nfrom __future__ import annotations\n\nuse()\n',
            '"""What it does."""\nfrom __future__ import annotations\nimport tensorflow as tf\n\nuse(n=tf.data.AUTOTUNE)\n',
        ),
        (
            AUTOTUNE,
            "import os  # one\nfrom a import (\n    b,\n)\n\nuse()\nimport c\n",
            "import os  # one\nfrom a import (\n    b,\n)\nimport tensorflow as tf\n\nuse(n=tf.data.AUTOTUNE)\nimport c\n",
        ),
        (
            AUTOTUNE,
            "import os\n\nos.environ['X'] = '1'\n\nimport a\n\ntry:\n    import b\nexcept ImportError:\n    b = None\n\n\ndef f():\n    use()\n\n\nimport c\n",
            "import os\n\nos.environ['X'] = '1'\n\nimport a\nimport tensorflow as tf\n\ntry:\n    import b\nexcept ImportError:\n    b = None\n\n\ndef f():\n    use(n=tf.data.AUTOTUNE)\n\n\nimport c\n",
        ),
        (
            AUTOTUNE,
            "import os\r\n\r\nuse()\r\n",
            "import os\r\nimport tensorflow as tf\r\n\r\nuse(n=tf.data.AUTOTUNE)\r\n",
        ),
        (
            "keras.layers.Dense",
            "from tensorflow.keras.models import Model\nuse()\n",
            "from tensorflow.keras.models import Model\nfrom tensorflow import keras\nuse(n=keras.layers.Dense)\n",
        ),
        (
            "keras.layers.Dense",
            "from keras.models import Model\nuse()\n",
            "from keras.models import Model\nimport keras\nuse(n=keras.layers.Dense)\n",
        ),
        ("os.cpu_count", "import a\nuse()\n", "import a\nimport os\nuse(n=os.cpu_count)\n"),
        (
            "concurrent.futures.ThreadPoolExecutor",
            "import a\nuse()\n",
            "import a\nimport concurrent.futures\nuse(n=concurrent.futures.ThreadPoolExecutor)\n",
        ),
    ],
)
def test_the_import_comes_in(program, symbol, before, after):
    assert fixed(program, before, symbol) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import transforms as tf\nuse()\n",
            "import transforms as tf\nimport tensorflow\nuse(n=tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "from . import tf\nuse()\n",
            "from . import tf\nimport tensorflow\nuse(n=tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "import tensorflow.compat.v1 as tf\nuse()\n",
            "import tensorflow.compat.v1 as tf\nimport tensorflow\nuse(n=tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "import tensorflow as tf\n\n\ndef f(tf):\n    use()\n",
            "import tensorflow as tf\nimport tensorflow\n\n\ndef f(tf):\n    use(n=tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "import tensorflow as tf\n\n\ndef f(x):\n    for tf, tensorflow in x:\n        use()\n",
            "import tensorflow as tf\nimport tensorflow as _tensorflow\n\n\ndef f(x):\n    for tf, tensorflow in x:\n        use(n=_tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "if TYPE_CHECKING:\n    import tensorflow as tf\nuse()\n",
            "import tensorflow\nif TYPE_CHECKING:\n    import tensorflow as tf\nuse(n=tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "f = lambda tf: use()\n",
            "import tensorflow\nf = lambda tf: use(n=tensorflow.data.AUTOTUNE)\n",
        ),
        (
            "tf = 1\n\n\nclass C:\n    import tensorflow as tf\n\n    def f(self):\n        use()\n",
            "import tensorflow\ntf = 1\n\n\nclass C:\n    import tensorflow as tf\n\n    def f(self):\n        use(n=tensorflow.data.AUTOTUNE)\n",
        ),
    ],
)
def test_names_that_mean_something_else_are_left_alone(program, before, after):
    assert fixed(program, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def f():\n    import tensorflow as tf\n    use()\n",
            "def f():\n    import tensorflow as tf\n    use(n=tf.data.AUTOTUNE)\n",
        ),
        (
            "def f():\n    from tensorflow.keras import layers\n    layers.Dense(1)\n    use()\n",
            "def f():\n    from tensorflow.keras import layers\n    import tensorflow as tf\n    layers.Dense(1)\n    use(n=tf.data.AUTOTUNE)\n",
        ),
        (
            "def f():\n    def g():\n        use()\n    import tensorflow as tf\n    g()\n",
            "def f():\n    def g():\n        use(n=tf.data.AUTOTUNE)\n    import tensorflow as tf\n    g()\n",
        ),
    ],
)
def test_files_that_import_lazily_go_on_to(program, before, after):
    assert fixed(program, before) == after


def test_an_import_below_the_code_is_too_late(program):
    assert (
        fixed(program, "import a\nuse()\nimport tensorflow as tf\n")
        == "import a\nimport tensorflow as tf\nuse(n=tf.data.AUTOTUNE)\nimport tensorflow as tf\n"
    )


def test_one_import_serves_all_changes_of_a_fix(program):
    text = "import a\nuse(1)\nother(2)\n"
    changes = using()(program(text)), using(call="other(")(program(text))
    assert program(text).fixed(*changes) == (
        "import a\nimport tensorflow as tf\nuse(1, n=tf.data.AUTOTUNE)\nother(2, n=tf.data.AUTOTUNE)\n"
    )


def test_symbols_in_statements(program):
    text = "def f():\n    '''Doc.'''\n    return 1\n"
    change = InsertStatement(
        program(text).statement("def f"),
        "body-start",
        Template("{gc}()", symbols={"gc": "keras.backend.clear_session"}),
    )
    assert program(text).fixed(change) == (
        "import keras\ndef f():\n    '''Doc.'''\n    keras.backend.clear_session()\n    return 1\n"
    )
