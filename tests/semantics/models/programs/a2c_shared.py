"""Actor and critic as two functional models over shared layers, made by methods of a base class."""

from keras.layers import Dense
from keras.layers import Flatten
from keras.layers import Input
from keras.models import Model


class Network:
    def __init__(self, inp_dim, out_dim):
        self.inp_dim = inp_dim
        self.out_dim = out_dim


class Actor(Network):
    def __init__(self, inp_dim, out_dim, network):
        Network.__init__(self, inp_dim, out_dim)
        self.model = self.add_head(network)

    def add_head(self, network):
        x = Dense(128, activation="relu")(network.output)
        out = Dense(self.out_dim, activation="softmax")(x)
        return Model(network.input, out)


class Critic(Network):
    def __init__(self, inp_dim, out_dim, network):
        super().__init__(inp_dim, out_dim)
        self.model = self.add_head(network)

    def add_head(self, network):
        x = Dense(128, activation="relu")(network.output)
        return Model(network.input, Dense(1, activation="linear")(x))


class A2C:
    def __init__(self, act_dim, env_dim, k):
        self.act_dim = act_dim
        self.env_dim = (k,) + env_dim
        self.shared = self.build_network()
        self.actor = Actor(self.env_dim, act_dim, self.shared)
        self.critic = Critic(self.env_dim, act_dim, self.shared)

    def build_network(self):
        inp = Input(self.env_dim)
        x = Flatten()(inp)
        x = Dense(64, activation="relu")(x)
        x = Dense(128, activation="relu")(x)
        return Model(inp, x)


algorithm = A2C(2, (4,), 4)
actor = algorithm.actor.model
critic = algorithm.critic.model
