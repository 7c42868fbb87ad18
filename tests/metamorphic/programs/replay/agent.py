import random
from collections import deque

import numpy as np
from tensorflow import keras


class Agent:
    def __init__(self, states, actions):
        self.memory = deque(maxlen=2000)
        self.model = keras.Sequential([keras.Input((states,)), keras.layers.Dense(actions)])
        self.model.compile(loss="mse")

    def remember(self, state, action, reward):
        self.memory.append((state, action, reward))

    def act(self, state):
        return int(np.argmax(self.model.predict(state)[0]))

    def replay(self, size):
        batch = random.sample(self.memory, size)
        for state, action, reward in batch:
            target = self.model.predict(state)
            target[0][action] = reward
            self.model.fit(state, target, epochs=1, verbose=0)
