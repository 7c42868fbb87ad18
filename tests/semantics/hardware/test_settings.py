"""Which training a setting reaches: that of its own script, or of a script that imports its module."""

import pytest

HIDDEN = "import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '-1'\n"
TRAINED = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
INNOCENT = {
    "another script's own run": {
        "nets.py": "import keras\nif __name__ == '__main__':\n    import os\n    os.environ['CUDA_VISIBLE_DEVICES'] = '-1'\n",
        "train.py": "import nets\n" + TRAINED,
    },
    "a script that only predicts": {
        "evaluate.py": HIDDEN + "from library import predict\npredict()\n",
        "library.py": "import keras\ndef predict():\n    return keras.models.load_model('m').predict(x)\n",
        "train.py": "import library\n" + TRAINED,
    },
    "a function that nothing calls": {
        "train.py": "def hide():\n    import os\n    os.environ['CUDA_VISIBLE_DEVICES'] = '-1'\ndef train():\n"
        + "".join(f"    {line}\n" for line in TRAINED.splitlines()),
    },
}
GUILTY = {
    "a module that the script imports": {
        "setup.py": HIDDEN,
        "train.py": "import setup\n" + TRAINED,
    },
    "a function of another file that the script calls": {
        "main.py": HIDDEN + "from library import train\nif __name__ == '__main__':\n    train()\n",
        "library.py": "def train():\n" + "".join(f"    {line}\n" for line in TRAINED.splitlines()),
    },
    "the script's own run": {
        "train.py": "if __name__ == '__main__':\n"
        + "".join(f"    {line}\n" for line in (HIDDEN + TRAINED).splitlines()),
    },
}


@pytest.mark.parametrize("files", INNOCENT.values(), ids=INNOCENT)
def test_a_setting_of_another_run(evaluate, files):
    assert [each.reached for each in evaluate(files).facts.settings if each.hides_gpus] == [()]


@pytest.mark.parametrize("files", GUILTY.values(), ids=GUILTY)
def test_a_setting_of_this_run(evaluate, files):
    (setting,) = [each for each in evaluate(files).facts.settings if each.hides_gpus]
    assert len(setting.reached) == 1
