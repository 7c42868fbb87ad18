"""Whether two programs computed the same: their elements, then their losses, then their weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from keraslint.verify.captured import Captured
from keraslint.verify.captured import CaptureError
from keraslint.verify.captured import read
from keraslint.verify.deviation import deviation
from keraslint.verify.elements import Finding
from keraslint.verify.elements import compare_elements
from keraslint.verify.measurement import Equality

# What other orders of summation leave after some hundred steps.
TOLERANCE = 1e-3


def compare(bad: Path, good: Path, tolerance: float = TOLERANCE) -> Equality:
    """Compare two capture folders.

    ``close`` means that no value differs by more than ``tolerance`` times the largest of its kind:
    its part of the elements, its metric, its array of weights.
    """
    try:
        before, after = read(bad), read(good)
    except CaptureError as error:
        return Equality("not comparable", str(error))
    alone = next((words for words in before.warnings if words not in after.warnings), "")
    return replace(_compare(before, after, tolerance), warning=alone)


def _compare(bad: Captured, good: Captured, tolerance: float) -> Equality:
    findings = [
        compare_elements(bad, good, tolerance),
        _compare_losses(bad, good, tolerance),
        _compare_weights(bad, good, tolerance),
    ]
    said: list[str] = []
    for finding in findings:
        if finding.difference:
            return Equality("different", " ".join([*said, finding.difference]), tolerance)
        if finding.same:
            said.append(finding.same)
    if not said:
        return Equality("not comparable", "Neither elements nor losses nor weights of both can be seen.")
    worst = max(finding.deviation for finding in findings)
    if worst:
        said.append(f"Values differ by at most {worst:.1g} of the largest.")
        return Equality("close", " ".join(said), tolerance)
    return Equality("exact", " ".join(said))


def _compare_losses(bad: Captured, good: Captured, tolerance: float) -> Finding:
    shapes = {tuple(len(values) for values in captured.losses) for captured in (bad, good)}
    # Where one reports each step and the other each epoch the weights decide.
    if len(shapes) > 1 or len(set(next(iter(shapes)))) != 1:
        return Finding()
    before, after = np.array(bad.losses), np.array(good.losses)
    worst = 0.0
    for one, other in zip(before.T, after.T, strict=True):
        apart = deviation(one, other)
        if apart > tolerance:
            place = int((one != other).argmax())
            unit = "epoch" if good.kind == "train" else "step"
            return Finding(
                f"The losses differ from {unit} {place + 1} on: {other[place]:.6g}, not {one[place]:.6g}."
            )
        worst = max(worst, apart)
    return Finding("", worst, "The losses agree." if worst else "The same losses.")


def _compare_weights(bad: Captured, good: Captured, tolerance: float) -> Finding:
    if not bad.weights or not good.weights:
        return Finding()
    if [part.array.shape for part in bad.weights] != [part.array.shape for part in good.weights]:
        return Finding("The weights have other shapes.")
    worst = 0.0
    for number, (one, other) in enumerate(zip(bad.weights, good.weights, strict=True), 1):
        apart = deviation(one.array, other.array)
        if apart > tolerance:
            return Finding(
                f"The weights at the end differ, by {apart:.1g} of the largest value in array {number}."
            )
        worst = max(worst, apart)
    return Finding("", worst, "The weights agree." if worst else "The same weights.")
