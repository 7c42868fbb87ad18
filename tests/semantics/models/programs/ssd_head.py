"""Heads for classes and boxes on several maps, reshaped, and joined along the anchors."""

import keras
from keras import layers


class L2Normalization(layers.Layer):
    def __init__(self, gamma_init=20, **kwargs):
        self.axis = 3
        self.gamma_init = gamma_init
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.gamma = self.add_weight(
            shape=(input_shape[self.axis],),
            initializer=keras.initializers.Constant(self.gamma_init),
            name="gamma",
        )
        super().build(input_shape)

    def call(self, x, mask=None):
        output = keras.ops.normalize(x, self.axis)
        return output * self.gamma

    def get_config(self):
        return {**super().get_config(), "gamma_init": self.gamma_init}


n_classes = 21
aspect_ratios_per_layer = [[1.0, 2.0, 0.5], [1.0, 2.0, 0.5, 3.0], [1.0, 2.0, 0.5]]
n_boxes = []
for ratios in aspect_ratios_per_layer:
    if 1 in ratios:
        n_boxes.append(len(ratios) + 1)
    else:
        n_boxes.append(len(ratios))

x = layers.Input(shape=(96, 96, 3))
x1 = layers.Lambda(lambda z: z / 127.5 - 1.0)(x)
conv1 = layers.Conv2D(16, (3, 3), activation="relu", padding="same")(x1)
pool1 = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), padding="same")(conv1)
conv2 = layers.Conv2D(32, (3, 3), activation="relu", padding="same")(pool1)
pool2 = layers.MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same")(conv2)
conv3 = layers.Conv2D(64, (3, 3), dilation_rate=(6, 6), activation="relu", padding="same")(pool2)
normed = L2Normalization(gamma_init=20)(conv2)
scores, boxes = [], []
for feature, count in zip([normed, pool2, conv3], n_boxes):
    score = layers.Conv2D(count * n_classes, (3, 3), padding="same")(feature)
    box = layers.Conv2D(count * 4, (3, 3), padding="same")(feature)
    scores.append(layers.Reshape((-1, n_classes))(score))
    boxes.append(layers.Reshape((-1, 4))(box))
classes = layers.Activation("softmax")(layers.Concatenate(axis=1)(scores))
predictions = layers.Concatenate(axis=2)([classes, layers.Concatenate(axis=1)(boxes)])
model = keras.Model(inputs=x, outputs=predictions)
