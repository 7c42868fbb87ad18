"""A pyramid of features, and heads that are shared by all its levels."""

import keras
import numpy as np
from keras import layers


def head(output_filters, bias_init="zeros"):
    model = keras.Sequential([keras.Input(shape=[None, None, 32])])
    kernel_init = keras.initializers.RandomNormal(0.0, 0.01)
    for _ in range(2):
        model.add(layers.Conv2D(32, 3, padding="same", kernel_initializer=kernel_init))
        model.add(layers.ReLU())
    model.add(layers.Conv2D(output_filters, 3, 1, padding="same", bias_initializer=bias_init))
    return model


class FeaturePyramid(layers.Layer):
    def __init__(self, backbone=None, **kwargs):
        super().__init__(name="FeaturePyramid", **kwargs)
        self.backbone = backbone
        self.conv_c3_1x1 = layers.Conv2D(32, 1, 1, "same")
        self.conv_c4_1x1 = layers.Conv2D(32, 1, 1, "same")
        self.conv_c3_3x3 = layers.Conv2D(32, 3, 1, "same")
        self.conv_c4_3x3 = layers.Conv2D(32, 3, 1, "same")
        self.upsample_2x = layers.UpSampling2D(2)

    def call(self, images, training=False):
        c3, c4 = self.backbone(images, training=training)
        p3 = self.conv_c3_1x1(c3)
        p4 = self.conv_c4_1x1(c4)
        p3 = p3 + self.upsample_2x(p4)
        return self.conv_c3_3x3(p3), self.conv_c4_3x3(p4)


class RetinaNet(keras.Model):
    def __init__(self, num_classes, backbone=None, **kwargs):
        super().__init__(name="RetinaNet", **kwargs)
        self.fpn = FeaturePyramid(backbone)
        self.num_classes = num_classes
        self.cls_head = head(9 * num_classes)
        self.box_head = head(9 * 4, "zeros")

    def call(self, image, training=False):
        features = self.fpn(image, training=training)
        cls_outputs = []
        box_outputs = []
        for feature in features:
            box_outputs.append(
                keras.ops.reshape(self.box_head(feature), [-1, feature.shape[1] * feature.shape[2] * 9, 4])
            )
            cls_outputs.append(self.cls_head(feature))
        return cls_outputs[0], box_outputs[0]


def get_backbone():
    images = keras.Input((None, None, 3))
    c2 = layers.Conv2D(16, 3, strides=4, padding="same")(images)
    c3 = layers.Conv2D(24, 3, strides=2, padding="same")(c2)
    c4 = layers.Conv2D(40, 3, strides=2, padding="same")(c3)
    return keras.Model(inputs=images, outputs=[c3, c4])


model = RetinaNet(5, get_backbone())
model(np.zeros((1, 256, 256, 3)))
