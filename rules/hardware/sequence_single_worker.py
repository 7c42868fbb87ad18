"""A Sequence that works for each batch trains with a single worker."""

from collections.abc import Iterator
from collections.abc import Sequence

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.rule import pass_keywords
from keraslint.semantics import Facts
from keraslint.semantics import ItemWork
from keraslint.semantics import SequenceClass
from keraslint.semantics import SequenceInstance
from keraslint.semantics import TrainingCall
from keraslint.semantics import Work

WORKERS = "4"
RENAMED = "fit_generator"
FITTING = ("fit", RENAMED)


class SequenceSingleWorker(Rule):
    """A Sequence that works for each batch trains with a single worker.

    ## What it does
    Finds training on a `keras.utils.PyDataset` or `keras.utils.Sequence` whose `__getitem__` decodes,
    resizes, inflates, computes or reads files, for each sample or on the whole batch, while Keras asks
    it for one batch at a time: `workers` was left at 1, or `max_queue_size` was set to 1, which leaves
    the other workers nothing to do. The finding stands at the training call; the class is related. It is
    info where `__getitem__` does no more than read local files, or calls for each sample what cannot be seen.

    ## Why it is slow
    With one worker, Keras prepares one batch after the other in a single thread. That thread runs beside
    the training step, so nothing is lost while a batch is ready before the step ends; once it takes
    longer than the step, the model waits for it. More workers are threads that prepare several batches at
    once. They help where the work happens outside the interpreter's lock, as in most of NumPy, in PIL's
    decoding and resizing, in zlib and in waiting for files, and not where it is Python.

    ## Example

    ## Use instead

    In Keras 3, `workers` is an argument of the data set's constructor, which must pass it on to its base
    class (the fix sees to that); in Keras 2 it is an argument of `fit`. Batches come in the same order, whatever the number. The
    fix is safe where `__getitem__` keeps no state and draws no random numbers; elsewhere threads could
    change which batch gets which draw, or step on each other. `use_multiprocessing=True` is not offered:
    it copies the data set into each process and every batch back, and was slower in most of our
    measurements.

    ## When to leave it
    - `__getitem__` only slices arrays: handing the slice from one thread to another costs more than making it.
    - Each batch is ready well before the model's step ends.
    - `__getitem__` is not safe to call from two threads: an open HDF5 file, a shared generator, a counter.
    - Epochs are very short: with workers, Keras starts a new pool for each epoch and waits for it to drain.

    A class that brings a pool of its own, workers that come through a variable, a dictionary or the
    subclass's own default, and data that nothing trains from are not reported, nor is a call that is to be renamed
    first (KL502).

    ## Measured

    ## References
    - https://keras.io/api/utils/python_utils/
    - https://keras.io/api/models/model_training_apis/
    """

    code = "KL201"
    severity = Severity.WARNING
    applicability = Applicability.SAFE
    tokens = ("__getitem__",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for cls in facts.sequence_classes:
            working = [instance for instance in cls.instances if _work(instance)]
            if cls.keeps_results or not working:
                continue
            calls = {call.name_at: call for instance in working for call in instance.consumers if call.trains}
            for call in calls.values():
                served = [
                    instance
                    for instance in working
                    if call in instance.consumers and self._has_one_worker(facts, cls, instance, call)
                ]
                if served:
                    yield self._finding(facts, cls, served, call)

    def _has_one_worker(
        self, facts: Facts, cls: SequenceClass, instance: SequenceInstance, call: TrainingCall
    ) -> bool:
        if call.method not in FITTING or (call.method == RENAMED and facts.fit_takes_generators(call)):
            return False
        removed = any(not call.argument(name).is_absent for name in ("workers", "use_multiprocessing"))
        if facts.generation_of(call) == 3:
            return instance.has_one_worker and not removed
        return cls.generation != 3 and call.argument("workers").is_absent

    def _finding(
        self,
        facts: Facts,
        cls: SequenceClass,
        instances: Sequence[SequenceInstance],
        call: TrainingCall,
    ) -> Finding:
        work = [item for instance in instances for item in _work(instance)]
        costliest = min(work, key=lambda item: item.work.rank)
        unseen = costliest.work is Work.UNSEEN
        certain = any(call.data is each.instance for each in instances) and not unseen
        return Finding(
            at=call.name_at,
            message=(
                f"one worker prepares every batch of `{cls.name}`, whose `__getitem__` "
                f"{costliest.work.value} {'' if unseen else 'with '}`{costliest.call.spelled}`"
                f"{' for each sample' if unseen else ''}"
            ),
            related=(
                Related(cls.at, "the class that prepares the batches"),
                Related(costliest.call.name_site, "what each batch waits for"),
            ),
            confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            severity=Severity.INFO if unseen or costliest.work is Work.READ else Severity.WARNING,
            fix=self._add_workers(facts, cls, instances, call),
            help="give the data set more workers (threads), and pass `**kwargs` on to `super().__init__`",
        )

    def _add_workers(
        self, facts: Facts, cls: SequenceClass, instances: Sequence[SequenceInstance], call: TrainingCall
    ) -> Fix | NoFix:
        places, changes = [call.record.site], list[Change]()
        if facts.generation_of(call) == 3:
            places = [instance.call for instance in instances if instance.call is not None]
            if len(places) < len(instances):
                return NoFix(f"where the `{cls.name}` is made cannot be seen")
            if not cls.passes_workers:
                route = cls.keyword_route
                if route is None:
                    return NoFix(f"`workers` cannot be handed on by `{cls.name}.__init__` as it is")
                changes += pass_keywords(route.constructor, route.base_call)
        changes += [SetArgument(place, "workers", Template(WORKERS)) for place in dict.fromkeys(places)]
        unseen = any(item.work is Work.UNSEEN for instance in instances for item in instance.work)
        safe = not cls.is_random and not cls.keeps_state and not unseen
        return Fix(
            f"Use {WORKERS} workers",
            Applicability.SAFE if safe else Applicability.UNSAFE,
            tuple(changes),
            reason=None if safe else "threads share the state and the random numbers of `__getitem__`",
        )


def _work(instance: SequenceInstance) -> list[ItemWork]:
    """The work for each batch that one worker more would take over."""
    return [item for item in instance.work if item.work is not Work.UNSEEN or item.is_per_sample]
