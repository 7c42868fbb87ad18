import numpy as np
import tensorflow as tf
from tensorflow import keras
from trainer import Trainer

images = np.zeros((640, 28, 28), "uint8")
labels = np.zeros(640, "int64")
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
trainer = Trainer(model, tf.data.Dataset.from_tensor_slices((images, labels)))
trainer.run(3)
