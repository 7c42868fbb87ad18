"""Which calls train a Keras model, and from what."""

from __future__ import annotations

import pytest

HEAD = "import tensorflow as tf\nfrom tensorflow import keras\nimport numpy as np\n"
MODEL = "keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])"

OTHERS = [
    "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression()\nmodel.fit(x, y)\nmodel.predict(x)",
    "from sklearn.ensemble import RandomForestClassifier as F\nF().fit(x, y, sample_weight=w)",
    "from sklearn import svm\nclf = svm.SVC()\nclf.fit(x, y)\nclf.predict(x)",
    "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()\nx = scaler.fit(x).transform(x)",
    "from sklearn.pipeline import make_pipeline\npipe = make_pipeline(a, b)\npipe.fit(x, y)\npipe.predict(x)",
    "def train(model):\n    model.fit(x, y)",
    "def train(model, x):\n    return model.predict(x)",
    "clf.fit(x_train, y_train)\nclf.predict(x_test)",
    "import xgboost as xgb\nxgb.XGBClassifier().fit(x, y, eval_set=[(x, y)], verbose=False)",
    "import torch\nmodel = torch.nn.Linear(2, 2)\nmodel.fit(x, epochs=3)",
    "class Model:\n    def fit(self, x, epochs=3):\n        return self\nModel().fit(x, epochs=3)",
    "class Model:\n    def fit(self, x, epochs=3):\n        return self\ndef make():\n    return Model()\nmake().fit(x, epochs=2)",
    "tokenizer = keras.preprocessing.text.Tokenizer()\ntokenizer.fit_on_texts(texts)",
    "datagen = keras.preprocessing.image.ImageDataGenerator()\ndatagen.fit(x)",
    "normalize = keras.layers.Normalization()\nnormalize.adapt(x)",
    "estimator.evaluate(input_fn=f, steps=3)",
    "def fit(x, epochs):\n    return x\nfit(x, epochs=3)",
    "from scipy.stats import norm\nnorm.fit(x)",
    "import lightgbm\nlightgbm.LGBMClassifier().fit(x, y, callbacks=[f])",
]


@pytest.mark.parametrize("text", OTHERS)
def test_not_keras(evaluate, text):
    assert evaluate(HEAD + text).training == []


def test_a_file_without_keras_trains_nothing_by_form(evaluate):
    assert evaluate("import numpy as np\ndef train(model):\n    model.fit(x, epochs=3)").training == []


BY_FORM = {
    "def train(model):\n    model.fit(x, y, epochs=3)": "fit(unknown)?",
    "def train(model, data):\n    model.fit(data, validation_data=v)": "fit(unknown)?",
    "def train(model):\n    model.fit(x, steps_per_epoch=3)": "fit(unknown)?",
    "def train(model):\n    model.fit_generator(g)": "fit_generator(unknown)?",
    "def test(model):\n    model.predict(x, steps=3)": "predict(unknown)?",
    "def test(model):\n    model.predict(tf.data.Dataset.range(3))": "predict(dataset)?",
    "def test(model):\n    model.evaluate(tf.data.Dataset.range(3))": "evaluate(dataset)?",
    "from elsewhere import build\nbuild().fit(x, epochs=3)": "fit(unknown)?",
    "model.fit(x, y, batch_size=32, epochs=3)": "fit(unknown)?",
    "class Trainer:\n    def __init__(self, model):\n        self.model = model\n    def run(self):\n        self.model.fit(np.zeros(3), epochs=3)": "fit(arrays)?",
    "class S(keras.utils.Sequence):\n    def __getitem__(self, i):\n        return i\nmodel.fit(S())": "fit(sequence)?",
}


@pytest.mark.parametrize(("text", "call"), BY_FORM.items())
def test_an_unknown_receiver_by_the_form_of_the_call(evaluate, text, call):
    assert evaluate(HEAD + text).training == [call]


MODELS = {
    "keras.Sequential()": "fit",
    "keras.models.Sequential()": "fit",
    "keras.Model(a, b)": "fit",
    "keras.models.Model(inputs=a, outputs=b)": "fit",
    "keras.applications.ResNet50()": "fit",
    "keras.models.load_model('x')": "fit",
    "tf.keras.models.model_from_json('x')": "fit",
    "keras.models.clone_model(m)": "fit",
}


