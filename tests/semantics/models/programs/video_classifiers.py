"""Frames: a network for each, then an LSTM; and convolutions over time."""

from keras.layers import LSTM
from keras.layers import Conv2D
from keras.layers import Conv3D
from keras.layers import ConvLSTM2D
from keras.layers import Dense
from keras.layers import Dropout
from keras.layers import Flatten
from keras.layers import Input
from keras.layers import MaxPooling2D
from keras.layers import MaxPooling3D
from keras.layers import TimeDistributed
from keras.models import Sequential


class ResearchModels:
    def __init__(self, nb_classes, model, seq_length):
        self.seq_length = seq_length
        self.nb_classes = nb_classes
        if model == "lrcn":
            self.input_shape = (seq_length, 40, 40, 3)
            self.model = self.lrcn()
        elif model == "conv_3d":
            self.input_shape = (seq_length, 40, 40, 3)
            self.model = self.conv_3d()
        else:
            self.input_shape = (seq_length, 20, 20, 3)
            self.model = self.conv_lstm()

    def lrcn(self):
        model = Sequential()
        model.add(Input(self.input_shape))
        model.add(TimeDistributed(Conv2D(8, (7, 7), strides=(2, 2), activation="relu", padding="same")))
        model.add(TimeDistributed(MaxPooling2D((2, 2), strides=(2, 2))))
        model.add(TimeDistributed(Conv2D(16, (3, 3), padding="same", activation="relu")))
        model.add(TimeDistributed(Flatten()))
        model.add(Dropout(0.5))
        model.add(LSTM(24, return_sequences=False, dropout=0.5))
        model.add(Dense(self.nb_classes, activation="softmax"))
        return model

    def conv_3d(self):
        model = Sequential()
        model.add(Conv3D(8, (3, 3, 3), activation="relu", input_shape=self.input_shape))
        model.add(MaxPooling3D(pool_size=(1, 2, 2), strides=(1, 2, 2)))
        model.add(Conv3D(16, (3, 3, 3), activation="relu"))
        model.add(Flatten())
        model.add(Dense(self.nb_classes))
        return model

    def conv_lstm(self):
        model = Sequential([Input(self.input_shape)])
        model.add(ConvLSTM2D(filters=6, kernel_size=(3, 3), padding="same", return_sequences=True))
        model.add(ConvLSTM2D(filters=4, kernel_size=(3, 3)))
        model.add(Flatten())
        model.add(Dense(self.nb_classes))
        return model


model = ResearchModels(5, "lrcn", 8).model
model_3d = ResearchModels(5, "conv_3d", 8).model
model_lstm = ResearchModels(5, "other", 8).model
