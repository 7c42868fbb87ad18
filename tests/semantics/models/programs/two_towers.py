"""Matrix factorisation in the functional style, with Dot and Flatten."""

from keras.layers import Add
from keras.layers import Dense
from keras.layers import Dot
from keras.layers import Embedding
from keras.layers import Flatten
from keras.layers import Input
from keras.models import Model


def tower(name, size, width):
    inp = Input(shape=(1,), name=name)
    vector = Flatten()(Embedding(size, width, name=f"{name}_embedding")(inp))
    bias = Flatten()(Embedding(size, 1)(inp))
    return inp, vector, bias


user, user_vector, user_bias = tower("user", 120, 12)
movie, movie_vector, movie_bias = tower("movie", 340, 12)
product = Dot(axes=1)([user_vector, movie_vector])
model = Model([user, movie], Dense(1, activation="sigmoid")(Add()([product, user_bias, movie_bias])))
