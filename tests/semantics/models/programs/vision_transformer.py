"""Patches, their places, transformer blocks in a loop, and an MLP head from a list of widths."""

import keras
from keras import layers
from keras import ops

patch_size = 8
num_patches = (32 // patch_size) ** 2
projection_dim = 24
transformer_units = [projection_dim * 2, projection_dim]


def mlp(x, hidden_units, dropout_rate):
    for units in hidden_units:
        x = layers.Dense(units, activation=keras.activations.gelu)(x)
        x = layers.Dropout(dropout_rate)(x)
    return x


class PatchEncoder(layers.Layer):
    def __init__(self, num_patches, projection_dim):
        super().__init__()
        self.num_patches = num_patches
        self.projection = layers.Dense(units=projection_dim)
        self.position_embedding = layers.Embedding(input_dim=num_patches, output_dim=projection_dim)

    def call(self, patch):
        positions = ops.expand_dims(ops.arange(start=0, stop=self.num_patches, step=1), axis=0)
        return self.projection(patch) + self.position_embedding(positions)


inputs = keras.Input(shape=(32, 32, 3))
patches = layers.Conv2D(projection_dim, patch_size, strides=patch_size)(inputs)
patches = layers.Reshape((num_patches, projection_dim))(patches)
encoded = PatchEncoder(num_patches, projection_dim)(patches)
for _ in range(3):
    x1 = layers.LayerNormalization(epsilon=1e-6)(encoded)
    attention_output = layers.MultiHeadAttention(num_heads=2, key_dim=projection_dim, dropout=0.1)(x1, x1)
    x2 = layers.Add()([attention_output, encoded])
    x3 = layers.LayerNormalization(epsilon=1e-6)(x2)
    x3 = mlp(x3, hidden_units=transformer_units, dropout_rate=0.1)
    encoded = layers.Add()([x3, x2])
representation = layers.LayerNormalization(epsilon=1e-6)(encoded)
representation = layers.Flatten()(representation)
features = mlp(representation, hidden_units=[64, 32], dropout_rate=0.5)
model = keras.Model(inputs=inputs, outputs=layers.Dense(10)(features))
