"""Features of an image and words so far, added."""

from keras.layers import LSTM
from keras.layers import Dense
from keras.layers import Dropout
from keras.layers import Embedding
from keras.layers import Input
from keras.layers import add
from keras.models import Model


def define_model(vocab_size, max_length):
    inputs1 = Input(shape=(512,))
    fe1 = Dropout(0.5)(inputs1)
    fe2 = Dense(64, activation="relu")(fe1)
    inputs2 = Input(shape=(max_length,))
    se1 = Embedding(vocab_size, 64, mask_zero=True)(inputs2)
    se2 = Dropout(0.5)(se1)
    se3 = LSTM(64)(se2)
    decoder1 = add([fe2, se3])
    decoder2 = Dense(64, activation="relu")(decoder1)
    outputs = Dense(vocab_size, activation="softmax")(decoder2)
    return Model(inputs=[inputs1, inputs2], outputs=outputs)


model = define_model(758, 34)
