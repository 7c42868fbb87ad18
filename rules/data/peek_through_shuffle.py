"""An element that is made only for somebody to look at its shape."""

from collections.abc import Iterator

from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import DatasetStep
from keraslint.semantics import Facts

LARGE = 1000


class PeekThroughShuffle(Rule):
    """A first batch is made, through a full shuffle buffer, only to look at its shape.

    ## What it does
    Finds `next(iter(dataset))` and loops over `dataset.take(1)` whose element is asked for its shape, dtype or
    length and used for nothing else, where the dataset shuffles with a buffer of a thousand elements or more, or
    maps costly work. Elements that are shown, given to a model or computed with are not reported.

    ## Why it is slow
    A dataset gives its first batch when its shuffle buffer is full: as many samples as the buffer is long are
    read, decoded and mapped for a line of output, and thrown away. The training then fills the buffer anew. It
    costs once, at the beginning: each start of the program is slower, the epochs are not. The figure below is of
    a training of four epochs, with the look before it.

    ## Example

    ## Use instead

    `dataset.element_spec` knows shapes and dtypes without reading anything. An axis whose length nobody knows
    beforehand is `None` there, as that of the batch is without `drop_remainder`.

    ## When to leave it
    - The shape is not known beforehand, and the real one is asked for.
    - The data are small, and the buffer is full in an instant.

    ## Measured

    ## References
    - https://www.tensorflow.org/api_docs/python/tf/data/Dataset#element_spec
    - https://www.tensorflow.org/guide/data#dataset_structure
    """

    code = "KL121"
    severity = Severity.INFO
    tokens = ("next(", "take(")
    timed_with_tracing = True
    changes = "the training gets the first random order, which the look would have used up"

    def check(self, facts: Facts) -> Iterator[Finding]:
        for peek in facts.peeks:
            costly = self._costly(peek.pipeline.outer_steps)
            if costly is not None:
                doing = (
                    "fills the buffer of `shuffle`" if costly.name == "shuffle" else "does the work of `map`"
                )
                yield Finding(
                    at=peek.record.name_site,
                    message=f"only a shape is looked at here, and `{peek.record.spelled}` {doing} for it",
                    related=(Related(costly.at, "runs for the first element"),),
                    help="ask `dataset.element_spec` for shapes and dtypes: it reads nothing",
                )

    def _costly(self, steps: tuple[DatasetStep, ...]) -> DatasetStep | None:
        """The shuffle with a large buffer, else the costly map, that an element comes through."""
        for step in steps:
            size = step.argument("buffer_size").number if step.name == "shuffle" else None
            if size is not None and (size if step.length is None else min(size, step.length)) >= LARGE:
                return step
        maps = (step for step in steps if step.name == "map" and step.mapper.costly is not None)
        return next(maps, None)
