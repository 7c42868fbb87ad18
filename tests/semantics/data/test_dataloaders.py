"""PyTorch's data loaders that Keras trains from."""

import libcst as cst
import pytest

from keraslint.semantics import Facts
from keraslint.semantics import NoProject
from keraslint.semantics import Target
from keraslint.semantics import Work
from keraslint.semantics import analyse
from keraslint.semantics.lowering.lower import lower

HEAD = """
import keras
import torch
import torchvision
from PIL import Image
from torch.utils.data import DataLoader

class Pictures(torch.utils.data.Dataset):
    def __getitem__(self, index):
        return Image.open(self.paths[index]), 0

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
"""


def facts(source: str) -> Facts:
    return analyse({"t.py": lower(cst.parse_module(HEAD + source))}, NoProject(), Target())


@pytest.mark.parametrize(
    ("arguments", "workers"),
    [("", None), (", num_workers=2", 2), (", 8, True, None, None, 3", 3), (", **settings", ...)],
)
def test_its_workers_wherever_they_are_given(arguments: str, workers: object) -> None:
    [loader] = facts(f"model.fit(DataLoader(Pictures(){arguments}))").data_loaders
    assert loader.workers.is_absent is (workers is None)
    assert loader.workers.constant == (... if workers is None else workers)


def test_what_its_data_set_does_for_a_sample() -> None:
    [loader] = facts("model.fit(DataLoader(torch.utils.data.Subset(Pictures(), [0])))").data_loaders
    assert loader.dataset == "Pictures"
    assert loader.costliest is not None
    assert loader.costliest.work is Work.DECODE


def test_torchvision_decodes_and_tensors_in_memory_do_nothing() -> None:
    [one] = facts("model.fit(DataLoader(torchvision.datasets.ImageFolder('a')))").data_loaders
    [other] = facts("model.fit(DataLoader(torch.utils.data.TensorDataset(x, y)))").data_loaders
    assert one.decodes
    assert not other.decodes
    assert other.costliest is None
