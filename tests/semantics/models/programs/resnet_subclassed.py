"""A ResNet of classes: blocks hold layers and a Sequential shortcut, stages are Sequentials of blocks."""

import keras
import numpy as np


class BasicBlock(keras.layers.Layer):
    def __init__(self, filter_num, stride=1):
        super().__init__()
        self.conv1 = keras.layers.Conv2D(filter_num, (3, 3), strides=stride, padding="same")
        self.bn1 = keras.layers.BatchNormalization()
        self.conv2 = keras.layers.Conv2D(filter_num, (3, 3), strides=1, padding="same")
        self.bn2 = keras.layers.BatchNormalization()
        if stride != 1:
            self.downsample = keras.Sequential()
            self.downsample.add(keras.layers.Conv2D(filter_num, (1, 1), strides=stride))
            self.downsample.add(keras.layers.BatchNormalization())
        else:
            self.downsample = lambda x: x

    def call(self, inputs, training=None, **kwargs):
        residual = self.downsample(inputs)
        x = self.conv1(inputs)
        x = self.bn1(x, training=training)
        x = keras.ops.relu(x)
        x = self.conv2(x)
        x = self.bn2(x, training=training)
        return keras.ops.relu(keras.layers.add([residual, x]))


def make_layer(filter_num, blocks, stride=1):
    stage = keras.Sequential()
    stage.add(BasicBlock(filter_num, stride=stride))
    for _ in range(1, blocks):
        stage.add(BasicBlock(filter_num, stride=1))
    return stage


class ResNet(keras.Model):
    def __init__(self, layer_params, classes):
        super().__init__()
        self.conv1 = keras.layers.Conv2D(16, (7, 7), strides=2, padding="same")
        self.bn1 = keras.layers.BatchNormalization()
        self.pool1 = keras.layers.MaxPool2D(pool_size=(3, 3), strides=2, padding="same")
        self.layer1 = make_layer(16, layer_params[0])
        self.layer2 = make_layer(32, layer_params[1], stride=2)
        self.layer3 = make_layer(64, layer_params[2], stride=2)
        self.avgpool = keras.layers.GlobalAveragePooling2D()
        self.fc = keras.layers.Dense(units=classes, activation=keras.activations.softmax)

    def call(self, inputs, training=None, mask=None):
        x = self.conv1(inputs)
        x = self.bn1(x, training=training)
        x = keras.ops.relu(x)
        x = self.pool1(x)
        x = self.layer1(x, training=training)
        x = self.layer2(x, training=training)
        x = self.layer3(x, training=training)
        x = self.avgpool(x)
        return self.fc(x)


model = ResNet(layer_params=[2, 2, 2], classes=10)
model(np.zeros((1, 64, 64, 3)))
