"""What the rules about sequences say of who takes the batches, and how."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from keraslint.cli.app import keraslint as command
from keraslint.fixer import write

IMAGES = """import cv2
import keras
import numpy as np

class Images(keras.utils.Sequence):
    def __init__(self, paths):
        super().__init__()
        self.paths = paths

    def __len__(self):
        return len(self.paths) // 32

    def __getitem__(self, index):
        paths = self.paths[32 * index : 32 * index + 32]
        return np.stack([cv2.imread(path) for path in paths])

model = keras.models.load_model("model.keras")
"""


def messages(folder: Path, code: str, call: str, *options: str) -> list[str]:
    path = folder / "train.py"
    path.write_text(f"{IMAGES}model.{call}\n", encoding="utf-8")
    arguments = ["check", "--isolated", "--no-cache", "--select", code, "--output-format", "json"]
    found: list[dict[str, Any]] = json.loads(
        CliRunner().invoke(command, [*arguments, *options, str(path)]).stdout
    )
    return [each["message"] for each in found]


@pytest.mark.parametrize(
    ("call", "repeated"),
    [
        ("fit(Images(['a.jpg'] * 320))", True),
        ("fit(x, y, validation_data=Images(['a.jpg'] * 320))", True),
        ("predict(Images(['a.jpg'] * 320))", False),
        ("predict(x)", True),
    ],
)
def test_epochs_are_spoken_of_where_something_may_train(tmp_path: Path, call: str, repeated: bool) -> None:
    (message,) = messages(tmp_path, "KL101", call)
    assert message.endswith("in a Python loop, again on every epoch" if repeated else "in a Python loop")


@pytest.mark.parametrize(
    ("tensorflow", "method", "codes"),
    [
        ("2.4", "fit", ["KL201"]),
        ("2.4", "fit_generator", ["KL502"]),
        ("2.0", "fit_generator", ["KL201"]),
    ],
)
def test_one_worker_is_told_of_once_the_method_has_its_new_name(
    tmp_path: Path, tensorflow: str, method: str, codes: list[str]
) -> None:
    call = f"{method}(Images(['a.jpg'] * 320))"
    found = [
        code
        for code in ("KL201", "KL502")
        if messages(tmp_path, code, call, "--target-tensorflow", tensorflow)
    ]
    assert found == codes


def test_what_a_training_validates_on_gets_more_workers_with_it(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    own = IMAGES.replace("(self, paths):", "(self, paths, **kwargs):").replace(
        "__init__()", "__init__(**kwargs)"
    )
    path.write_text(
        f"{own}few = Images(['b.jpg'] * 32)\nmodel.fit(Images(['a.jpg'] * 320), validation_data=few)\n"
    )
    arguments = [
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "KL201",
        "--fix",
        "--unsafe-fixes",
        str(path),
    ]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert path.read_text().removeprefix(own) == (
        "few = Images(['b.jpg'] * 32, workers=4)\n"
        "model.fit(Images(['a.jpg'] * 320, workers=4), validation_data=few)\n"
    )


def test_constructors_take_settings_before_another_file_hands_them_over(tmp_path: Path) -> None:
    own = IMAGES.partition("\nmodel")[0]
    (tmp_path / "own.py").write_text(own)
    (tmp_path / "validated.py").write_text(own)
    (tmp_path / "given.py").write_text(
        "import own\nimport validated\n\nfew = validated.Images(['b.jpg'] * 32)\nmany = own.Images(['a.jpg'] * 320)\n"
    )
    (tmp_path / "train.py").write_text(
        "import keras\nfrom given import few, many\n\n"
        "keras.models.load_model('model.keras').fit(many, validation_data=few, workers=4)\n"
    )
    arguments = ["check", "--isolated", "--no-cache", "--select", "KL501", "--output-format", "json"]
    (found,) = json.loads(CliRunner().invoke(command, [*arguments, str(tmp_path)]).stdout)
    files = dict.fromkeys(Path(edit.get("filename", "train.py")).name for edit in found["fix"]["edits"])
    assert list(files) == ["own.py", "validated.py", "given.py", "train.py"]


def test_so_they_do_where_two_fixes_end_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = IMAGES.partition("\nmodel")[0]
    (tmp_path / "early.py").write_text(own)
    (tmp_path / "zoo.py").write_text(own)
    (tmp_path / "train.py").write_text(
        "import keras\nimport early\nimport zoo\n\nmodel = keras.models.load_model('model.keras')\n"
        "model.fit(early.Images(['a.jpg'] * 320), workers=4)\nmodel.fit(zoo.Images(['b.jpg'] * 320), workers=2)\n"
    )
    written: list[str] = []
    monkeypatch.setattr(
        write, "write_together", lambda rewrites: written.extend(each.path.name for each in rewrites)
    )
    arguments = ["check", "--isolated", "--no-cache", "--select", "KL501", "--fix", str(tmp_path)]
    CliRunner().invoke(command, arguments)
    assert written == ["early.py", "zoo.py", "train.py"]
