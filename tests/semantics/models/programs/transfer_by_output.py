"""The head goes on the backbone's own output; a Sequential holds the same backbone."""

from keras.applications.vgg16 import VGG16
from keras.layers import Dense
from keras.layers import Dropout
from keras.layers import Flatten
from keras.models import Model
from keras.models import Sequential

base = VGG16(weights=None, include_top=False, input_shape=(48, 48, 3))
x = Flatten()(base.output)
x = Dense(32, activation="relu")(x)
model = Model(inputs=base.input, outputs=Dense(5, activation="softmax")(x))
stacked = Sequential(
    [base, Flatten(), Dense(16, activation="relu"), Dropout(0.5), Dense(1, activation="sigmoid")]
)
