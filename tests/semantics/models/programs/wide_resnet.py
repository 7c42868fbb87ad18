"""A wide residual network made by methods with closures, depth and width computed."""

from keras.layers import Activation
from keras.layers import AveragePooling2D
from keras.layers import BatchNormalization
from keras.layers import Conv2D
from keras.layers import Dense
from keras.layers import Dropout
from keras.layers import Flatten
from keras.layers import Input
from keras.layers import add
from keras.models import Model


class WideResNet:
    def __init__(self, image_size, depth=16, k=8):
        self._depth = depth
        self._k = k
        self._dropout_probability = 0
        self._use_bias = False
        self._channel_axis = -1
        self._input_shape = (image_size, image_size, 3)

    def _wide_basic(self, n_input_plane, n_output_plane, stride):
        def f(net):
            conv_params = [[3, 3, stride, "same"], [3, 3, (1, 1), "same"]]
            n_bottleneck_plane = n_output_plane
            for i, v in enumerate(conv_params):
                if i == 0:
                    if n_input_plane != n_output_plane:
                        net = BatchNormalization(axis=self._channel_axis)(net)
                        net = Activation("relu")(net)
                        convs = net
                    else:
                        convs = BatchNormalization(axis=self._channel_axis)(net)
                        convs = Activation("relu")(convs)
                    convs = Conv2D(
                        n_bottleneck_plane,
                        kernel_size=(v[0], v[1]),
                        strides=v[2],
                        padding=v[3],
                        use_bias=self._use_bias,
                    )(convs)
                else:
                    convs = BatchNormalization(axis=self._channel_axis)(convs)
                    convs = Activation("relu")(convs)
                    if self._dropout_probability > 0:
                        convs = Dropout(self._dropout_probability)(convs)
                    convs = Conv2D(
                        n_bottleneck_plane,
                        kernel_size=(v[0], v[1]),
                        strides=v[2],
                        padding=v[3],
                        use_bias=self._use_bias,
                    )(convs)
            if n_input_plane != n_output_plane:
                shortcut = Conv2D(
                    n_output_plane,
                    kernel_size=(1, 1),
                    strides=stride,
                    padding="same",
                    use_bias=self._use_bias,
                )(net)
            else:
                shortcut = net
            return add([convs, shortcut])

        return f

    def _layer(self, block, n_input_plane, n_output_plane, count, stride):
        def f(net):
            net = block(n_input_plane, n_output_plane, stride)(net)
            for i in range(2, int(count + 1)):
                net = block(n_output_plane, n_output_plane, stride=(1, 1))(net)
            return net

        return f

    def __call__(self):
        assert (self._depth - 4) % 6 == 0
        n = (self._depth - 4) / 6
        inputs = Input(shape=self._input_shape)
        n_stages = [16, 16 * self._k, 32 * self._k, 64 * self._k]
        conv1 = Conv2D(
            filters=n_stages[0], kernel_size=(3, 3), strides=(1, 1), padding="same", use_bias=self._use_bias
        )(inputs)
        block_fn = self._wide_basic
        conv2 = self._layer(
            block_fn, n_input_plane=n_stages[0], n_output_plane=n_stages[1], count=n, stride=(1, 1)
        )(conv1)
        conv3 = self._layer(
            block_fn, n_input_plane=n_stages[1], n_output_plane=n_stages[2], count=n, stride=(2, 2)
        )(conv2)
        batch_norm = BatchNormalization(axis=self._channel_axis)(conv3)
        relu = Activation("relu")(batch_norm)
        pool = AveragePooling2D(pool_size=(8, 8), strides=(1, 1), padding="same")(relu)
        flatten = Flatten()(pool)
        predictions_g = Dense(units=2, use_bias=self._use_bias, activation="softmax")(flatten)
        predictions_a = Dense(units=101, use_bias=self._use_bias, activation="softmax")(flatten)
        return Model(inputs=inputs, outputs=[predictions_g, predictions_a])


model = WideResNet(32, depth=10, k=2)()
