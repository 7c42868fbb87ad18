"""Dataset pipelines: sources, steps, options, and which of them reach a training call."""

from __future__ import annotations

import pytest

HEAD = "import tensorflow as tf\nfrom tensorflow import keras\nimport numpy as np\n"
MODEL = "keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])"
TRAIN = f"\nmodel = {MODEL}\nmodel.fit(ds, epochs=2)\n"

SOURCES = {
    "tf.data.Dataset.from_tensor_slices(([1], [2]))": "from_tensor_slices",
    "tf.data.Dataset.from_tensors(1)": "from_tensors",
    "tf.data.Dataset.range(3)": "range",
    "tf.data.Dataset.list_files('*.png')": "list_files",
    "tf.data.Dataset.random()": "random",
    "tf.data.Dataset.load('x')": "load",
    "tf.data.TFRecordDataset(['a'])": "TFRecordDataset",
    "tf.data.TextLineDataset('a')": "TextLineDataset",
    "tf.data.FixedLengthRecordDataset('a', 10)": "FixedLengthRecordDataset",
    "tf.data.experimental.CsvDataset('a', [])": "CsvDataset",
    "tf.data.experimental.make_csv_dataset('a', 32)": "make_csv_dataset",
    "keras.utils.image_dataset_from_directory('a')": "image_dataset_from_directory",
    "keras.preprocessing.image_dataset_from_directory('a')": "image_dataset_from_directory",
    "keras.utils.text_dataset_from_directory('a')": "text_dataset_from_directory",
    "keras.utils.audio_dataset_from_directory('a')": "audio_dataset_from_directory",
    "keras.utils.timeseries_dataset_from_array([1], [2], 3)": "timeseries_dataset_from_array",
    "keras.preprocessing.timeseries_dataset_from_array([1], [2], 3)": "timeseries_dataset_from_array",
    "tf.data.Dataset.zip((tf.data.Dataset.range(1), tf.data.Dataset.range(2).batch(2)))": "zip[range, range.batch]",
    "tf.data.Dataset.zip(tf.data.Dataset.range(1), tf.data.Dataset.range(2))": "zip[range, range]",
    "tf.data.Dataset.sample_from_datasets([tf.data.Dataset.range(1), tf.data.Dataset.range(2)])": "sample_from_datasets[range, range]",
    "tf.data.experimental.sample_from_datasets([tf.data.Dataset.range(1)])": "sample_from_datasets[range]",
    "tf.data.Dataset.range(1).concatenate(tf.data.Dataset.range(2).cache())": "range.concatenate[range.cache]",
    "tf.data.Dataset.list_files('*').interleave(tf.data.TFRecordDataset)": "list_files.interleave[TFRecordDataset]",
    "tf.data.Dataset.list_files('*').interleave(lambda f: tf.data.TextLineDataset(f).skip(1), cycle_length=4)": "list_files.interleave[TextLineDataset.skip]",
    "tf.data.Dataset.range(1).window(2).flat_map(lambda w: w.batch(2))": "range.window.flat_map[window.batch]",
    "tf.data.Dataset.range(1).map(str).filter(bool).take(1).skip(1).repeat().shuffle(2).batch(2).prefetch(1)": "range.map.filter.take.skip.repeat.shuffle.batch.prefetch",
    "tf.data.Dataset.range(1).padded_batch(2).unbatch().enumerate().cache().shard(2, 0)": "range.padded_batch.unbatch.enumerate.cache.shard",
    "tf.data.Dataset.range(1).apply(tf.data.experimental.map_and_batch(str, 2))": "range.map_and_batch",
    "tf.data.Dataset.range(1).apply(tf.data.experimental.shuffle_and_repeat(2))": "range.shuffle_and_repeat",
    "tf.data.Dataset.range(1).apply(tf.data.experimental.prefetch_to_device('/gpu:0'))": "range.prefetch_to_device",
    "tf.data.Dataset.range(1).apply(tf.data.experimental.unbatch())": "range.unbatch",
    "tf.data.Dataset.range(1).apply(tf.data.experimental.ignore_errors())": "range.ignore_errors",
    "tf.data.Dataset.range(1).apply(tf.data.experimental.parallel_interleave(tf.data.TFRecordDataset, 2))": "range.parallel_interleave",
    "tf.data.Dataset.range(1).apply(lambda d: d.batch(2))": "range.batch",
    "tf.data.Dataset.batch(tf.data.Dataset.range(1), 2)": "range.batch",
    "tf.data.Dataset.range(1).bucket_by_sequence_length(len, [1], [2, 2])": "range.bucket_by_sequence_length",
    "tf.data.Dataset.range(1).group_by_window(len, str, 2)": "range.group_by_window",
    "tf.data.Dataset.range(1).rebatch(2).ragged_batch(2).snapshot('x').unique().ignore_errors()": "range.rebatch.ragged_batch.snapshot.unique.ignore_errors",
    "tf.compat.v1.data.Dataset.range(1).batch(2)": "range.batch",
}


