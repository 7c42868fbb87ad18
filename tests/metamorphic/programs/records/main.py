import glob

import tensorflow as tf
from records import dataset

train = dataset(glob.glob("train*.tfrecord"), True)
test = dataset(glob.glob("test*.tfrecord"), False)
model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])
model.compile(loss="mse")
model.fit(train, validation_data=test, epochs=10)
