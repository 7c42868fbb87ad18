"""Thread settings that a program has a reason for, of which KL206 only informs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command

SINGLE = (
    "tf.config.threading.set_intra_op_parallelism_threads(1)\n"
    "tf.config.threading.set_inter_op_parallelism_threads(1)\n"
)
TRAIN = (
    "def train(x):\n    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\n"
    "    model.compile('sgd', 'mse')\n    return model.fit(x, x)\n"
)
MEANT = {
    "repeatable by a call": f"tf.config.experimental.enable_op_determinism()\n{SINGLE}{TRAIN}train(x)\n",
    "repeatable by a seed": f"import os\nos.environ['PYTHONHASHSEED'] = '0'\n{SINGLE}{TRAIN}train(x)\n",
    "a pool": f"{SINGLE}{TRAIN}from multiprocessing import Pool\nwith Pool(4) as pool:\n    pool.map(train, [x, x])\n",
    "a pool of threads": f"{SINGLE}{TRAIN}from concurrent.futures import ThreadPoolExecutor\n"
    "from functools import partial\nwith ThreadPoolExecutor() as pool:\n    pool.submit(partial(train, x))\n",
    "a process for each GPU": f"import horovod.tensorflow.keras as hvd\nhvd.init()\n{SINGLE}{TRAIN}train(x)\n",
    "several workers": f"strategy = tf.distribute.MultiWorkerMirroredStrategy()\n{SINGLE}{TRAIN}train(x)\n",
}
NOT_MEANT = {
    "nothing": f"{SINGLE}{TRAIN}train(x)\n",
    "a pool for something else": f"{SINGLE}{TRAIN}from multiprocessing import Pool\n"
    "with Pool(4) as pool:\n    x = pool.map(load, names)\ntrain(x)\n",
    "one process with several GPUs": f"strategy = tf.distribute.MirroredStrategy()\n{SINGLE}{TRAIN}train(x)\n",
}


def severities(folder: Path, body: str) -> list[str]:
    path = folder / "train.py"
    path.write_text(
        f"import tensorflow as tf\nimport numpy as np\nx = np.ones((8, 2))\n{body}", encoding="utf-8"
    )
    arguments = [
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "KL206",
        "--output-format",
        "json",
        str(path),
    ]
    return [each["severity"] for each in json.loads(CliRunner().invoke(command, arguments).stdout)]


@pytest.mark.parametrize("body", MEANT.values(), ids=MEANT)
def test_one_core_that_is_meant(tmp_path: Path, body: str) -> None:
    assert severities(tmp_path, body) == ["info"]


@pytest.mark.parametrize("body", NOT_MEANT.values(), ids=NOT_MEANT)
def test_one_core_for_no_reason(tmp_path: Path, body: str) -> None:
    assert severities(tmp_path, body) == ["warning"]
