"""What nobody can tell from the program: a width that is read from a file."""

import json
import pathlib
import tempfile

import keras
from keras import layers

path = pathlib.Path(tempfile.mkdtemp()) / "settings.json"
path.write_text('{"units": 12}')
settings = json.loads(path.read_text())
model = keras.Sequential([layers.Input((4,)), layers.Dense(settings["units"]), layers.Dense(1)])
