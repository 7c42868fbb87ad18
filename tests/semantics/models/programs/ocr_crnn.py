"""Convolutions, a reshape to steps, two recurrent directions and letters."""

import keras
from keras import layers

img_width, img_height, letters = 200, 50, 19
input_img = layers.Input(shape=(img_width, img_height, 1), name="image", dtype="float32")
x = layers.Conv2D(32, (3, 3), activation="relu", padding="same")(input_img)
x = layers.MaxPooling2D((2, 2))(x)
x = layers.Conv2D(64, (3, 3), activation="relu", padding="same")(x)
x = layers.MaxPooling2D((2, 2))(x)
new_shape = ((img_width // 4), (img_height // 4) * 64)
x = layers.Reshape(target_shape=new_shape)(x)
x = layers.Dense(64, activation="relu")(x)
x = layers.Bidirectional(layers.LSTM(32, return_sequences=True, dropout=0.25))(x)
lstm_f = layers.LSTM(16, return_sequences=True)(x)
lstm_b = layers.LSTM(16, return_sequences=True, go_backwards=True)(x)
x = layers.concatenate([lstm_f, lstm_b])
model = keras.Model(inputs=input_img, outputs=layers.Dense(letters + 1, activation="softmax")(x))
