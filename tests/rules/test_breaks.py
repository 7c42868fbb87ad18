"""Where a rule says that a program breaks, real Keras raises the very error; mended, the program runs."""

import pytest


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        ("fit-generator-removed", "AttributeError", "fit_generator"),
        ("fit-workers-removed", "TypeError", "unexpected keyword argument 'workers'"),
        ("legacy-cudnn-layer", "ImportError", "CuDNNLSTM"),
        ("model-outside-scope", "RuntimeError", ""),
        ("multi-gpu-model-removed", "AttributeError", "multi_gpu_model"),
    ],
)
def test_bad_raises_and_good_runs(run, rule, error, message) -> None:
    bad = run(f"{rule}/bad.py")
    assert bad.error == error
    assert message in bad.message
    good = run(f"{rule}/good.py")
    assert (good.error, good.message) == ("", "")


@pytest.mark.parametrize(
    "rule",
    [
        "debug-left-on",
        "deprecated-autotune",
        "determinism-left-on",
        "eager-left-on",
        "fit-generator-removed",
        "gpu-disabled",
        "legacy-cudnn-layer",
        "legacy-image-generator",
        "model-outside-scope",
        "multi-gpu-model-removed",
        "random-before-cache",
        "repeat-before-shuffle",
        "shuffle-after-batch",
        "single-threaded-runtime",
        "small-shuffle-buffer",
        "trainable-frozen-backbone",
    ],
)
def test_traps_run(run, rule) -> None:
    traps = run(f"{rule}/traps.py")
    assert (traps.error, traps.message) == ("", "")


def test_graph_mode_is_nothing_for_keras_3(run) -> None:
    ran = run("eager-left-on/variants/graph_mode.py")
    assert ran.error == "RuntimeError"
    assert "eager mode" in ran.message


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import tensorflow as tf\ntf.contrib.data.map_and_batch", "AttributeError"),
        ("from tensorflow.contrib.data import AUTOTUNE", "ModuleNotFoundError"),
        ("from tensorflow.keras.layers import CuDNNGRU", "ImportError"),
        ("import tf_keras\ntf_keras.layers.CuDNNLSTM", "AttributeError"),
        ("import tf_keras\ntf_keras.utils.multi_gpu_model", "AttributeError"),
        ("from keras.utils import multi_gpu_model", "ImportError"),
        ("from keras.preprocessing.image import ImageDataGenerator", "ImportError"),
        ("import keras\nkeras.preprocessing.image.ImageDataGenerator()", "AttributeError"),
    ],
)
def test_the_name_is_gone(run, tmp_path, code, error) -> None:
    program = tmp_path / "program.py"
    program.write_text(code)
    assert run(program).error == error
