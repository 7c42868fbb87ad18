"""Training that uses one accelerator, however many there are."""

from collections.abc import Iterator

from keraslint.rule import Applicability
from keraslint.rule import Change
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
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
    """A training script uses the first accelerator and no other.

    ## What it does
    Finds scripts that train a Keras model with no `tf.distribute` strategy, no `keras.distribution` and no
    device code of their own for several devices. There is one finding for a script, at its first training
    call. The severity is info: on a machine with a single device this is right.

    ## Why it is slow
    Keras uses one GPU by itself, without a line of code, and leaves all others idle. A strategy copies the
    model to each device, gives each a part of every batch, and sums the gradients: with several equal
    devices and batches that are large enough, an epoch takes a fraction of the time. The same strategy over
    a single device only adds work: over one CPU a `MirroredStrategy` made training slower, which is why the
    fix asks for the devices first.

    ## Example

    ## Use instead

    On TensorFlow, the fix builds and compiles the model in the scope of a strategy: `MirroredStrategy` where
    more than one GPU is found at run time, and the default strategy, which does nothing, elsewhere. With the
    JAX backend it sets `keras.distribution.DataParallel()` before the model is built.

    It is unsafe. Where several devices are found, each computes a part of the batch, so batch
    normalisation sees smaller batches and sums are rounded in another order. Raise the batch size with the
    number of devices, or each is given too little to do, and think about the learning rate then.

    ## When to leave it
    - There is one accelerator, or none. `devices = 1` in the configuration silences the rule.
    - Several runs share the machine, one on each device: a search over settings is parallel by itself.
    - The model is so small that summing its gradients takes longer than computing them.
    - The code is a library: who calls it decides. Functions that nobody calls are not reported.

    ## Measured

    ## References
    - https://keras.io/guides/distributed_training_with_tensorflow/
    - https://keras.io/guides/distribution/
    - https://www.tensorflow.org/guide/distributed_training
    """

    code = "KL202"
    severity = Severity.INFO
    hardware = "accelerator"
    applicability = Applicability.UNSAFE
    backends = ("tensorflow", "jax")
    tokens = ("fit", "train_on_batch", "GradientTape")

    def check(self, facts: Facts) -> Iterator[Finding]:
        if facts.target.devices == 1:
            return
        scripts: set[str] = set()
        for call in facts.training_calls:
            if not call.trains or not call.is_in_script or call.script in scripts:
                continue
            scripts.add(call.script)
            if not facts.distributes(call.script):
                yield Finding(
                    at=call.name_at,
                    message=(
                        "no distribution strategy: one accelerator is used (Keras finds it by itself), any others "
                        "stay idle; on a machine with a single one this is right"
                    ),
                    confidence=Confidence.HIGH if call.is_certain else Confidence.MEDIUM,
                    fix=self._distribute(facts, call),
                )

    def _distribute(self, facts: Facts, call: TrainingCall) -> Fix | NoFix:
        building = facts.building_of(call)
        if building is None:
            return NoFix("the model is not built and compiled in one block with its training")
        if facts.uses_name(call.at.file, "strategy"):
            return NoFix("the name `strategy` is taken")
        if facts.target.backend == "jax":
            template = Template("{set_distribution}({data_parallel}())", symbols=JAX)
            changes: tuple[Change, ...] = (InsertStatement(building.start, "before", template),)
        else:
            choose = '{mirrored}() if len({list_devices}("GPU")) > 1 else {default}()'
            changes = (
                InsertStatement(
                    building.start, "before", Template(f"strategy = {choose}", symbols=TENSORFLOW)
                ),
                *(WrapInWith(first, last, Template("strategy.scope()")) for first, last in building.parts),
            )
        return Fix(
            "Build and compile the model for every accelerator that the machine has",
            Applicability.UNSAFE,
            changes,
            reason="on several accelerators each step splits its batch, and losses differ in their last digits",
        )
