"""Which batches are float64, and where they became so."""

import libcst as cst
import pytest

from keraslint.semantics import Facts
from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import analyse
from keraslint.semantics.lowering.lower import lower

PROGRAM = """
import keras
import numpy as np
import skimage
from PIL import Image

class Data(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
{body}

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(Data())
"""


def facts(*lines: str) -> Facts:
    source = PROGRAM.format(body="\n".join(f"        {line}" for line in lines))
    return analyse({"t.py": lower(cst.parse_module(source))}, NoProject(), Target())


@pytest.mark.parametrize(
    "lines",
    [
        ("x = np.zeros((8, 32, 32), dtype='float32')", "return x, self.y"),
        ("x = np.zeros((8, 32, 32), self.dtype)", "return x, self.y"),
        ("x = np.zeros((8, 4))", "return x, self.y"),
        ("x = np.zeros((8, 32, 32))", "return x.astype('float32'), self.y"),
        ("x = np.zeros((8, 32, 32))", "return self.x, x.sum()"),
        ("x = np.zeros((8, 32, 32))", "return np.asarray(x, dtype='float32'), self.y"),
        ("x = np.zeros((8, 32, 32))", "return np.array(x, np.float32), self.y"),
        ("return self.x / 255.0, self.y",),
    ],
)
def test_no_batch_is_wide_that_may_be_narrow(lines: tuple[str, ...]) -> None:
    assert facts(*lines).wide_batches == ()


@pytest.mark.parametrize(
    ("lines", "divides"),
    [
        (("x = np.zeros((8, 32, 32))", "x[0] = self.x[index]", "return x, self.y"), False),
        (("return {'image': np.ones((8, 32, 32)) - 0.5}, self.y",), False),
        (("x = np.zeros((8, 32, 32))", "return x.copy(), self.y"), False),
        (("x = [np.asarray(Image.open(p)) for p in self.paths]", "return np.array(x) / 255, self.y"), True),
        (("x = [np.asarray(Image.open(p)) / 255 for p in self.paths]", "return np.array(x), self.y"), True),
        (("x = [skimage.img_as_float(read(p)) for p in self.paths]", "return np.array(x), self.y"), False),
        (
            (
                "x = np.zeros((8, 32, 32))",
                "if index % 2:",
                "    x = x.astype('uint8')",
                "return x[:4], self.y",
            ),
            False,
        ),
        (
            (
                "x = np.zeros((8, *self.shape))",
                "if index % 2:",
                "    return np.concatenate([x, self.x]), self.y",
                "return self.x, self.y",
            ),
            False,
        ),
    ],
)
def test_the_place_where_a_batch_became_wide(lines: tuple[str, ...], divides: bool) -> None:
    [wide] = facts(*lines).wide_batches
    assert wide.owner == "Data.__getitem__"
    assert wide.divides is divides