@pytest.mark.parametrize("model", MODELS)
def test_models(evaluate, model):
    known = evaluate(f"{HEAD}model = {model}\nmodel.fit(np.zeros((3, 4)), np.zeros(3))")
    assert known.training == ["fit(arrays)"]


DATA = {
    "np.zeros((3, 4))": "arrays",
    "keras.datasets.mnist.load_data()[0][0]": "arrays",
    "[np.zeros((3, 4)), np.zeros(3)]": "arrays",
    "{'a': np.zeros((3, 4))}": "arrays",
    "tf.zeros((3, 4))": "arrays",
    "np.load('x.npy')": "arrays",
    "pd.read_csv('x.csv').values": "arrays",
    "pd.read_csv('x.csv')[['a', 'b']].to_numpy()": "arrays",
    "train_test_split(np.zeros((3, 4)), test_size=0.2)[0]": "arrays",
    "np.load('x.npz')['x'].astype('float32') / 255": "arrays",
    "np.array([cv2.imread(p) for p in paths])": "arrays",
    "np.random.rand(3, 4)": "arrays",
    "[load()]": "arrays",
    "(load(), np.zeros(3))": "arrays",
    "[np.zeros(3) if flag else np.ones(3), np.zeros(3)]": "arrays",
    "dict(load())": "arrays",
    "keras.utils.normalize(load())": "arrays",
    "keras.utils.pad_sequences(load())": "arrays",
    "keras.preprocessing.sequence.pad_sequences(load())": "arrays",
    "keras.applications.vgg16.preprocess_input(load())": "arrays",
    "keras.ops.expand_dims(load(), 0)": "arrays",
    "tf.strings.to_hash_bucket_fast(load(), 9).to_tensor()": "arrays",
    "aug.flow_from_directory('x').next()[0]": "arrays",
    "aug.flow_from_directory('x').__next__()[0]": "arrays",
    "[tf.data.Dataset.range(3), load()]": "unknown",
    "tf.data.Dataset.range(3)": "dataset",
    "tf.data.Dataset.range(3).batch(2)": "dataset",
    "iter(tf.data.Dataset.range(3))": "dataset",
    "tf.data.Dataset.range(3).make_one_shot_iterator()": "dataset",
    "hf.to_tf_dataset(batch_size=2)": "dataset",
    "Seq()": "sequence",
    "SubSeq(3)": "sequence",
    "keras.preprocessing.sequence.TimeseriesGenerator(load(), load(), length=3)": "sequence",
    "gen()": "generator",
    "Walker()": "generator",
    "(x for x in range(3))": "generator",
    "aug.flow(np.zeros((3, 4, 4, 3)), batch_size=2)": "image-iterator",
    "aug.flow_from_directory('x')": "image-iterator",
    "aug.flow_from_dataframe(df)": "image-iterator",
    "keras.preprocessing.image.ImageDataGenerator(rescale=2).flow_from_directory('x')": "image-iterator",
    "DataLoader(d)": "dataloader",
    "torch.utils.data.DataLoader(d)": "dataloader",
    "load()": "unknown",
    "x": "unknown",
    "np.zeros(3) if flag else tf.data.Dataset.range(3)": "unknown",
    "tf.data.Dataset.range(3) if flag else tf.data.Dataset.range(3).batch(2)": "dataset",
}


@pytest.mark.parametrize(("data", "kind"), DATA.items())
def test_data(evaluate, data, kind):
    known = evaluate(
        f"""
{HEAD}
import cv2
import pandas as pd
import torch
from torch.utils.data import DataLoader
from sklearn.model_selection import train_test_split

class Seq(keras.utils.Sequence):
    def __getitem__(self, i):
        return i
class SubSeq(Seq):
    pass
class Walker:
    def __iter__(self):
        return self
    def __next__(self):
        return np.zeros(3), np.zeros(3)
def gen():
    while True:
        yield np.zeros(3), np.zeros(3)
aug = keras.preprocessing.image.ImageDataGenerator()

{MODEL}.fit({data})
"""
    )
    assert known.training == [f"fit({kind})"]


