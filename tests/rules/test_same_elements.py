"""The plain methods of tf.data give what the experimental transformations gave, in the same order."""

PROGRAM = """\
import tensorflow as tf

numbers = tf.data.Dataset.range(40)
experimental = tf.data.experimental


def double(number):
    return number * 2


def thrice(number):
    return tf.data.Dataset.from_tensors(number).repeat(3)


def listed(dataset):
    return [element.tolist() for element in dataset.as_numpy_iterator()]


old = [
    listed(numbers.apply(experimental.map_and_batch(double, 6))),
    listed(numbers.apply(experimental.map_and_batch(double, 6, drop_remainder=True))),
    listed(numbers.apply(experimental.shuffle_and_repeat(7, 3, seed=5))),
    listed(numbers.apply(experimental.parallel_interleave(thrice, cycle_length=4, block_length=2))),
]
new = [
    listed(numbers.map(double, num_parallel_calls=tf.data.AUTOTUNE).batch(6)),
    listed(numbers.map(double, num_parallel_calls=tf.data.AUTOTUNE).batch(6, drop_remainder=True)),
    listed(numbers.shuffle(7, seed=5).repeat(3)),
    listed(
        numbers.interleave(thrice, cycle_length=4, block_length=2, num_parallel_calls=tf.data.AUTOTUNE)
    ),
]
same = experimental.AUTOTUNE == tf.data.AUTOTUNE
"""


def test_the_plain_methods_give_the_same(run, tmp_path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    ran = run(program, "old", "new", "same")
    assert ran.error == ""
    assert ran.values["old"] == ran.values["new"]
    assert ran.values["same"] is True


UNEVEN = """\
import os
import tempfile

import tensorflow as tf

folder = tempfile.mkdtemp()
files = [os.path.join(folder, str(number)) for number in range(11)]
for number, path in enumerate(files):
    with open(path, "w") as file:
        file.writelines(f"{number} {line}\\n" for line in range(number * 7 % 12))


def read(parallel):
    names = tf.data.Dataset.from_tensor_slices(files)
    taken = names.interleave(
        tf.data.TextLineDataset, cycle_length=4, block_length=2, num_parallel_calls=parallel
    )
    return list(taken.as_numpy_iterator())


one, several = read(None), read(4)
"""


def test_files_of_a_cycle_that_are_read_in_parallel_give_the_same(run, tmp_path) -> None:
    program = tmp_path / "program.py"
    program.write_text(UNEVEN)
    ran = run(program, "one", "several")
    assert ran.error == ""
    assert len(ran.values["one"]) > 40
    assert ran.values["one"] == ran.values["several"]
