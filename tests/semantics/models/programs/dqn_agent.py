"""An agent that keeps two copies of its network, and settings from a class body."""

import collections

import keras


class DQNAgent:
    LEARNING_RATE = 0.001
    HIDDEN = (24, 24)

    def __init__(self, state_size, action_size):
        self.state_size = state_size
        self.action_size = action_size
        self.memory = collections.deque(maxlen=2000)
        self.gamma = 0.95
        self.model = self._build_model()
        self.target_model = self._build_model()
        self.update_target_model()

    def _build_model(self):
        model = keras.Sequential()
        model.add(keras.layers.Input((self.state_size,)))
        for units in self.HIDDEN:
            model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.Dense(self.action_size, activation="linear"))
        model.compile(loss="mse", optimizer=keras.optimizers.Adam(learning_rate=self.LEARNING_RATE))
        return model

    def update_target_model(self):
        self.target_model.set_weights(self.model.get_weights())


agent = DQNAgent(4, 2)
model = agent.model
target = agent.target_model
