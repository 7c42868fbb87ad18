"""What is shown under the pointer."""

from editor import PLAIN
from editor import TRAIN

PIPELINE = """\
import tensorflow as tf


def decode(path):
    return tf.io.decode_jpeg(tf.io.read_file(path))


def make(paths):
    files = tf.data.Dataset.from_tensor_slices(paths)
    images = files.map(decode)
    return images, images.batch(8)


single, batches = make(["a.jpg", "b.jpg"])
batches = batches.prefetch(1)
print(batches)
"""


def test_a_finding_with_its_page_and_what_was_measured(project, edit):
    editor = edit()
    uri = editor.open(project / "train.py", TRAIN)
    shown = editor.hover(uri, 7, 65)
    assert shown.startswith("**KL108** `cache` keeps the random draws of `augment`")
    assert "# random-before-cache (KL108)" in shown
    assert "## Use instead" in shown
    assert "## Measured" in shown


def test_a_layer_with_its_shape_and_cost(project, edit):
    editor = edit()
    uri = editor.open(project / "train.py", TRAIN)
    shown = editor.hover(uri, 5, TRAIN.splitlines()[5].index("Conv2D") + 2)
    assert shown == "`Conv2D`: output 6 x 6 x 4, 112 parameters, 3,888 MACs a sample"


def test_a_variable_with_its_pipeline_as_far_as_it_goes_there(project, edit):
    editor = edit()
    uri = editor.open(project / "input.py", PIPELINE)
    decoded = "1. `from_tensor_slices`\n2. `map` with `decode`: costly (`tensorflow.io.read_file`)"
    batched = f"{decoded}\n3. `batch`"
    assert editor.hover(uri, 9, 6) == f"`images` is a dataset:\n\n{decoded}"
    assert editor.hover(uri, 10, 12) == f"`images` is a dataset:\n\n{decoded}"
    assert editor.hover(uri, 13, 2) == f"`single` is a dataset:\n\n{decoded}"
    assert editor.hover(uri, 13, 10) == f"`batches` is a dataset:\n\n{batched}"
    assert editor.hover(uri, 14, 12) == f"`batches` is a dataset:\n\n{batched}"
    assert editor.hover(uri, 14, 2) == f"`batches` is a dataset:\n\n{batched}\n4. `prefetch`"
    assert editor.hover(uri, 15, 8) == f"`batches` is a dataset:\n\n{batched}\n4. `prefetch`"


def test_nothing_where_nothing_is_known(project, edit):
    editor = edit()
    uri = editor.open(project / "tune.py", PLAIN)
    assert editor.hover(uri, 0, 2) == ""
    assert editor.hover(uri, 2, 0) == ""
    assert editor.hover(uri, 99, 99) == ""
