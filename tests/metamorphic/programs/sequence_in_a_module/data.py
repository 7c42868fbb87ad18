import numpy as np
from images import read
from tensorflow import keras


class Photos(keras.utils.Sequence):
    def __init__(self, paths, size):
        self.paths = paths
        self.size = size

    def __len__(self):
        return len(self.paths) // self.size

    def __getitem__(self, index):
        batch = self.paths[index * self.size : (index + 1) * self.size]
        return np.array([read(path) for path in batch]), np.zeros(self.size)
