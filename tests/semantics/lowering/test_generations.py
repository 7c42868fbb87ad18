from textwrap import dedent

import libcst as cst
import pytest

from keraslint.semantics.lowering.generations import find_traces
from keraslint.semantics.lowering.lower import lower
from keraslint.semantics.lowering.usage import collect


def traces(text: str) -> tuple[list[str], list[str], list[str]]:
    """What is shown of Keras 2, of Keras 3, of TensorFlow 1."""
    found = find_traces(collect(lower(cst.parse_module(dedent(text)))))
    by_kind = (found.keras_2, found.keras_3, found.tensorflow_1)
    second, third, first = ([trace.shown for trace in kind] for kind in by_kind)
    return second, third, first


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("import keras\nkeras.ops.add(1, 2)", "keras.ops"),
        ("from keras.utils import PyDataset", "keras.utils.PyDataset"),
        ("from keras import ops as o", "keras.ops"),
        ("import keras.ops", "keras.ops"),
        ("from tensorflow import keras\nkeras.random.normal((2,))", "tensorflow.keras.random"),
        ("import tensorflow as tf\nK = tf.keras\nK.ops.add(1, 2)", "tensorflow.keras.ops"),
        ("from keras.layers import *\nLSTM(3, use_cudnn=False)", "use_cudnn"),
    ],
)
def test_names_and_keywords_of_keras_3(text, shown):
    assert traces(text) == ([], [shown], [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("import tf_keras", "tf_keras"),
        ("from tensorflow.python.keras import layers", "tensorflow.python.keras"),
        ("import keras\nimport tensorflow_addons as tfa", "tensorflow_addons"),
        ("import keras\nfrom tensorflow_addons.optimizers import AdamW", "tensorflow_addons"),
        ("from keras.layers.convolutional import Conv2D", "keras.layers.convolutional"),
        ("from keras.engine.topology import Layer", "keras.engine"),
        ("from keras.utils import np_utils", "keras.utils.np_utils"),
        (
            "from keras.preprocessing.image import ImageDataGenerator",
            "keras.preprocessing.image.ImageDataGenerator",
        ),
        (
            "import tensorflow as tf\ntf.keras.wrappers.scikit_learn.KerasClassifier(f)",
            "tensorflow.keras.wrappers.scikit_learn",
        ),
        ("from keras import backend as K\nK.set_session(s)", "keras.backend.set_session"),
        ("from keras.layers import *\nx = merge([a, b], mode='sum')", "keras.layers.merge"),
        ("import keras\nkeras.callbacks.ModelCheckpoint('x', period=2)", "period"),
        ("from tensorflow.keras.optimizers import Adam\nAdam(lr=0.1)", "lr"),
        ("from tensorflow.keras import optimizers\nimport keras.optimizers as optimizers\noptimizers.Adam(lr=0.1)", "lr"),
        ("from keras.layers import Dense\nDense(3, init='uniform')", "init"),
        (
            "from keras.layers import Convolution2D\nConvolution2D(32, 3, 3)",
            "rows and columns of keras.layers.Convolution2D",
        ),
        ("from keras.layers import Conv2D as C\nC(32, (3, 3), border_mode='same')", "border_mode"),
        ("import keras\ndef train(model):\n    model.fit(x, y, nb_epoch=3)", "nb_epoch"),
        ("import keras\nself.nets[0].fit_generator(g, samples_per_epoch=9)", "samples_per_epoch"),
        ("from keras.models import Sequential\nm = Sequential()\nm.predict_classes(x)", "predict_classes"),
        ("import keras\nself.m.compile(loss='mse')\nself.m.predict_classes(x)", "predict_classes"),
        ("import keras\nkeras.models.load_model('x').compile(sample_weight_mode='temporal')", "sample_weight_mode"),
    ],
)  # fmt: skip
def test_names_and_keywords_of_keras_2(text, shown):
    second, third, first = traces(text)
    assert (set(second), third, first) == ({shown}, [], [])


@pytest.mark.parametrize(
    "name", ["Session", "InteractiveSession", "placeholder", "contrib", "enable_eager_execution"]
)
def test_names_of_tensorflow_1(name):
    assert traces(f"import tensorflow as tf\ntf.{name}.x()") == ([], [], [f"tf.{name}"])
    assert traces(f"import tensorflow.compat.v1 as tf\ntf.{name}.x()") == ([], [], [])
    assert traces(f"import tensorflow as tf\ntf.compat.v1.{name}.x()") == ([], [], [])


