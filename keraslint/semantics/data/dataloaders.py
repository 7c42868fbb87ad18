"""PyTorch's data loaders that Keras trains from, and what their data sets do for each sample."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keraslint.semantics.data.sequences import ItemWork
from keraslint.semantics.data.sequences import item_work
from keraslint.semantics.data.sequences import records_of
from keraslint.semantics.evaluation.arguments import Argument
from keraslint.semantics.evaluation.arguments import argument
from keraslint.semantics.evaluation.records import CallRecord
from keraslint.semantics.evaluation.values import External
from keraslint.semantics.evaluation.values import Instance
from keraslint.semantics.evaluation.values import Value
from keraslint.semantics.evaluation.values import alternatives
from keraslint.semantics.lowering.ir import Site
from keraslint.semantics.training.training import TrainingCall

if TYPE_CHECKING:
    from keraslint.semantics.evaluation.evaluate import Evaluator

# dataset, batch_size, shuffle, sampler, batch_sampler: num_workers comes next.
_BEFORE_WORKERS = 5
_WRAPPERS = ("ConcatDataset", "Subset")
_MAX_DEPTH = 3


@dataclass(frozen=True, slots=True, eq=False)
class DataLoader:
    """A ``torch.utils.data.DataLoader`` with the training that it feeds.

    ``dataset`` is the name of the data set's class, "" where it is not known; ``work`` is what it is seen to
    do for a sample, and ``decodes`` whether it is one of torchvision's, which decode and convert pictures.
    """

    record: CallRecord
    training: TrainingCall
    dataset: str
    work: tuple[ItemWork, ...]
    decodes: bool

    @property
    def at(self) -> Site:
        """The name of the class where the loader is made."""
        return self.record.name_site

    @property
    def call(self) -> Site:
        """The whole call that makes it."""
        return self.record.site

    @property
    def workers(self) -> Argument:
        """How many processes make samples; none where it is not given."""
        given = self.record.arguments
        if len(given.positional) > _BEFORE_WORKERS:
            return Argument("num_workers", given.positional[_BEFORE_WORKERS])
        return argument(self.record, "num_workers")

    @property
    def costliest(self) -> ItemWork | None:
        """The costliest call for a sample, None where none is seen."""
        return min(self.work, key=lambda item: item.work.rank, default=None)


def data_loaders(evaluator: Evaluator, calls: Iterable[TrainingCall]) -> Iterator[DataLoader]:
    """The loaders that models are trained from."""
    for call in calls:
        for part in alternatives(call.data) if call.trains and call.data_kind == "dataloader" else ():
            if isinstance(part, External) and part.call is not None:
                given = part.call.arguments
                dataset = given.positional[0] if given.positional else given.keyword("dataset")
                yield _loader(evaluator, part.call, call, dataset)


def _loader(
    evaluator: Evaluator, record: CallRecord, call: TrainingCall, dataset: Value | None, depth: int = 0
) -> DataLoader:
    if isinstance(dataset, Instance):
        work = item_work(records_of(evaluator, dataset))
        return DataLoader(record, call, dataset.cls.name, work, False)
    if isinstance(dataset, External) and dataset.call is not None:
        name = dataset.made_by.rpartition(".")[2]
        wrapped = dataset.call.arguments.positional[:1]
        if name in _WRAPPERS and wrapped and depth < _MAX_DEPTH:
            return _loader(evaluator, record, call, wrapped[0], depth + 1)
        return DataLoader(record, call, name, (), dataset.made_by.startswith("torchvision.datasets."))
    return DataLoader(record, call, "", (), False)