@pytest.mark.parametrize(("text", "steps"), SOURCES.items())
def test_steps(evaluate, text, steps):
    assert evaluate(f"{HEAD}ds = {text}")["ds"] == steps


def test_a_file_dataset_of_one_file_keeps_its_argument(evaluate):
    known = evaluate(HEAD + "ds = tf.data.TFRecordDataset('a', num_parallel_reads=4)" + TRAIN)
    (pipeline,) = known.facts.pipelines
    assert pipeline.source.argument("num_parallel_reads").number == 4


def test_positional_arguments_find_their_parameters(evaluate):
    known = evaluate(HEAD + "ds = tf.data.Dataset.range(3).map(abs, 4).batch(2, True).shuffle(5, 6)" + TRAIN)
    by_name = {step.name: step for step in known.facts.pipelines[0].steps}
    assert by_name["map"].argument("num_parallel_calls").number == 4
    assert by_name["batch"].argument("drop_remainder").constant is True
    assert by_name["shuffle"].argument("seed").number == 6
    assert by_name["shuffle"].argument("reshuffle_each_iteration").is_absent


def test_an_argument_through_a_partial(evaluate):
    known = evaluate(
        HEAD
        + """
import functools
ds = tf.data.Dataset.range(3)
parallel = functools.partial(ds.map, num_parallel_calls=tf.data.AUTOTUNE)
ds = parallel(abs)
"""
        + TRAIN
    )
    assert known.data == ["range.map"]
    (step,) = known.facts.dataset_steps("map")
    assert step.argument("num_parallel_calls").is_autotune


def test_arguments_of_unknown_content(evaluate):
    known = evaluate(HEAD + "ds = tf.data.Dataset.range(3).map(abs, **options).batch(*sizes)" + TRAIN)
    by_name = {step.name: step for step in known.facts.pipelines[0].steps}
    assert not by_name["map"].argument("num_parallel_calls").is_absent
    assert by_name["batch"].argument("drop_remainder").is_unknown


def test_options_set_one_by_one(evaluate):
    known = evaluate(
        HEAD
        + """
options = tf.data.Options()
options.autotune.enabled = False
options.experimental_optimization.map_parallelization = False
options.experimental_optimization.inject_prefetch = flag
ds = tf.data.Dataset.range(3).batch(2).with_options(options)
"""
        + TRAIN
    )
    (pipeline,) = known.facts.pipelines
    assert pipeline.option("autotune.enabled") is False
    assert pipeline.option("experimental_optimization.map_parallelization") is False
    assert pipeline.option("experimental_optimization.inject_prefetch") is ...
    assert pipeline.option("experimental_optimization.parallel_batch") is None
    assert not pipeline.autotunes


def test_options_through_a_variable(evaluate):
    known = evaluate(
        HEAD
        + """
def options():
    made = tf.data.Options()
    optimization = made.experimental_optimization
    optimization.map_parallelization = False
    return made
ds = tf.data.Dataset.range(3).with_options(options())
"""
        + TRAIN
    )
    assert not known.facts.pipelines[0].parallelizes_maps


