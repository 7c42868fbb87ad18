"""A VGG from a tuple of widths and pools, numbers beside strings."""

import keras
import numpy as np
from keras import layers

CFG = {"A": [8, "M", 16, "M", 32, 32, "M"], "D": [8, 8, "M", 16, 16, "M", 32, 32, 32, "M"]}


def make_layers(cfg, batch_norm=False):
    stack = []
    for v in cfg:
        if v == "M":
            stack.append(layers.MaxPooling2D(pool_size=2, strides=2))
        else:
            stack.append(layers.Conv2D(v, kernel_size=3, padding="same"))
            if batch_norm:
                stack += [layers.BatchNormalization()]
            stack.append(layers.ReLU())
    return keras.Sequential(stack)


class VGG(keras.Model):
    def __init__(self, features, num_classes=10):
        super().__init__()
        self.features = features
        self.avgpool = layers.GlobalAveragePooling2D()
        self.classifier = keras.Sequential(
            [layers.Dense(64, activation="relu"), layers.Dropout(0.5), layers.Dense(num_classes)]
        )

    def call(self, x):
        x = self.features(x)
        x = self.avgpool(x)
        return self.classifier(x)


model = VGG(make_layers(CFG["D"], batch_norm=True))
model(np.zeros((1, 32, 32, 3)))
model_a = VGG(make_layers(CFG["A"]), num_classes=3)
model_a(np.zeros((1, 32, 32, 3)))
