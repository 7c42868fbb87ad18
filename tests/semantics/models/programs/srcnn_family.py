"""A base class that names what its subclasses must make."""

import keras
from keras import layers


class BaseModel:
    def __init__(self, scale_factor):
        self.scale_factor = scale_factor
        self.model = None

    def create_model(self, height=32, width=32, channels=3):
        return keras.Input(shape=(height * self.scale_factor, width * self.scale_factor, channels))


class SmallNet(BaseModel):
    def __init__(self, scale_factor):
        super().__init__(scale_factor)
        self.f1, self.f2, self.f3 = 9, 1, 5
        self.n1, self.n2 = 32, 16

    def create_model(self, height=16, width=16, channels=3):
        init = super().create_model(height, width, channels)
        x = layers.Conv2D(self.n1, (self.f1, self.f1), activation="relu", padding="same")(init)
        x = layers.Conv2D(self.n2, (self.f2, self.f2), activation="relu", padding="same")(x)
        out = layers.Conv2D(channels, (self.f3, self.f3), padding="same")(x)
        self.model = keras.Model(init, out)
        return self.model


class AverageNet(BaseModel):
    def create_model(self, height=16, width=16, channels=3):
        init = super().create_model(height, width, channels)
        levels = [layers.Conv2D(8, k, activation="relu", padding="same")(init) for k in (1, 3, 5)]
        x = layers.Average()(levels)
        self.model = keras.Model(init, layers.Conv2D(channels, 5, padding="same")(x))
        return self.model


model = SmallNet(2).create_model()
model_average = AverageNet(3).create_model(channels=1)
