"""Pipelines that fetch no finished batches ahead, and the prefetches that stand in the wrong place for it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass

from keraslint.semantics.data.pipelines import DatasetStep
from keraslint.semantics.data.pipelines import Pipeline


@dataclass(frozen=True, slots=True, eq=False)
class Unfetched:
    """A pipeline whose batches nothing fetches ahead after ``last``, its last working step."""

    pipeline: Pipeline
    last: DatasetStep

    @property
    def end(self) -> DatasetStep:
        """The step that a prefetch belongs after: what a ``cache`` kept is to be fetched ahead as well."""
        caches = [step for step in self.last.following if step.name == "cache"]
        return caches[-1] if caches else self.last

    @property
    def prefetch(self) -> DatasetStep | None:
        """The last ``prefetch`` that it has all the same: work follows it, or it fetches nothing."""
        steps = reversed(self.pipeline.outer_steps)
        return next((step for step in steps if step.name == "prefetch"), None)

    @property
    def is_slight(self) -> bool:
        """Whether the work after the ``prefetch`` is maps alone that cost next to nothing, such as a part of a pair."""
        prefetch = self.prefetch
        after = [step for step in prefetch.following if step.works] if prefetch is not None else []
        return bool(after) and all(step.maps and step.mapper.is_slight for step in after)

    @property
    def is_helped(self) -> bool:
        """Whether tf.data adds the prefetch: it adds none to what ends in one, were it ``prefetch(0)``."""
        return self.pipeline.injects_prefetch and self.pipeline.outer_steps[-1].name != "prefetch"


def unfetched(pipelines: Iterable[Pipeline]) -> Iterator[Unfetched]:
    """The consumed pipelines that fetch nothing ahead where it would be worth something."""
    for pipeline in pipelines:
        last = _last_unfetched(pipeline)
        if last is not None:
            yield Unfetched(pipeline, last)


def _last_unfetched(pipeline: Pipeline) -> DatasetStep | None:
    steps = pipeline.outer_steps
    working = [step for step in steps if step.works]
    if not working or pipeline.is_distributed:
        return None
    # A shuffle only hands elements on: what was fetched ahead before it is ready after it too.
    worth_waiting = [step for step in working if step.name != "shuffle"] or working
    if any(step.fetches_ahead for step in worth_waiting[-1].following):
        return None
    if pipeline.is_in_memory and not any(step.maps for step in pipeline.steps):
        return None
    if pipeline.prefetches_at_source and not any(step.maps and step.mapper.work for step in steps):
        return None
    return working[-1]
