import tensorflow as tf
from base import Base


class Child(Base):
    def prepare(self, row):
        row = super().prepare(row)
        return tf.image.random_brightness(row, 0.2)

    def dataset(self):
        return super().dataset().prefetch(1)
