import tensorflow as tf


class Base:
    def __init__(self, rows):
        self.rows = rows

    def dataset(self):
        return tf.data.Dataset.from_tensor_slices(self.rows).map(self.prepare).batch(16)

    def prepare(self, row):
        return row
