"""A variational autoencoder in the manner of the first Keras: a Lambda samples."""

import keras
from keras import layers
from keras import ops

original_dim = 784
intermediate_dim = 64
latent_dim = 2


def sampling(args):
    z_mean, z_log_var = args
    epsilon = keras.random.normal(shape=ops.shape(z_mean))
    return z_mean + ops.exp(0.5 * z_log_var) * epsilon


inputs = layers.Input(shape=(original_dim,))
h = layers.Dense(intermediate_dim, activation="relu")(inputs)
z_mean = layers.Dense(latent_dim)(h)
z_log_var = layers.Dense(latent_dim)(h)
z = layers.Lambda(sampling, output_shape=(latent_dim,), name="z")([z_mean, z_log_var])
decoder_h = layers.Dense(intermediate_dim, activation="relu")
decoder_mean = layers.Dense(original_dim, activation="sigmoid")
h_decoded = decoder_h(z)
x_decoded_mean = decoder_mean(h_decoded)
model = keras.Model(inputs, x_decoded_mean)
encoder = keras.Model(inputs, [z_mean, z_log_var, z])
decoder_input = layers.Input(shape=(latent_dim,))
generator = keras.Model(decoder_input, decoder_mean(decoder_h(decoder_input)))
