"""Frames in, a value and advantages out, joined by a Lambda."""

import keras
from keras import layers
from keras import ops


class Agent:
    def __init__(self, state_dim, action_dim, dueling=True, frames=4):
        self.state_dim = (frames,) + state_dim
        self.action_dim = action_dim
        self.dueling = dueling
        self.model = self.network(self.dueling)

    def network(self, dueling):
        inp = layers.Input(self.state_dim)
        if len(self.state_dim) > 2:
            x = layers.Permute((2, 3, 1))(inp)
            x = layers.Conv2D(16, 8, strides=4, activation="relu")(x)
            x = layers.Conv2D(32, 4, strides=2, activation="relu")(x)
            x = layers.Flatten()(x)
            x = layers.Dense(64, activation="relu")(x)
        else:
            x = layers.Flatten()(inp)
            x = layers.Dense(64, activation="relu")(x)
        if dueling:
            x = layers.Dense(self.action_dim + 1, activation="linear")(x)
            x = layers.Lambda(
                lambda i: ops.expand_dims(i[:, 0], -1) + i[:, 1:] - ops.mean(i[:, 1:], keepdims=True),
                output_shape=(self.action_dim,),
            )(x)
        else:
            x = layers.Dense(self.action_dim, activation="linear")(x)
        return keras.Model(inp, x)


model = Agent((84, 84), 6).model
model_flat = Agent((4,), 2, dueling=False).model