def test_options_that_another_dataset_has(evaluate):
    known = evaluate(
        HEAD
        + """
options = tf.data.Options()
options.autotune.enabled = False
other = tf.data.Dataset.range(3).with_options(options)
ds = tf.data.Dataset.range(3)
"""
        + TRAIN
    )
    assert known.facts.pipelines[0].autotunes


def test_options_of_unknown_making(evaluate):
    known = evaluate(HEAD + "ds = tf.data.Dataset.range(3).with_options(load())" + TRAIN)
    assert known.facts.pipelines[0].option("autotune.enabled") is ...


def test_datasets_in_containers(evaluate):
    known = evaluate(
        HEAD
        + """
base = tf.data.Dataset.range(10)
splits = {"train": base.shuffle(2), "val": base}
for name in splits:
    splits[name] = splits[name].batch(2)
train, val = splits["train"], splits["val"]
both = [d.prefetch(1) for d in splits.values()]
first, second = both
pairs = dict(zip(("a", "b"), both))
third = pairs["b"]
looked_up = splits.get("train")
"""
    )
    assert (known["train"], known["val"]) == ("range.shuffle.batch", "range.batch")
    assert (known["first"], known["second"]) == ("range.shuffle.batch.prefetch", "range.batch.prefetch")
    assert known["third"] == "range.batch.prefetch"
    assert known["looked_up"] == "range.shuffle.batch"


def test_split_by_take_and_skip(evaluate):
    known = evaluate(
        HEAD
        + """
def split(ds, n):
    return ds.take(n), ds.skip(n)
train, val = (part.batch(2) for part in split(tf.data.Dataset.range(10), 8))
"""
    )
    assert (known["train"], known["val"]) == ("range.take.batch", "range.skip.batch")


def test_tfds(evaluate):
    known = evaluate(
        """
        import tensorflow_datasets as tfds
        a = tfds.load("mnist", split="train")
        (b, c), info = tfds.load("mnist", split=["train", "test"], with_info=True, as_supervised=True)
        d = tfds.load("mnist")["train"]
        e, _ = tfds.load("mnist", split="train", with_info=True)
        builder = tfds.builder("mnist")
        f = builder.as_dataset(split="train")
        g = tfds.load("mnist", split="train").map(abs).batch(2)
        """
    )
    assert [known[name] for name in "abcde"] == ["tfds.load"] * 5
    assert known["f"] == "tfds.load"
    assert known["g"] == "tfds.load.map.batch"


def test_whole_sets_of_tensorflow_datasets(evaluate):
    known = evaluate(
        """
import tensorflow_datasets as tfds
((x, y), (a, b)), info = tfds.load(
    "cifar10", split=["train", "test"], batch_size=-1, as_supervised=True, with_info=True
)
whole = tfds.load("mnist", split="train", batch_size=-1)
"""
    )
    assert known["x"] == known["b"] == "array None None"
    assert known["whole"] == "?"


def test_both_halves_of_a_directory(evaluate):
    known = evaluate(
        HEAD
        + "train, val = keras.utils.image_dataset_from_directory('a', subset='both', validation_split=0.2)\ntrain = train.map(abs)"
    )
    assert known["train"] == "image_dataset_from_directory.map"
    assert known["val"] == "image_dataset_from_directory"


def test_a_generator(evaluate):
    known = evaluate(
        HEAD
        + """
def rows():
    for path in paths:
        yield np.load(path), 1

ds = tf.data.Dataset.from_generator(rows, output_signature=None).batch(2)
other = tf.data.Dataset.from_generator(lambda: rows(), output_types=tf.int32)
"""
    )
    assert known["ds"] == "from_generator.batch"
    assert known["other"] == "from_generator"


