"""A helper with flags and defaults, called in several ways."""

import keras
from keras import layers
from keras import regularizers


def build_mlp(
    input_dim, hidden=(64, 32), classes=1, dropout=0.0, batchnorm=False, l2=None, activation="relu"
):
    model = keras.Sequential(name="mlp")
    model.add(layers.Input(shape=(input_dim,)))
    for units in hidden:
        model.add(layers.Dense(units, kernel_regularizer=regularizers.l2(l2) if l2 else None))
        if batchnorm:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation(activation))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(classes, activation="sigmoid" if classes == 1 else "softmax"))
    return model


model = build_mlp(20)
model_large = build_mlp(784, hidden=[300, 100], classes=10, dropout=0.2, batchnorm=True)
model_regular = build_mlp(input_dim=11, l2=1e-3, hidden=[8] * 4)
