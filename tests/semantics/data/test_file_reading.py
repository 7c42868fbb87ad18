"""Which steps read several files with one reader, and how many files."""

import pytest

PROGRAM = """\
import glob, os, pathlib
import keras
import tensorflow as tf

names = ["a", "b", "c"]
files = tf.data.Dataset.from_tensor_slices(names)
data = {data}
keras.Sequential([keras.layers.Dense(1)]).fit(data)
"""


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("tf.data.TFRecordDataset('a')", []),
        ("tf.data.TFRecordDataset(['a'])", []),
        ("tf.data.TFRecordDataset(names[:1])", []),
        ("tf.data.TFRecordDataset(tf.data.Dataset.list_files('a'))", []),
        ("tf.data.TFRecordDataset(glob.glob('a'))", []),
        ("tf.data.TFRecordDataset(FLAGS.files)", []),
        ("tf.data.Dataset.list_files('a').interleave(tf.data.TFRecordDataset)", []),
        ("files.take(1).interleave(tf.data.TFRecordDataset)", []),
        ("files.interleave(tf.data.TFRecordDataset, 4, 1, 4)", []),
        ("files.interleave(tf.data.TFRecordDataset, cycle_length=1)", []),
        ("files.interleave(lambda file: tf.data.TFRecordDataset(file, num_parallel_reads=4), 1)", []),
        ("tf.data.TFRecordDataset(names, num_parallel_reads=1)", []),
        ("tf.data.TFRecordDataset(names)", [("TFRecordDataset", 3)]),
        ("tf.data.TFRecordDataset(filenames=names, num_parallel_reads=None)", [("TFRecordDataset", 3)]),
        ("tf.data.TFRecordDataset(files)", [("TFRecordDataset", 3)]),
        ("tf.data.TFRecordDataset(tf.data.Dataset.list_files('*'))", [("TFRecordDataset", None)]),
        ("tf.data.TFRecordDataset(glob.glob('*'))", [("TFRecordDataset", None)]),
        ("tf.data.TFRecordDataset(sorted(tf.io.gfile.glob('*')))", [("TFRecordDataset", None)]),
        ("tf.data.TFRecordDataset(list(pathlib.Path('a').glob('*')))", [("TFRecordDataset", None)]),
        ("tf.data.TextLineDataset([p for p in os.listdir('a')])", [("TextLineDataset", None)]),
        ("tf.data.FixedLengthRecordDataset(names, 8)", [("FixedLengthRecordDataset", 3)]),
        ("files.shuffle(3).repeat().interleave(tf.data.TFRecordDataset)", [("interleave", 3)]),
        ("files.shard(2, 0).flat_map(lambda file: tf.data.TextLineDataset(file).skip(1))", [("flat_map", None)]),
        ("tf.data.Dataset.list_files(FLAGS.files).interleave(tf.data.TFRecordDataset)", [("interleave", None)]),
    ],
)  # fmt: skip
def test_what_reads_several_files_one_after_the_other(evaluate, data, read) -> None:
    facts = evaluate(PROGRAM.format(data=data)).facts
    assert [(each.step.name, each.files) for each in facts.sequential_reads] == read
