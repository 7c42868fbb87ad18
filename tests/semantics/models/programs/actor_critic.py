"""Two heads on a common trunk, as a subclass that is called on a batch of observations."""

import keras
import numpy as np
from keras import layers


class ActorCritic(keras.Model):
    def __init__(self, num_actions: int, num_hidden_units: int):
        super().__init__()
        self.common = layers.Dense(num_hidden_units, activation="relu")
        self.actor = layers.Dense(num_actions)
        self.critic = layers.Dense(1)

    def call(self, inputs):
        x = self.common(inputs)
        return self.actor(x), self.critic(x)


model = ActorCritic(num_actions=2, num_hidden_units=128)
logits, value = model(np.zeros((1, 4), dtype="float32"))
