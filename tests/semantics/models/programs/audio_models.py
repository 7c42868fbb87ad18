"""Three classifiers of sound, one function each, chosen by a name."""

from keras import layers
from keras.models import Model
from keras.regularizers import l2


def conv1d(n_classes=10, steps=40, bands=64):
    i = layers.Input(shape=(steps, bands, 1), name="input")
    x = layers.LayerNormalization(axis=2, name="batch_norm")(i)
    x = layers.TimeDistributed(layers.Conv1D(8, kernel_size=4, activation="tanh"), name="td_conv_1d_tanh")(x)
    x = layers.MaxPooling2D(pool_size=(2, 2), name="max_pool_2d_1")(x)
    x = layers.TimeDistributed(layers.Conv1D(16, kernel_size=4, activation="relu"))(x)
    x = layers.MaxPooling2D(pool_size=(2, 2))(x)
    x = layers.GlobalMaxPooling2D(name="global_max_pooling_2d")(x)
    x = layers.Dropout(rate=0.1)(x)
    x = layers.Dense(64, activation="relu", activity_regularizer=l2(0.001))(x)
    return Model(inputs=i, outputs=layers.Dense(n_classes, activation="softmax")(x), name="1d_convolution")


def conv2d(n_classes=10):
    i = layers.Input(shape=(100, 128, 1))
    x = layers.Conv2D(8, kernel_size=(7, 7), activation="tanh", padding="same")(i)
    x = layers.MaxPooling2D(pool_size=(2, 2), padding="same")(x)
    x = layers.Conv2D(16, kernel_size=(5, 5), activation="relu", padding="same")(x)
    x = layers.MaxPooling2D(pool_size=(2, 2), padding="same")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(rate=0.2)(x)
    return Model(inputs=i, outputs=layers.Dense(n_classes, activation="softmax")(x))


def lstm(n_classes=10):
    i = layers.Input(shape=(100, 128))
    s = layers.TimeDistributed(layers.Dense(64, activation="tanh"))(layers.Reshape((100, 128))(i))
    x = layers.Bidirectional(layers.LSTM(32, return_sequences=True))(s)
    x = layers.concatenate([s, x], axis=2)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.MaxPooling1D()(x)
    x = layers.Flatten()(x)
    return Model(inputs=i, outputs=layers.Dense(n_classes, activation="softmax")(x))


MODELS = {"conv1d": conv1d, "conv2d": conv2d, "lstm": lstm}
model_type = "lstm"
model = MODELS[model_type](n_classes=12)
model_1d = conv1d()
model_2d = conv2d(n_classes=3)
