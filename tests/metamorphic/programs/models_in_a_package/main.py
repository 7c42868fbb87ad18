import numpy as np
from models import build

images = np.zeros((64, 64, 64, 3), "float32")
targets = np.zeros(64)
model = build((64, 64, 3), widths=(32, 64, 128))
model.compile(loss="mse")
model.fit(images, targets, batch_size=32, epochs=100, validation_split=0.2)