def test_every_method(evaluate):
    known = evaluate(
        f"""{HEAD}
model = {MODEL}
ds = tf.data.Dataset.range(3)
model.fit(ds)
model.fit(x=ds)
model.evaluate(ds)
model.predict(ds)
model.train_on_batch(np.zeros(3), np.zeros(3))
model.test_on_batch(np.zeros(3))
model.predict_on_batch(np.zeros(3))
model.fit_generator(ds)
model.fit_generator(generator=ds)
model.evaluate_generator(ds)
model.predict_generator(ds)
"""
    )
    assert known.training == [
        "fit(dataset)",
        "fit(dataset)",
        "evaluate(dataset)",
        "predict(dataset)",
        "train_on_batch(arrays)",
        "test_on_batch(arrays)",
        "predict_on_batch(arrays)",
        "fit_generator(dataset)",
        "fit_generator(dataset)",
        "evaluate_generator(dataset)",
        "predict_generator(dataset)",
    ]


def test_a_result_of_fit_is_no_model(evaluate):
    known = evaluate(f"{HEAD}history = {MODEL}.fit(x)\nhistory.history['loss']\n")
    assert known.training == ["fit(unknown)"]


def test_a_model_from_two_helpers(evaluate):
    known = evaluate(
        f"""{HEAD}
def base():
    return {MODEL}
def build(compiled):
    model = base()
    if compiled:
        model.compile("adam", "mse")
    return model
build(True).fit(np.zeros((3, 4)))
"""
    )
    assert known.training == ["fit(arrays)"]
    assert known.models == ["sequential 10"]


def test_one_of_two_models(evaluate):
    known = evaluate(
        f"""{HEAD}
if flag:
    model = {MODEL}
else:
    model = keras.models.load_model("x")
model.fit(np.zeros((3, 4)))
"""
    )
    assert known.training == ["fit(arrays)"]
    assert [fact.is_trained for fact in known.facts.models] == [True, True]


def test_a_model_or_something_unknown(evaluate):
    known = evaluate(f"{HEAD}model = {MODEL} if flag else build()\nmodel.fit(np.zeros((3, 4)))")
    assert known.training == ["fit(arrays)?"]


def test_a_model_or_none(evaluate):
    known = evaluate(f"{HEAD}model = None\nif flag:\n    model = {MODEL}\nmodel.fit(np.zeros((3, 4)))")
    assert known.training == ["fit(arrays)"]


def test_loops_and_contexts_around_a_call(evaluate):
    known = evaluate(
        f"""{HEAD}
model = {MODEL}
def train():
    with tf.device("/GPU:0"):
        for fold in range(1000):
            model.fit(x)
with strategy.scope():
    train()
"""
    )
    (call,) = known.facts.training_calls
    assert [loop.passes for loop in call.loops] == [1000]
    assert len(call.contexts) == 2
    assert call.record.frames[-1].function.name == "train"


def test_a_context_made_by_a_helper(evaluate):
    known = evaluate(
        f"""{HEAD}
import contextlib
@contextlib.contextmanager
def on_gpu():
    with tf.device("/GPU:0"):
        yield
with on_gpu():
    {MODEL}.fit(x)
"""
    )
    (call,) = known.facts.training_calls
    names = [known.describe(context.value) for context in call.contexts]
    assert "tensorflow.device()" in names


def test_a_context_that_is_closed(evaluate):
    known = evaluate(f"{HEAD}with tf.device('/GPU:0'):\n    model = {MODEL}\nmodel.fit(x)")
    assert known.facts.training_calls[0].contexts == ()


def test_a_function_run_by_a_strategy(evaluate):
    known = evaluate(
        f"""{HEAD}
strategy = tf.distribute.MirroredStrategy()
model = {MODEL}
def step(batch):
    return model.train_on_batch(batch)
strategy.run(step, args=(np.zeros(3),))
"""
    )
    assert known.training == ["train_on_batch(arrays)"]


CUSTOM = """
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
optimizer = keras.optimizers.Adam()
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x) - y)
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
ds = tf.data.Dataset.from_tensor_slices((np.zeros((9, 4)), np.zeros(9))).batch(3)
"""


def test_a_loop_of_ones_own(evaluate):
    known = evaluate(HEAD + CUSTOM + "for epoch in range(3):\n    for x, y in ds:\n        step(x, y)")
    assert known.training == ["custom-loop(dataset)"]
    assert known.data == ["from_tensor_slices.batch"]


