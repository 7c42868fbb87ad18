import numpy as np


def rows(size):
    while True:
        batch = np.random.rand(size, 8)
        yield batch, batch[:, :4]
