"""A temporal convolutional network of classes: residual blocks with layers made in loops in build."""

import keras
from keras import layers


class ResidualBlock(layers.Layer):
    def __init__(self, dilation_rate, nb_filters, kernel_size, padding="causal", dropout_rate=0.0, **kwargs):
        self.dilation_rate = dilation_rate
        self.nb_filters = nb_filters
        self.kernel_size = kernel_size
        self.padding = padding
        self.dropout_rate = dropout_rate
        self.layers_of_block = []
        self.shape_match_conv = None
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.layers_of_block = []
        for k in range(2):
            self.layers_of_block.append(
                layers.Conv1D(
                    self.nb_filters,
                    self.kernel_size,
                    dilation_rate=self.dilation_rate,
                    padding=self.padding,
                    name=f"conv1D_{k}",
                )
            )
            self.layers_of_block.append(layers.LayerNormalization())
            self.layers_of_block.append(layers.Activation("relu"))
            self.layers_of_block.append(layers.SpatialDropout1D(rate=self.dropout_rate))
        if self.nb_filters != input_shape[-1]:
            self.shape_match_conv = layers.Conv1D(filters=self.nb_filters, kernel_size=1, padding="same")
        else:
            self.shape_match_conv = layers.Lambda(lambda x: x)
        super().build(input_shape)

    def call(self, inputs, training=None):
        x = inputs
        for layer in self.layers_of_block:
            x = layer(x)
        x2 = self.shape_match_conv(inputs)
        return [layers.Activation("relu")(layers.add([x2, x])), x]


class TCN(layers.Layer):
    def __init__(
        self, nb_filters=16, kernel_size=3, nb_stacks=1, dilations=(1, 2, 4), return_sequences=False, **kwargs
    ):
        self.nb_filters = nb_filters
        self.kernel_size = kernel_size
        self.nb_stacks = nb_stacks
        self.dilations = dilations
        self.return_sequences = return_sequences
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.residual_blocks = []
        for _ in range(self.nb_stacks):
            for d in self.dilations:
                self.residual_blocks.append(
                    ResidualBlock(dilation_rate=d, nb_filters=self.nb_filters, kernel_size=self.kernel_size)
                )
        super().build(input_shape)

    def call(self, inputs, training=None):
        x = inputs
        skip_connections = []
        for block in self.residual_blocks:
            x, skip = block(x, training=training)
            skip_connections.append(skip)
        x = layers.add(skip_connections)
        if not self.return_sequences:
            x = x[:, -1, :]
        return x


i = layers.Input(shape=(100, 1))
o = TCN(return_sequences=False, dilations=[1, 2, 4, 8])(i)
model = keras.Model(inputs=[i], outputs=[layers.Dense(10)(o)])
