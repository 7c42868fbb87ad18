import tensorflow as tf

FEATURES = {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}


def parse(record):
    example = tf.io.parse_single_example(record, FEATURES)
    image = tf.io.decode_jpeg(example["image"], channels=3)
    return tf.image.resize(image, (96, 96)), example["label"]


def dataset(files, training):
    ds = tf.data.TFRecordDataset(files).map(parse)
    if training:
        ds = ds.shuffle(1000)
    return ds.batch(32)
