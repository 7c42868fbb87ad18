def shuffled(ds, training=True):
    if training:
        ds = ds.shuffle(1000)
    return ds
