"""What freezing at one time or another does to the weights that real Keras trains."""

import pytest

BACKBONE = """\
import numpy as np
import {keras} as keras

x, y = np.random.rand(32, 4).astype("float32"), np.random.rand(32).astype("float32")
base = keras.Sequential([keras.layers.InputLayer((4,)), keras.layers.Dense(3)])
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("sgd", "mse")
if {late}:
    model.fit(x, y, verbose=0)
base.trainable = False
before = base.get_weights()[0].copy()
model.fit(x, y, verbose=0)
moved = bool((before != base.get_weights()[0]).any())
"""
GAN = """\
import numpy as np
import {keras} as keras

x, y = np.random.rand(32, 4).astype("float32"), np.random.rand(32).astype("float32")
discriminator = keras.Sequential([keras.layers.InputLayer((4,)), keras.layers.Dense(1)])
discriminator.compile("sgd", "mse")
discriminator.trainable = False
before = discriminator.get_weights()[0].copy()
discriminator.train_on_batch(x, y)
moved = bool((before != discriminator.get_weights()[0]).any())
"""


@pytest.mark.parametrize(
    ("keras", "late", "moves"),
    [("keras", False, False), ("keras", True, True), ("tf_keras", False, True), ("tf_keras", True, True)],
)
def test_a_backbone_that_is_frozen_too_late_is_trained(run, tmp_path, keras, late, moves) -> None:
    program = tmp_path / "program.py"
    program.write_text(BACKBONE.format(keras=keras, late=late))
    assert run(program, "moved").values["moved"] is moves


@pytest.mark.parametrize(("keras", "learns"), [("keras", False), ("tf_keras", True)])
def test_a_discriminator_that_is_frozen_before_its_first_training(run, tmp_path, keras, learns) -> None:
    program = tmp_path / "program.py"
    program.write_text(GAN.format(keras=keras))
    assert run(program, "moved").values["moved"] is learns


def test_the_pair_differs_in_what_is_trained(run) -> None:
    trained = "float(abs(backbone.get_weights()[0] - keras.models.load_model(path).get_weights()[0]).max())"
    bad = run("trainable-frozen-backbone/bad.py", trained).values[trained]
    good = run("trainable-frozen-backbone/good.py", trained).values[trained]
    assert bad > 2 * good > 0
