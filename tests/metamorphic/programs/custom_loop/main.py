import numpy as np
import tensorflow as tf
from steps import train_step
from tensorflow import keras

data = tf.data.Dataset.from_tensor_slices(np.zeros((512, 8), "float32"))
data = data.map(lambda row: row * 2.0).batch(32)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
optimizer = keras.optimizers.Adam()
for epoch in range(3):
    for batch in data:
        loss = train_step(model, optimizer, batch)
