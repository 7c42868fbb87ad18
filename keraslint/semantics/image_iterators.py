"""What `ImageDataGenerator` serves to training, and where its class comes from."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from keraslint.semantics import ir
from keraslint.semantics.ir import Site
from keraslint.semantics.records import CallRecord
from keraslint.semantics.symbols import SymbolUse
from keraslint.semantics.training import TrainingCall
from keraslint.semantics.training import is_image_iterator
from keraslint.semantics.values import External
from keraslint.semantics.values import alternatives


@dataclass(frozen=True, slots=True, eq=False)
class ImageIterator:
    """A ``flow`` method's call whose batches a training gets; ``use`` is where the class is written."""

    record: CallRecord
    training: TrainingCall
    use: SymbolUse | None

    @property
    def at(self) -> Site:
        """The name of the method."""
        return self.record.name_site


def image_iterators(calls: Iterable[TrainingCall], uses: Mapping[Site, SymbolUse]) -> Iterator[ImageIterator]:
    """The image iterators that training calls get, for training or for validation."""
    for call in calls:
        if not call.trains:
            continue
        for value in (call.data, call.argument("validation_data").value):
            for part in alternatives(value) if value is not None else ():
                if isinstance(part, External) and part.call is not None and is_image_iterator(part):
                    yield ImageIterator(part.call, call, uses.get(_class_of(part.call)))


def _class_of(flow: CallRecord) -> Site:
    """Where the class is named whose object a ``flow`` method is called on."""
    maker = flow.receiver.call if isinstance(flow.receiver, External) else None
    node = None if maker is None else maker.node
    if maker is None or not isinstance(node, ir.Call):
        return flow.site
    return Site(maker.site.file, node.func.place)
