"""What `ImageDataGenerator` serves to training, and where its class comes from."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.symbols import SymbolUse
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Generator
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.lowering import ir
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import TrainingCall
from keraslint.semantics.training.training import is_image_iterator


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


def image_iterators(
    calls: Iterable[TrainingCall], records: Sequence[CallRecord], uses: Mapping[Site, SymbolUse]
) -> Iterator[ImageIterator]:
    """The image iterators that training calls get, for training or for validation, each once for a call."""
    for call in calls:
        if not call.trains:
            continue
        seen: set[Site] = set()
        for value in (call.data, call.argument("validation_data").value):
            for part in alternatives(value) if value is not None else ():
                for flow in _flows(part, records):
                    if flow.site not in seen:
                        seen.add(flow.site)
                        yield ImageIterator(flow, call, uses.get(_class_of(flow)))


def _flows(data: Value, records: Sequence[CallRecord]) -> Iterator[CallRecord]:
    """The ``flow`` calls behind data: its own, or those in the generator function that goes through them."""
    if isinstance(data, External) and data.call is not None and is_image_iterator(data):
        yield data.call
    elif isinstance(data, Generator):
        for record in records:
            if record.frames and record.frames[-1].function.node is data.function.node:
                if isinstance(record.result, External) and is_image_iterator(record.result):
                    yield record


def _class_of(flow: CallRecord) -> Site:
    """Where the class is named whose object a ``flow`` method is called on."""
    maker = flow.receiver.call if isinstance(flow.receiver, External) else None
    node = None if maker is None else maker.node
    if maker is None or not isinstance(node, ir.Call):
        return flow.site
    return Site(maker.site.file, node.func.place)
