"""A Sequence that works for each batch trains with a single worker."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import SetArgument
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import ItemWork
from keraslint.semantics import SequenceClass
from keraslint.semantics import SequenceInstance
from keraslint.semantics import TrainingCall
from keraslint.semantics import Work

WORKERS = "4"


class SequenceSingleWorker(Rule):
    """@PAGE sequence-single-worker@"""

    code = "KL201"
    severity = Severity.WARNING
    applicability = Applicability.SAFE
    tokens = ("__getitem__",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for cls in facts.sequence_classes:
            for instance in cls.instances:
                work = [item for item in instance.work if item.work is not Work.UNSEEN]
                if not work or cls.keeps_results:
                    continue
                costliest = min(work, key=lambda item: item.work.rank)
                for call in instance.consumers:
                    if call.trains and self._has_one_worker(facts, cls, instance, call):
                        yield self._finding(facts, cls, instance, call, costliest)

    def _has_one_worker(
        self, facts: Facts, cls: SequenceClass, instance: SequenceInstance, call: TrainingCall
    ) -> bool:
        removed = any(call.argument(name).is_given for name in ("workers", "use_multiprocessing"))
        if facts.generation_of(call) == 3:
            return instance.has_one_worker and call.method == "fit" and not removed
        return cls.generation != 3 and call.argument("workers").is_absent

    def _finding(
        self,
        facts: Facts,
        cls: SequenceClass,
        instance: SequenceInstance,
        call: TrainingCall,
        costliest: ItemWork,
    ) -> Finding:
        reads = costliest.work is Work.READ
        return Finding(
            at=call.name_at,
            message=(
                f"one worker prepares every batch of `{cls.name}`, whose `__getitem__` "
                f"{costliest.work.value} with `{costliest.call.spelled}`"
            ),
            related=(
                Related(cls.at, "the class that prepares the batches"),
                Related(costliest.call.name_site, "what each batch waits for"),
            ),
            confidence=Confidence.HIGH if call.data is instance.instance else Confidence.MEDIUM,
            severity=Severity.INFO if reads else Severity.WARNING,
            fix=self._add_workers(facts, cls, instance, call),
            help="give the data set more workers (threads), and pass `**kwargs` on to `super().__init__`",
        )

    def _add_workers(
        self, facts: Facts, cls: SequenceClass, instance: SequenceInstance, call: TrainingCall
    ) -> Fix | None:
        at = call.record.site
        if facts.generation_of(call) == 3:
            if instance.call is None or not cls.passes_workers:
                return None
            at = instance.call
        safe = not cls.is_random and not cls.keeps_state
        return Fix(
            f"Use {WORKERS} workers",
            Applicability.SAFE if safe else Applicability.UNSAFE,
            (SetArgument(at, "workers", Template(WORKERS)),),
            reason=None if safe else "threads share the state and the random numbers of `__getitem__`",
        )
