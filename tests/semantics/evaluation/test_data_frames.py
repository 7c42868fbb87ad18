"""What pandas calls a function of the program on."""

HEAD = """
import pandas as pd
import tensorflow as tf
frame = pd.read_csv("a.csv").assign(other=1)
def made(group):
    return tf.data.Dataset.from_tensor_slices(group.to_dict("list")).shuffle(9)
"""


def test_a_dataset_for_each_group(evaluate):
    known = evaluate(
        HEAD
        + """
datasets = frame.groupby("split").apply(made)
train = datasets["train"]
batched = datasets.map(lambda dataset: dataset.batch(4).prefetch(1))
val = batched["val"]
whole = frame.pipe(made)
"""
    )
    assert known["datasets"] == "series of from_tensor_slices.shuffle"
    assert known["train"] == "from_tensor_slices.shuffle"
    assert known["val"] == "from_tensor_slices.shuffle.batch.prefetch"
    assert known["whole"] == "from_tensor_slices.shuffle"


def test_what_is_computed_of_rows_is_pandas_own(evaluate):
    known = evaluate(
        HEAD + "areas = frame.apply(lambda row: row['a'] * row['b'], axis=1)\nnames = frame['a'].map(str)"
    )
    assert known["areas"] == "pandas.read_csv().assign().apply()"
    assert known["names"] == "pandas.read_csv().assign()[].map()"


def test_functions_of_other_packages_stay_theirs(evaluate):
    known = evaluate(HEAD + "import other\ndatasets = other.groups().apply(made)")
    assert known["datasets"] == "other.groups().apply()"
