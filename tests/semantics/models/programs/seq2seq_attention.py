"""A bidirectional encoder and attention over its steps."""

import keras
from keras import layers

source = keras.Input((15,), dtype="int32")
target = keras.Input((12,), dtype="int32")
embedded = layers.Embedding(400, 16, mask_zero=True)(source)
encoded, forward_h, forward_c, backward_h, backward_c = layers.Bidirectional(
    layers.LSTM(20, return_sequences=True, return_state=True)
)(embedded)
state_h = layers.Concatenate()([forward_h, backward_h])
state_c = layers.Concatenate()([forward_c, backward_c])
decoded = layers.LSTM(40, return_sequences=True)(
    layers.Embedding(300, 16)(target), initial_state=[state_h, state_c]
)
context = layers.AdditiveAttention()([decoded, encoded])
joined = layers.Concatenate(axis=-1)([decoded, context])
model = keras.Model([source, target], layers.TimeDistributed(layers.Dense(300, activation="softmax"))(joined))
