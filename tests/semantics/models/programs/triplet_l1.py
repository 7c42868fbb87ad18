"""A Siamese network whose distance is a layer of its own, on a base that a helper makes."""

import keras
from keras import layers


class L1Dist(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__()

    def call(self, input_embedding, validation_embedding):
        return keras.ops.abs(input_embedding - validation_embedding)


def make_embedding():
    inp = layers.Input(shape=(50, 50, 3), name="input_image")
    c1 = layers.Conv2D(16, (10, 10), activation="relu")(inp)
    m1 = layers.MaxPooling2D(64, (2, 2), padding="same")(c1)
    c2 = layers.Conv2D(32, (7, 7), activation="relu")(m1)
    f1 = layers.Flatten()(c2)
    return keras.Model(inputs=[inp], outputs=layers.Dense(64, activation="sigmoid")(f1), name="embedding")


embedding = make_embedding()


def make_siamese_model():
    input_image = layers.Input(name="input_img", shape=(50, 50, 3))
    validation_image = layers.Input(name="validation_img", shape=(50, 50, 3))
    siamese_layer = L1Dist()
    distances = siamese_layer(embedding(input_image), embedding(validation_image))
    classifier = layers.Dense(1, activation="sigmoid")(distances)
    return keras.Model(inputs=[input_image, validation_image], outputs=classifier, name="siamese")


model = make_siamese_model()
