"""What a program trained on and what came of it, for comparison with another one."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .arrays import flatten
from .arrays import scalars
from .arrays import write
from .timeline import FAMILIES
from .wrapping import unconverted

_BATCHES = 200
_BYTES = 256 << 20


class Capture:
    """Elements in the order in which they were trained on, losses, weights at the end, and warnings."""

    def __init__(self) -> None:
        self.steps = 0
        self._elements: dict[str, list[list[Any]]] = {kind: [] for kinds in FAMILIES for kind in kinds}
        self._bytes = dict.fromkeys(self._elements, 0)
        self._full: set[str] = set()
        self._losses: list[list[float]] = []
        self._model: Any = None
        self._variables: Sequence[Any] = ()
        self._awaits_data = False
        self._epoch_is_over = False
        self._warned: dict[str, None] = {}

    def note_warnings(self) -> None:
        """Keep the first line of what Python code warns its user of from now on."""
        show = warnings.showwarning

        def note(message: Any, category: Any, *args: Any, **kwargs: Any) -> None:
            if issubclass(category, UserWarning):
                self._warned.setdefault(str(message).strip().partition("\n")[0])
            show(message, category, *args, **kwargs)

        warnings.showwarning = note

    def add(self, kind: str, element: Any) -> None:
        """Keep an element, as long as there is room."""
        batches = self._elements[kind]
        if kind in self._full or (kind == "train" and self._epoch_is_over):
            return
        arrays = flatten(element, scalars=kind in ("train", "iterate"))
        self._bytes[kind] += sum(array.nbytes for array in arrays)
        if len(batches) >= _BATCHES or self._bytes[kind] > _BYTES:
            self._full.add(kind)
        elif arrays:
            batches.append(arrays)

    def fit_begins(self, model: Any) -> None:
        """Expect the data of ``fit``, which comes before that of its validation."""
        self._model = model
        self._awaits_data = not self._epoch_is_over

    def takes_data(self) -> bool:
        """Whether the data that Keras has just adapted is what it will train on first."""
        awaited, self._awaits_data = self._awaits_data, False
        return awaited

    def tap(self, dataset: Any) -> Any:
        """The same dataset, whose elements are noted when it serves them."""
        if not hasattr(dataset, "element_spec") or not hasattr(dataset, "map"):
            return dataset
        tf = sys.modules["tensorflow"]
        number = sys.modules["numpy"].int64(0)

        def note(*arrays: Any) -> Any:
            self.add("train", arrays)
            return number

        def pass_on(*element: Any) -> Any:
            parts = tf.nest.flatten(element, expand_composites=True)
            plain = [part for part in parts if part.dtype not in (tf.variant, tf.resource)]
            with tf.control_dependencies([tf.numpy_function(note, plain, tf.int64)]):
                same = [tf.identity(part) for part in parts]
            whole = tf.nest.pack_sequence_as(element, same, expand_composites=True)
            return whole if isinstance(dataset.element_spec, tuple) else whole[0]

        return dataset.map(unconverted(pass_on))

    def show(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The same batches, noted one by one."""
        for batch in batches:
            self.add("train", batch)
            yield batch

    def epoch_begins(self) -> None:
        """Forget what was looked at only to learn its shape."""
        if not self._epoch_is_over:
            self.steps = 0
            self._elements["train"].clear()
            self._bytes["train"] = 0

    def epoch_ends(self, logs: Mapping[str, Any] | None) -> None:
        """Keep the losses; what is served from now on belongs to another epoch."""
        self._losses.append([float(logs[name]) for name in sorted(logs)] if logs else [])
        if not self._epoch_is_over:
            self._end_epoch()

    def _end_epoch(self) -> None:
        # Some elements were fetched ahead and never trained on.
        del self._elements["train"][self.steps :]
        self._epoch_is_over = True
        if len(self._elements["train"]) == self.steps:
            self._full.discard("train")

    def batch_ends(self, kind: str, model: Any, args: Any, kwargs: Any, result: Any) -> None:
        """Keep what ``train_on_batch`` and its like were given, or gave."""
        if kind == "predict":
            self.add(kind, result)
            return
        self.add(kind, (args, kwargs))
        self._losses.append(scalars(result))
        if kind == "train_on_batch":
            self._model = model

    def call_ends(self, args: Any, kwargs: Any, result: Any) -> None:
        """Keep what an update of the script's own was given, and its loss."""
        self.add("custom", (args, kwargs))
        self._losses.append(scalars(result))

    def updates(self, given: Sequence[Any], rest: Sequence[Any]) -> None:
        """Remember the variables that the script's own loop updates."""
        if rest and isinstance(rest[0], (list, tuple)):
            self._variables = list(rest[0])
        elif given and isinstance(given[0], tuple):
            self._variables = [variable for _, variable in given]

    def save(self, folder: Path, kind: str, cut: bool) -> None:
        """Write everything into the folder."""
        if not self._epoch_is_over:
            self._end_epoch()
        if not self._elements[kind]:
            kind = "iterate"
        elements = self._elements[kind]
        weights = self._model.get_weights() if self._model is not None else list(self._variables)
        folder.mkdir(parents=True, exist_ok=True)
        batches = write(folder / "elements.npz", elements)
        arrays = write(folder / "weights.npz", [flatten(weights)])
        record = {
            "kind": kind,
            "elements": batches,
            "complete": not cut and kind not in self._full,
            "weights": arrays[0] if arrays else [],
            "losses": self._losses,
            "warnings": list(self._warned),
        }
        (folder / "capture.json").write_text(json.dumps(record), encoding="utf-8")
