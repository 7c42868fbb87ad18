"""A model has one size however its program is written."""

from __future__ import annotations

import pytest

HEAD = "import keras\nfrom keras import layers\n"
REWRITINGS = {
    "statements": """
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(8, 3, padding="same")(inputs)
x = layers.BatchNormalization()(x)
x = layers.Conv2D(16, 3, padding="same")(x)
x = layers.BatchNormalization()(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(4)(x))
""",
    "loop": """
inputs = x = keras.Input((32, 32, 3))
for width in (8, 16):
    x = layers.Conv2D(width, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(4)(x))
""",
    "helper": """
def block(x, width, kernel=3):
    x = layers.Conv2D(width, kernel, padding="same")(x)
    return layers.BatchNormalization()(x)

def build(shape=(32, 32, 3), widths=(8, 16)):
    inputs = keras.Input(shape)
    x = inputs
    for width in widths:
        x = block(x, width)
    return keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)))

model = build()
""",
    "layers made first": """
first, second = layers.Conv2D(8, 3, padding="same"), layers.Conv2D(16, 3, padding="same")
norms = [layers.BatchNormalization() for _ in range(2)]
head = layers.Dense(4)
inputs = keras.Input((32, 32, 3))
x = norms[1](second(norms[0](first(inputs))))
model = keras.Model(inputs=inputs, outputs=head(layers.GlobalAveragePooling2D()(x)))
""",
    "sequential": """
model = keras.Sequential([keras.Input((32, 32, 3))])
for width in (8, 16):
    model.add(layers.Conv2D(width, 3, padding="same"))
    model.add(layers.BatchNormalization())
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(4))
""",
    "sequentials inside": """
def block(width):
    return keras.Sequential([layers.Conv2D(width, 3, padding="same"), layers.BatchNormalization()])

body = keras.Sequential([block(8), block(16)])
model = keras.Sequential([keras.Input((32, 32, 3)), body, layers.GlobalAveragePooling2D(), layers.Dense(4)])
""",
    "layer class": """
class Block(layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.conv = layers.Conv2D(width, 3, padding="same")
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return self.norm(self.conv(x))

inputs = keras.Input((32, 32, 3))
x = Block(16)(Block(8)(inputs))
model = keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)))
""",
    "layers made in build": """
class Block(layers.Layer):
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width

    def build(self, input_shape):
        self.conv = layers.Conv2D(self.width, 3, padding="same")
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return self.norm(self.conv(x))

inputs = keras.Input((32, 32, 3))
x = Block(16, name="second")(Block(8, name="first")(inputs))
model = keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)))
""",
    "model class": """
class Net(keras.Model):
    def __init__(self, widths=(8, 16)):
        super().__init__()
        self.body = []
        for width in widths:
            self.body.append(layers.Conv2D(width, 3, padding="same"))
            self.body.append(layers.BatchNormalization())
        self.pool = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(4)

    def features(self, x):
        for layer in self.body:
            x = layer(x)
        return self.pool(x)

    def call(self, x):
        return self.head(self.features(x))

model = Net()
model(keras.Input((32, 32, 3)))
""",
}


@pytest.mark.parametrize("name", REWRITINGS)
def test_a_model_has_one_size(name, evaluate):
    built = evaluate(HEAD + REWRITINGS[name]).model("model").architecture
    assert built.parameters == 224 + 32 + 1168 + 64 + 68
    assert built.non_trainable == 16 + 32
    assert built.macs == 32 * 32 * (216 + 1152) + 64
