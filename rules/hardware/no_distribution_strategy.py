"""Training that uses one accelerator, however many there are."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.rule import WrapInWith
from keraslint.semantics import Facts
from keraslint.semantics import TrainingCall

TENSORFLOW = {
    "mirrored": "tensorflow.distribute.MirroredStrategy",
    "list_devices": "tensorflow.config.list_physical_devices",
    "default": "tensorflow.distribute.get_strategy",
}
JAX = {
    "set_distribution": "keras.distribution.set_distribution",
    "data_parallel": "keras.distribution.DataParallel",
}


class NoDistributionStrategy(Rule):
    """@PAGE no-distribution-strategy@"""

    code = "KL202"
    severity = Severity.INFO
    applicability = Applicability.UNSAFE
    backends = ("tensorflow", "jax")
    tokens = ("fit", "GradientTape")

    def check(self, facts: Facts) -> Iterator[Finding]:
        if facts.distributes or facts.target.devices == 1:
            return
        scripts: set[str] = set()
        for call in facts.training_calls:
            if call.trains and call.is_in_script and call.script not in scripts:
                scripts.add(call.script)
                yield Finding(
                    at=call.name_at,
                    message=(
                        "no distribution strategy: one accelerator is used (Keras finds it by itself), any others "
                        "stay idle; on a machine with a single one this is right"
                    ),
                    confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
                    fix=self._distribute(facts, call),
                )

    def _distribute(self, facts: Facts, call: TrainingCall) -> Fix | None:
        building = facts.building_of(call)
        if building is None or facts.uses_name(call.at.file, "strategy"):
            return None
        if facts.target.backend == "jax":
            template = Template("{set_distribution}({data_parallel}())", symbols=JAX)
            changes: tuple[Change, ...] = (InsertStatement(building.first, "before", template),)
        else:
            choose = '{mirrored}() if len({list_devices}("GPU")) > 1 else {default}()'
            changes = (
                InsertStatement(
                    building.first, "before", Template(f"strategy = {choose}", symbols=TENSORFLOW)
                ),
                WrapInWith(building.first, building.last, Template("strategy.scope()")),
            )
        return Fix(
            "Build and compile the model for every accelerator that the machine has",
            Applicability.UNSAFE,
            changes,
            reason="on several accelerators each step splits its batch, and losses differ in their last digits",
        )
