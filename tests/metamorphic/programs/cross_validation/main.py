import numpy as np
from folds import folds
from network import make_model

rows, targets = np.zeros((500, 20)), np.zeros(500)
scores = []
for train, test in folds(len(rows)):
    model = make_model(20)
    model.fit(rows[train], targets[train], epochs=60, verbose=0)
    scores.append(model.evaluate(rows[test], targets[test]))
