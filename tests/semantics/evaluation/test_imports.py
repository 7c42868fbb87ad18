"""Every way to import Keras gives the same names."""

from __future__ import annotations

import pytest

STYLES = {
    "import tensorflow as tf\nDense = tf.keras.layers.Dense": None,
    "import tensorflow\nDense = tensorflow.keras.layers.Dense": None,
    "from tensorflow import keras\nDense = keras.layers.Dense": None,
    "from tensorflow.keras import layers as L\nDense = L.Dense": None,
    "from tensorflow.keras.layers import Dense": None,
    "from tensorflow.keras.layers import Dense as D\nDense = D": None,
    "import tensorflow.keras.layers as layers\nDense = layers.Dense": None,
    "import tensorflow.keras\nDense = tensorflow.keras.layers.Dense": None,
    "import keras\nDense = keras.layers.Dense": None,
    "import keras.layers\nDense = keras.layers.Dense": None,
    "from keras.layers import *\nDense = Dense": None,
    "from tensorflow.keras.layers import *\nDense = Dense": None,
    "from keras.layers.core import Dense": None,
    "from keras.layers.core import *\nDense = Dense": None,
    "import tensorflow as tf\nkeras = tf.keras\nDense = keras.layers.Dense": None,
    "import tensorflow as tf\nlayers = tf.keras.layers\nDense = layers.Dense": None,
    "import tensorflow.compat.v1 as tf\nDense = tf.keras.layers.Dense": None,
    "from keras.src.layers import Dense": None,
    "from keras.src.layers.core.dense import Dense": None,
    "import importlib\nkeras = importlib.import_module('keras')\nDense = keras.layers.Dense": None,
    "import tf_keras\nDense = tf_keras.layers.Dense": 2,
    "import tf_keras as keras\nDense = keras.layers.Dense": 2,
    "from tf_keras import layers\nDense = layers.Dense": 2,
    "from tf_keras.layers import *\nDense = Dense": 2,
    "from tensorflow.python.keras.layers import Dense": 2,
    "from tensorflow.python.keras import layers\nDense = layers.Dense": 2,
    "try:\n    from keras.layers import Dense\nexcept ImportError:\n    from tensorflow.keras.layers import Dense": None,
    "try:\n    import keras\nexcept ImportError:\n    keras = None\nDense = keras.layers.Dense": None,
    "try:\n    from tensorflow import keras\nexcept ModuleNotFoundError:\n    import keras\nDense = keras.layers.Dense": None,
    "def get():\n    from keras.layers import Dense\n    return Dense\nDense = get()": None,
    "def get():\n    import tensorflow as tf\n    return tf.keras.layers.Dense\nDense = get()": None,
    "if True:\n    from keras import layers\nDense = layers.Dense": None,
    "from keras import layers as a, models as b\nDense = a.Dense": None,
}


@pytest.mark.parametrize(("program", "generation"), STYLES.items())
def test_one_canonical_name(evaluate, program, generation):
    expected = "keras.layers.Dense" + (f"@{generation}" if generation else "")
    assert evaluate(program)["Dense"] == expected


def test_a_name_that_the_program_binds_itself_is_not_the_star_imports(evaluate):
    known = evaluate("from keras.layers import *\nclass Dense: ...\nmade = Dense")
    assert known["made"] == "class Dense"


def test_a_name_that_no_star_import_has_is_unknown(evaluate):
    assert evaluate("from keras.layers import *\nmade = Densest")["made"] == "?"


def test_a_builtin_shadowed_by_a_star_import_only_where_the_package_has_it(evaluate):
    assert evaluate("from keras.layers import *\nmade = len([1, 2])")["made"] == "2"


def test_a_failed_import_may_leave_the_fallback(evaluate):
    known = evaluate(
        """
        try:
            import cv2
        except ImportError:
            cv2 = None
        made = cv2
        """
    )
    assert known["made"] == "cv2"


def test_either_of_two_packages(evaluate):
    known = evaluate(
        """
        import os
        if os.environ.get("LEGACY"):
            import tf_keras as keras
        else:
            import keras
        Dense = keras.layers.Dense
        """
    )
    assert known["Dense"] == "keras.layers.Dense | keras.layers.Dense@2"


def test_autotune_in_its_spellings(evaluate):
    known = evaluate(
        """
        import tensorflow as tf
        from tensorflow.data import AUTOTUNE as A
        from tensorflow.data.experimental import AUTOTUNE as B
        AUTOTUNE = tf.data.AUTOTUNE
        OLD = tf.data.experimental.AUTOTUNE
        """
    )
    assert {known[name] for name in ("A", "AUTOTUNE")} == {"tensorflow.data.AUTOTUNE"}
    assert known["B"] == known["OLD"]


def test_star_imports_do_not_hide_each_other(evaluate):
    known = evaluate(
        """
        from keras.models import *
        from keras.layers import *
        from keras.optimizers import *
        made = (Sequential, Conv2D, Adam)
        """
    )
    assert known["made"] == "(keras.Sequential, keras.layers.Conv2D, keras.optimizers.Adam)"
