import numpy as np
from PIL import Image


def read(path):
    picture = Image.open(path).resize((64, 64))
    return np.asarray(picture) / 255.0