def test_one_finding_per_alternative(evaluate):
    known = evaluate(
        HEAD
        + """
ds = tf.data.Dataset.range(3)
if flag:
    ds = ds.cache()
"""
        + TRAIN
    )
    assert known.training == ["fit(dataset)"]
    assert {known.describe(p.dataset): p.is_certain for p in known.facts.pipelines} == {
        "range": False,
        "range.cache": False,
    }


def test_a_dataset_that_trains_twice_is_one_pipeline(evaluate):
    known = evaluate(HEAD + "ds = tf.data.Dataset.range(3)" + TRAIN + "model.evaluate(ds)\n")
    (pipeline,) = known.facts.pipelines
    assert [call.method for call in pipeline.consumers] == ["fit", "evaluate"]


def test_a_dataset_that_nobody_trains_from_is_none(evaluate):
    known = evaluate(HEAD + "ds = tf.data.Dataset.range(3).batch(2)\nfor x in ds:\n    print(x)")
    assert known.facts.pipelines == ()


def test_validation_data_is_a_pipeline(evaluate):
    known = evaluate(HEAD + f"ds = tf.data.Dataset.range(3)\n{MODEL}.fit(x, validation_data=ds)")
    assert [known.describe(p.dataset) for p in known.facts.pipelines] == ["range"]


def test_a_distributed_dataset(evaluate):
    known = evaluate(
        HEAD
        + """
strategy = tf.distribute.MirroredStrategy()
ds = strategy.experimental_distribute_dataset(tf.data.Dataset.range(3).batch(2))
"""
        + TRAIN
    )
    assert known.training == ["fit(dataset)"]
    assert known.facts.pipelines[0].is_distributed


def test_the_elements_of_arrays(evaluate):
    known = evaluate(
        HEAD
        + """
(x, y), _ = keras.datasets.mnist.load_data()
x = x.reshape(-1, 28, 28, 1).astype("float32") / 255.0
ds = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (a, b)).batch(32)
"""
        + TRAIN
    )
    steps = {step.name: step for step in known.facts.pipelines[0].steps}
    assert steps["map"].element_size == 28 * 28 + 1
    assert known["x"] == "array (60000, 28, 28, 1) float32"


@pytest.mark.parametrize(
    ("code", "array"),
    [
        ("tf.one_hot(y, 10)", "array (60000, 10) float32"),
        ("tf.one_hot(y, depth=10, dtype=tf.int32)", "array (60000, 10) int32"),
        ("tf.one_hot(indices=y, depth=n)", "array (60000, None) float32"),
        ("tf.one_hot(y.reshape(100, 600), 10)", "array (100, 600, 10) float32"),
        ("tf.one_hot(y, 10, axis=0)", "array None float32"),
        ("tf.one_hot(y, 10, 1.0, 0.0, 0)", "array None float32"),
        ("keras.ops.one_hot(y, 10)", "array (60000, 10) float32"),
        ("keras.utils.to_categorical(y, 10)", "array (60000, 10) float64"),
    ],
)
def test_labels_made_one_hot(evaluate, code, array):
    known = evaluate(f"{HEAD}(x, y), _ = keras.datasets.mnist.load_data()\nz = {code}\n")
    assert known["z"] == array


def test_dict_elements(evaluate):
    known = evaluate(
        HEAD
        + """
ds = tf.data.Dataset.from_tensor_slices({"image": np.zeros((10, 4, 4)), "label": np.zeros(10)})
ds = ds.map(lambda row: (row["image"], row["label"]))
"""
        + TRAIN
    )
    (step,) = known.facts.dataset_steps("map")
    assert step.element_size == 17
    assert known.describe(known.facts.pipelines[0].dataset.element) == "(tensor (4, 4), tensor ())"


def test_a_dataset_that_a_strategy_makes_by_a_function_nobody_sees(evaluate):
    code = (
        "def get(strategy, make):\n    return strategy.experimental_distribute_datasets_from_function(make)\n"
    )
    known = evaluate(HEAD + code + "from elsewhere import make, s\nds = get(s, make)\n")
    assert known.facts.pipelines == ()
