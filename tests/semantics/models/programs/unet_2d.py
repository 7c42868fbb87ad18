"""A U-Net as a chain of statements: two convolutions a level, skips that are concatenated."""

from keras.layers import Concatenate
from keras.layers import Conv2D
from keras.layers import Dropout
from keras.layers import Input
from keras.layers import MaxPooling2D
from keras.layers import UpSampling2D
from keras.models import Model

inputs = Input((64, 64, 1))
c1 = Conv2D(16, 3, activation="relu", padding="same", kernel_initializer="he_normal")(inputs)
c1 = Conv2D(16, 3, activation="relu", padding="same", kernel_initializer="he_normal")(c1)
p1 = MaxPooling2D(pool_size=(2, 2))(c1)
c2 = Conv2D(32, 3, activation="relu", padding="same")(p1)
c2 = Conv2D(32, 3, activation="relu", padding="same")(c2)
d2 = Dropout(0.5)(c2)
p2 = MaxPooling2D(pool_size=(2, 2))(d2)
c3 = Conv2D(64, 3, activation="relu", padding="same")(p2)
u4 = Conv2D(32, 2, activation="relu", padding="same")(UpSampling2D(size=(2, 2))(c3))
m4 = Concatenate(axis=3)([d2, u4])
c4 = Conv2D(32, 3, activation="relu", padding="same")(m4)
u5 = Conv2D(16, 2, activation="relu", padding="same")(UpSampling2D(size=(2, 2))(c4))
c5 = Conv2D(16, 3, activation="relu", padding="same")(Concatenate(axis=3)([c1, u5]))
model = Model(inputs=inputs, outputs=Conv2D(1, 1, activation="sigmoid")(c5))
