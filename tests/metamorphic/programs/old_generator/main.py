from generators import rows
from keras.layers import Dense
from keras.models import Sequential

model = Sequential([Dense(4, input_shape=(8,))])
model.compile(loss="mse", optimizer="sgd")
stream = rows(32)
model.fit(stream, steps_per_epoch=100, epochs=3)
