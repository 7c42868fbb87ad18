"""Dilated causal convolutions in a Sequential, and gated units with skips."""

import keras
from keras import layers

wavenet = keras.Sequential()
wavenet.add(layers.Input(shape=[None, 5]))
for rate in (1, 2, 4, 8) * 2:
    wavenet.add(
        layers.Conv1D(filters=32, kernel_size=2, padding="causal", activation="relu", dilation_rate=rate)
    )
wavenet.add(layers.Conv1D(filters=14, kernel_size=1))


class GatedActivationUnit(layers.Layer):
    def __init__(self, activation="tanh", **kwargs):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)

    def call(self, inputs):
        n_filters = inputs.shape[-1] // 2
        linear_output = self.activation(inputs[..., :n_filters])
        gate = keras.activations.sigmoid(inputs[..., n_filters:])
        return linear_output * gate


def wavenet_residual_block(inputs, n_filters, dilation_rate):
    z = layers.Conv1D(2 * n_filters, kernel_size=2, padding="causal", dilation_rate=dilation_rate)(inputs)
    z = GatedActivationUnit()(z)
    z = layers.Conv1D(n_filters, kernel_size=1)(z)
    return layers.Add()([z, inputs]), z


inputs = layers.Input(shape=[None, 2])
z = layers.Conv1D(16, kernel_size=2, padding="causal")(inputs)
skip_to_last = []
for dilation_rate in [2**i for i in range(4)] * 2:
    z, skip = wavenet_residual_block(z, 16, dilation_rate)
    skip_to_last.append(skip)
z = keras.activations.relu(layers.Add()(skip_to_last))
z = layers.Conv1D(16, kernel_size=1, activation="relu")(z)
model = keras.Model(inputs=[inputs], outputs=[layers.Conv1D(64, kernel_size=1, activation="softmax")(z)])
