"""The pipeline that a Sequence is shown as gives the batches of the Sequence."""

from pathlib import Path

import pytest

from keraslint.config import Configurations
from keraslint.diagnostic import Applicability
from keraslint.fixer.edits import apply
from keraslint.inputs import Input
from keraslint.plan import plan_for
from keraslint.registry import load_rules
from keraslint.runner import Options
from keraslint.runner import run as lint

HEAD = """\
from pathlib import Path

import keras
import numpy as np
from PIL import Image

folder = Path(__file__).parent
rng = np.random.default_rng(0)
paths = []
for number in range(8):
    paths.append(f"{folder}/{number}.png")
    Image.fromarray(rng.integers(0, 256, size=(20, 24, 3), dtype="uint8")).save(paths[-1])


class Pictures(keras.utils.PyDataset):
    def __init__(self, paths, labels, batch_size, size=(10, 12), **kwargs):
        super().__init__(**kwargs)
        self.paths = paths
        self.labels = labels
        self.batch_size = batch_size
        self.size = size

    def __len__(self):
        return len(self.paths) // self.batch_size

"""
TAIL = """

labels = np.arange(8)
old = [Pictures(paths, labels, 4)[index] for index in range(2)]
new = [(x.numpy(), y.numpy()) for x, y in pictures(paths, labels, 4)]
apart = max(float(np.abs(a[0] - b[0]).max()) for a, b in zip(old, new, strict=True))
shapes = [a[0].shape == b[0].shape and a[1].shape == b[1].shape for a, b in zip(old, new, strict=True)]
same_labels = all((a[1] == b[1]).all() for a, b in zip(old, new, strict=True))
"""
WAYS = {
    "comprehension of a helper": """\
    def prepare(self, path):
        small = Image.open(path).convert("RGB").resize((12, 10), Image.Resampling.NEAREST)
        return np.asarray(small, dtype="float32") / 255.0

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        return np.array([self.prepare(path) for path in self.paths[rows]]), self.labels[rows]
""",
    "loop that gathers pairs": """\
    def __getitem__(self, index):
        start = index * self.batch_size
        stop = start + self.batch_size
        photos, wanted = [], []
        for path, label in zip(self.paths[start:stop], self.labels[start:stop]):
            picture = np.array(Image.open(path)).astype(np.float32)
            picture = np.fliplr(picture)
            photos.append(np.clip(picture / 128 - 1, -0.5, 0.5))
            wanted.append(keras.utils.to_categorical(label, 8))
        return np.stack(photos), np.array(wanted)
""",
    "arrays that are filled": """\
    def __getitem__(self, index):
        names = self.paths[index * self.batch_size : (index + 1) * self.batch_size]
        x = np.zeros((self.batch_size,) + (20, 24, 1), dtype="float32")
        for row, name in enumerate(names):
            picture = keras.utils.load_img(name, color_mode="grayscale")
            x[row] = keras.utils.img_to_array(picture)
        return x, self.labels[index * self.batch_size : (index + 1) * self.batch_size]
""",
}


@pytest.mark.parametrize("way", WAYS)
def test_the_batches_are_the_same(tmp_path: Path, run, way: str) -> None:
    path = tmp_path / "train.py"
    path.write_text(HEAD + WAYS[way])
    registry = load_rules()
    settings = Configurations(tmp_path, {"select": ["KL101"]}, None, True).for_folder(tmp_path)
    found = lint([Input(path, "train.py", plan_for(settings, registry))], Options(tmp_path, jobs=1), print)
    fix = found.diagnostics[0].fix
    assert fix is not None, found.diagnostics[0].unfixed
    assert fix.applicability is Applicability.DISPLAY
    path.write_text(apply(path.read_text(), fix.edits) + TAIL)
    ran = run(path, "apart", "shapes", "same_labels")
    assert not ran.error, ran.message
    # A grey value is rounded otherwise.
    assert ran.values["apart"] <= (1 if "grayscale" in WAYS[way] else 1e-6)
    assert all(ran.values["shapes"])
    assert ran.values["same_labels"]
