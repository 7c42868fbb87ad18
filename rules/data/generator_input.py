"""A Python generator that prepares the batches of a training, in one thread."""

from collections.abc import Iterator

from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import Feed
from keraslint.semantics import ItemWork
from keraslint.semantics import TrainingCall
from keraslint.semantics import Work

ON_BATCHES = ("train_on_batch", "test_on_batch", "predict_on_batch", "custom-loop")


class GeneratorInput(Rule):
    """A Python generator prepares the batches that a model is trained on.

    ## What it does
    Finds a generator function, or an iterator class, whose batches go straight into `fit` or `fit_generator`, and
    which decodes, resizes, augments or computes: for each sample in a loop, or on whole batches. The finding stands
    at the training call; the generator and its costliest call are related. A function that cannot be seen counts
    as well where it runs for each sample, with confidence medium. It is info where the generator only slices
    arrays or reads files, where it feeds `evaluate` or `predict`, and where the model is known to cost more than
    about 1 GMAC a sample.

    ## Why it is slow
    A generator makes one batch after the other, and only one thread at a time can ask it for the next. Workers do
    not help: they would have to share the one generator and wait for each other. While it decodes and computes in
    Python, the model waits, and so do the other cores.

    ## Example

    ## Use instead

    A `tf.data` pipeline with `num_parallel_calls` does the same work in as many threads as there are cores,
    outside of Python. Where the work must stay in Python, a `keras.utils.PyDataset` makes any batch by its number,
    so that several workers can make several batches at once: `workers=4` in its constructor, or in `fit` before
    Keras 3. Either also knows how long an epoch is.

    ## When to leave it
    - The next batch is ready before the model's step ends.
    - The generator does nothing but take slices of arrays. `fit` takes arrays as they are.

    Generators around environments, databases, services and streams are not reported, nor are those around a model:
    their order is their data.

    ## Measured

    ## References
    - https://keras.io/api/utils/python_utils/
    - https://www.tensorflow.org/guide/data_performance
    """

    code = "KL119"
    severity = Severity.WARNING
    tokens = ("yield", "__next__")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for call in facts.training_calls:
            feeds = () if call.method in ON_BATCHES else facts.feeds_of(call)
            if feeds and not any(feed.comes_from_outside for feed in feeds):
                # Where it may be one of several, the lightest counts.
                feed = max(feeds, key=self._rank)
                if call.trains or self._works(feed.costliest):
                    yield self._finding(facts, call, feed, feed.costliest)

    def _rank(self, feed: Feed) -> int:
        return len(Work) if feed.costliest is None else feed.costliest.work.rank

    def _works(self, item: ItemWork | None) -> bool:
        return item is not None and item.work is not Work.READ

    def _doing(self, feed: Feed, item: ItemWork | None) -> str:
        if item is None:
            return ", which hands on what is there" if feed.yields_from_arrays else ""
        each = "each sample" if item.is_per_sample else "each batch"
        if item.work is Work.UNSEEN:
            return f", which calls `{item.call.spelled}` for {each}"
        return f", which {item.work.value} {each} with `{item.call.spelled}`"

    def _finding(self, facts: Facts, call: TrainingCall, feed: Feed, item: ItemWork | None) -> Finding:
        light = not self._works(item) or not call.trains or facts.model_dwarfs_data((call,))
        certain = call.is_certain and (item is None or item.work is not Work.UNSEEN)
        return Finding(
            at=call.name_at,
            message=f"one thread makes every batch in the generator `{feed.name}`{self._doing(feed, item)}",
            related=(
                *(() if feed.at is None else (Related(feed.at, "makes the batches"),)),
                *(() if item is None else (Related(item.call.name_site, "what each batch waits for"),)),
            ),
            confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            severity=Severity.INFO if light else Severity.WARNING,
            help=(
                "give the arrays to `fit` as they are"
                if item is None and feed.yields_from_arrays
                else "use a tf.data pipeline with `num_parallel_calls`, or a `PyDataset` with workers"
            ),
        )