def test_a_loop_of_ones_own_in_its_other_forms(evaluate):
    for loop in (
        "for i, (x, y) in enumerate(ds):\n    step(x, y)",
        "for x, y in ds.take(3):\n    step(x, y)",
        "for x, y in iter(ds):\n    step(x, y)",
        "from tqdm import tqdm\nfor x, y in tqdm(ds):\n    step(x, y)",
        "compiled = tf.function(step)\nfor x, y in ds:\n    compiled(x, y)",
        "def train(data):\n    for x, y in data:\n        step(x, y)\ntrain(ds)",
        "for x, y in ds:\n    model.train_on_batch(x, y)",
        "batches = iter(ds)\nfor _ in range(100):\n    step(*next(batches))",
        "batches = iter(ds)\nwhile more():\n    x, y = next(batches)\n    step(x, y)",
        "for _ in range(100):\n    x, y = next(iter(ds))\n    step(x, y)",
    ):
        known = evaluate(HEAD + CUSTOM + loop)
        assert "custom-loop(dataset)" in known.training, loop


def test_a_loop_over_one_of_several_datasets(evaluate):
    known = evaluate(
        f"""{HEAD}{CUSTOM}
if more():
    ds = ds.cache()
strategy = tf.distribute.OneDeviceStrategy("/gpu:0") if one() else tf.distribute.MirroredStrategy()
for x, y in iter(strategy.experimental_distribute_dataset(ds)):
    strategy.run(step, args=(x, y))
"""
    )
    assert known.training == ["custom-loop(dataset)"]
    # Whichever strategy distributes it, it is one dataset.
    assert known.data == ["from_tensor_slices.batch.cache.distribute | from_tensor_slices.batch.distribute"]


def test_a_loop_over_what_may_be_no_dataset(evaluate):
    known = evaluate(f"{HEAD}{CUSTOM}for x, y in ds if more() else other():\n    step(x, y)")
    assert known.training == ["custom-loop(unknown)"]


def test_a_loop_that_only_looks(evaluate):
    known = evaluate(HEAD + CUSTOM + "for x, y in ds.take(1):\n    print(x.shape)")
    assert known.training == []


def test_arguments_of_a_training_call(evaluate):
    known = evaluate(
        f"""{HEAD}
options = {{"epochs": 5, "verbose": 0}}
{MODEL}.fit(np.zeros(3), np.zeros(3), 32, **options)
"""
    )
    (call,) = known.facts.training_calls
    assert call.argument("batch_size").number == 32
    assert call.argument("epochs").number == 5
    assert call.argument("validation_data").is_absent


def test_arguments_that_may_be_given(evaluate):
    known = evaluate(f"{HEAD}{MODEL}.fit(x, **options)")
    (call,) = known.facts.training_calls
    assert not call.argument("epochs").is_absent
    assert not call.argument("epochs").is_given


def test_the_second_generation(evaluate):
    known = evaluate(
        "import tf_keras as keras\nimport numpy as np\nkeras.Sequential([keras.layers.Dense(2)]).fit(np.zeros(3))"
    )
    (call,) = known.facts.training_calls
    assert call.is_generation_2
    known = evaluate(
        "import keras\nimport numpy as np\nkeras.Sequential([keras.layers.Dense(2)]).fit(np.zeros(3))"
    )
    (call,) = known.facts.training_calls
    assert not call.is_generation_2


def test_a_subclass_of_a_second_generation_model(evaluate):
    known = evaluate("import tf_keras\nclass Net(tf_keras.Model):\n    pass\nNet().fit(x, epochs=3)")
    (call,) = known.facts.training_calls
    assert call.is_generation_2


def test_fit_overridden_in_a_model_class(evaluate):
    known = evaluate(
        HEAD
        + """
class Net(keras.Model):
    def fit(self, data, **kwargs):
        return super().fit(data.batch(2), **kwargs)
Net().fit(tf.data.Dataset.range(3), epochs=2)
"""
    )
    assert known.training == ["fit(dataset)"]
    assert known.data == ["range.batch"]


def test_a_script_around_main(evaluate):
    known = evaluate(
        f"""{HEAD}
import argparse
def main(args):
    ds = make(args.batch_size, training=True)
    model = {MODEL}
    model.fit(ds, epochs=args.epochs, validation_data=make(args.batch_size))
def make(size, training=False):
    ds = tf.data.Dataset.range(10)
    return (ds.shuffle(10) if training else ds).batch(size)
if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3)
    main(parser.parse_args())
"""
    )
    assert known.training == ["fit(dataset)"]
    assert [known.describe(p.dataset) for p in known.facts.pipelines] == [
        "range.shuffle.batch",
        "range.batch",
    ]
    assert known.facts.training_calls[0].argument("epochs").is_unknown