def test_names_that_tensorflow_1_lacks():
    def second(text):
        return [trace.shown for trace in find_traces(collect(lower(cst.parse_module(text)))).tensorflow_2]

    assert second("import tensorflow as tf\ntf.random.set_seed(3)") == ["tf.random.set_seed"]
    assert second("from tensorflow import random as r\nr.set_seed(3)") == ["tf.random.set_seed"]
    assert second("import tensorflow.compat.v2 as tf\ntf.random.set_seed(3)") == []
    assert second("import tensorflow as tf\nif hasattr(tf, 'x'):\n    tf.random.set_seed(3)") == []
    assert second("import random\nrandom.set_seed(3)") == []


@pytest.mark.parametrize(
    "text",
    [
        "model.fit(x, workers=2, use_multiprocessing=True, max_queue_size=3)",
        "model.fit_generator(generator=g, steps_per_epoch=3, workers=2)",
        "from keras.layers import CuDNNLSTM\nCuDNNLSTM(3)",
        "from keras.layers.cudnn_recurrent import CuDNNGRU",
        "from keras.utils import multi_gpu_model\nmulti_gpu_model(m, gpus=2)",
        "from keras.utils.training_utils import multi_gpu_model",
        "import tensorflow as tf\ntf.data.experimental.AUTOTUNE",
        "import tensorflow as tf\ntf.contrib.data.map_and_batch(f, 3)",
        "from tensorflow.contrib.data import AUTOTUNE",
    ],
)
def test_what_compatibility_rules_find_is_no_evidence(text):
    assert traces(f"import keras\n{text}") == ([], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\ntf.keras.preprocessing.image.ImageDataGenerator()",
        "from keras.utils import Sequence",
        "from keras.layers import Convolution2D\nConvolution2D(32, 3)",
        "from keras.layers import LeakyReLU, Embedding\nLeakyReLU(alpha=0.1)\nEmbedding(3, 4, input_length=5)",
        "from keras.models import load_weights_somehow",
        "import keras\nprint(keras.__version__.split('.'))",
        "from keras.src import ops",
        "import keras\nkeras.layers.Dense(**options)",
    ],
)
def test_what_both_generations_take(text):
    assert traces(text) == ([], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    from keras.utils import PyDataset\nexcept ImportError:\n    from keras.utils import Sequence as PyDataset\nclass A(PyDataset): pass",
        "try:\n    import tf_keras as keras\nexcept:\n    import keras\nkeras.layers.Dense(3)",
        "try:\n    a = Adam(lr=1)\nexcept TypeError:\n    a = Adam(learning_rate=1)\nfrom keras.optimizers import Adam",
        "import keras\nif keras.__version__ < '3':\n    from keras.utils import np_utils\nelse:\n    from keras import ops",
        "import tensorflow as tf\nif hasattr(tf, 'Session'):\n    tf.Session()",
    ],
)
def test_code_that_has_another_way_tells_nothing(text):
    assert traces(text) == ([], [], [])


def test_what_is_read_from_a_name_with_another_way_to_it_counts():
    text = """
        try:
            from tensorflow import keras
        except ImportError:
            import keras
        keras.ops.add(1, 2)
    """
    assert traces(text) == ([], ["keras.ops"], [])


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as keras\nkeras.ops.add(1)",
        "from keras import backend as K\ndef f(K):\n    return K.mean(1)",
        "from .keras import ops\nops.add(1)",
        "import keras\nclf.predict_proba(x)",
        "import keras\nclass T:\n    def fit(self, nb_epoch): ...\nT().fit(nb_epoch=3)",
        "from keras.layers import Dense\nfrom other import Dense\nDense(3, init='x')",
        "model.fit(nb_epoch=3)",
        "tf.Session()",
    ],
)
def test_what_may_be_something_else_tells_nothing(text):
    assert traces(text) == ([], [], [])


def test_traces_stand_in_the_order_of_the_code():
    text = "import keras\nkeras.optimizers.SGD(lr=1)\nkeras.backend.mean(x)\n"
    assert traces(text)[0] == ["lr", "keras.backend.mean"]
