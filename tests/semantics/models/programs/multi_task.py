"""A trunk and a dict of heads, outputs by name."""

import keras
from keras import layers

TASKS = {"age": (1, "linear"), "gender": (2, "softmax"), "smile": (1, "sigmoid")}
image = keras.Input((64, 64, 3), name="image")
x = image
for filters in [8 * 2**i for i in range(3)]:
    x = layers.Conv2D(filters, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
features = layers.Flatten()(x)
outputs = {
    name: layers.Dense(units, activation=activation, name=name)(layers.Dense(16)(features))
    for name, (units, activation) in TASKS.items()
}
model = keras.Model(inputs=image, outputs=outputs)
