"""Kernels of several widths over embedded words."""

import keras
from keras.layers import Concatenate
from keras.layers import Conv2D
from keras.layers import Dense
from keras.layers import Dropout
from keras.layers import Embedding
from keras.layers import Flatten
from keras.layers import Input
from keras.layers import MaxPool2D
from keras.layers import Reshape

sequence_length, vocabulary_size, embedding_dim = 56, 1800, 32
filter_sizes = [3, 4, 5]
num_filters = 24

inputs = Input(shape=(sequence_length,), dtype="int32")
embedding = Embedding(input_dim=vocabulary_size, output_dim=embedding_dim)(inputs)
reshape = Reshape((sequence_length, embedding_dim, 1))(embedding)
pooled = []
for size in filter_sizes:
    conv = Conv2D(num_filters, kernel_size=(size, embedding_dim), padding="valid", activation="relu")(reshape)
    pooled.append(MaxPool2D(pool_size=(sequence_length - size + 1, 1), strides=(1, 1), padding="valid")(conv))
flatten = Flatten()(Concatenate(axis=1)(pooled))
output = Dense(units=2, activation="softmax")(Dropout(0.5)(flatten))
model = keras.Model(inputs=inputs, outputs=output)
