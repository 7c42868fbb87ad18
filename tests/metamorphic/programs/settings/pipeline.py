import tensorflow as tf


def noisy(row, target):
    return row + tf.random.normal(tf.shape(row)), target


def prepare(ds, settings):
    ds = ds.batch(settings.batch).shuffle(settings.buffer)
    return ds.map(noisy).cache().prefetch(tf.data.AUTOTUNE)
