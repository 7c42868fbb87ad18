"""The architecture comes from a nested dict; layers' names from its keys."""

import keras
from keras import layers

CONFIG = {
    "input_shape": (32, 32, 3),
    "blocks": [
        {"filters": 16, "kernel": 3, "pool": True},
        {"filters": 32, "kernel": 3, "pool": True},
        {"filters": 64, "kernel": 5, "pool": False},
    ],
    "dense": {"units": [128, 64], "dropout": 0.4},
    "classes": 7,
}


def from_config(config):
    inputs = keras.Input(shape=config["input_shape"])
    x = inputs
    for number, block in enumerate(config["blocks"], start=1):
        x = layers.Conv2D(block["filters"], block["kernel"], activation="relu", name=f"conv{number}")(x)
        if block["pool"]:
            x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    for units in config["dense"]["units"]:
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(config["dense"]["dropout"])(x)
    return keras.Model(inputs, layers.Dense(config["classes"], activation="softmax")(x))


model = from_config(CONFIG)
