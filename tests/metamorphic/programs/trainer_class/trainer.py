import tensorflow as tf


def flip(image, label):
    return tf.image.random_flip_left_right(image[..., tf.newaxis]), label


class Trainer:
    def __init__(self, model, data):
        self.model = model
        self.train = data.map(flip).shuffle(640).batch(32)

    def run(self, epochs):
        self.model.compile(loss="mse")
        self.model.fit(self.train, epochs=epochs)
