from loader import load
from steps import shuffled


def make(images, labels, training=True):
    ds = shuffled(load(images, labels), training)
    return ds.batch(32)
