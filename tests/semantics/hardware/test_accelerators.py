"""Whether a GPU is known of, and what keeps a recurrent layer from its fused kernel."""

import pytest

TRAINED = """
import os
import keras
import numpy as np
import tensorflow as tf
from keras.layers import GRU, LSTM, RNN, Dense, LSTMCell

{text}
model = keras.Sequential([keras.Input((12, 4)), {layer}, Dense(1)])
model.compile(loss="mse")
model.fit(np.zeros((8, 12, 4)), np.zeros(8))
"""
GPU = {
    "": None,
    "tf.config.list_physical_devices('GPU')": None,
    "os.environ['CUDA_VISIBLE_DEVICES'] = '0'": True,
    "os.environ['CUDA_VISIBLE_DEVICES'] = '-1'": False,
    "tf.config.set_visible_devices([], 'GPU')": False,
    "tf.config.experimental.set_memory_growth(tf.config.list_physical_devices('GPU')[0], True)": True,
}
REASONS = {
    "LSTM(8)": None,
    "LSTM(8, dropout=0.2, recurrent_dropout=0)": None,
    "LSTM(8, activation='tanh', recurrent_activation=keras.activations.sigmoid)": None,
    "LSTM(8, activation=tf.unknown.thing())": None,
    "LSTM(8, 'relu')": ["activation"],
    "LSTM(8, recurrent_dropout=0.2, unroll=True)": ["recurrent_dropout", "unroll"],
    "GRU(8, reset_after=False, use_bias=False)": ["use_bias", "reset_after"],
    "RNN(LSTMCell(8))": [],
    "RNN([LSTMCell(8), LSTMCell(8)])": None,
}


@pytest.mark.parametrize(("text", "known"), GPU.items())
def test_a_gpu_is_known_of(evaluate, text, known):
    assert evaluate(TRAINED.format(text=text, layer="LSTM(8)")).facts.uses_gpu is known


@pytest.mark.parametrize(("layer", "reasons"), REASONS.items())
def test_what_leaves_the_fused_kernel(evaluate, layer, reasons):
    found = evaluate(TRAINED.format(text="", layer=layer)).facts.slow_recurrences
    names = [[reason.name for reason in each.reasons] for each in found]
    assert names == ([] if reasons is None else [reasons])
