"""Two classics as lists of layers, one with strings for padding and one with tuples."""

from keras.layers import AveragePooling2D
from keras.layers import Conv2D
from keras.layers import Dense
from keras.layers import Dropout
from keras.layers import Flatten
from keras.layers import Input
from keras.layers import MaxPooling2D
from keras.layers import ZeroPadding2D
from keras.models import Sequential

lenet = Sequential(
    [
        Input(shape=(28, 28, 1)),
        Conv2D(6, kernel_size=5, padding="same", activation="sigmoid"),
        AveragePooling2D(pool_size=2, strides=2),
        Conv2D(16, kernel_size=5, activation="sigmoid"),
        AveragePooling2D(pool_size=2, strides=2),
        Flatten(),
        Dense(120, activation="sigmoid"),
        Dense(84, activation="sigmoid"),
        Dense(10),
    ]
)
model = Sequential()
model.add(Conv2D(12, (11, 11), input_shape=(96, 96, 3), strides=(4, 4), activation="relu"))
model.add(MaxPooling2D(pool_size=(3, 3), strides=(2, 2)))
model.add(ZeroPadding2D((2, 2)))
model.add(Conv2D(16, (5, 5), activation="relu"))
model.add(Flatten())
model.add(Dense(96, activation="relu"))
model.add(Dropout(0.5))
model.add(Dense(17, activation="softmax"))
