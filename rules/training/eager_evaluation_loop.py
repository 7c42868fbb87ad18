"""A model that is asked op by op on every batch of a dataset."""

from collections.abc import Iterator

from keraslint.rule import AddDecorator
from keraslint.rule import Applicability
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Template
from keraslint.semantics import EagerEvaluation
from keraslint.semantics import Facts


class EagerEvaluationLoop(Rule):
    """A loop over a dataset calls a model eagerly on every batch.

    ## What it does
    Finds calls of a model (`model(batch)`) in a Python loop over a dataset, with no gradient tape around them and no
    `tf.function` on the way, where neither `predict` nor `evaluate` does the work: validation loops, feature
    extraction, metrics. Loops that train eagerly on the same batches belong to KL404. It is info where the program
    goes over the dataset once.

    ## Why it is slow
    Called from Python, a model runs layer by layer and operation by operation, each started by itself.
    `predict`, `evaluate` and a `tf.function` make a graph of the model once and start that graph for each batch.

    ## Example

    ## Use instead

    Decorate the function that holds the call, which is what the fix does where there is one and nothing in it needs
    eager execution. It is unsafe: Python code in the function runs only while it is traced. Where the loop
    holds the call itself, `model.predict(dataset)` or `model.evaluate(dataset)` may replace the loop.

    ## When to leave it
    - A handful of batches, to look at.
    - Each batch has a shape of its own, or the call decides in Python by what it got.

    ## Measured

    ## References
    - https://www.tensorflow.org/guide/function
    - https://keras.io/guides/writing_a_custom_training_loop_in_tensorflow/
    """

    code = "KL416"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    backends = ("tensorflow",)
    tokens = ("tf", "tensorflow")

    def check(self, facts: Facts) -> Iterator[Finding]:
        for evaluation in facts.eager_evaluations:
            if not facts.target.tensorflow_before(2, 0):
                yield self._finding(facts, evaluation)

    def _finding(self, facts: Facts, evaluation: EagerEvaluation) -> Finding:
        function = evaluation.function
        advice = "Use `predict` or `evaluate`, or put the call into a function under `@tf.function`"
        fix = self._compile_model(facts, evaluation)
        if function is not None:
            hazards = facts.hazards(function, evaluation.evaluations)
            if hazards:
                advice = f"`{function.name}` cannot simply become a `@tf.function`: {hazards[0].words}"
                fix = NoFix(hazards[0].words)
            elif not evaluation.is_decorable:
                fix = NoFix("the function is run by something else than a plain call")
            else:
                alone = len(facts.calls_of(function)) == 1
                decorator = Template("{compiler}", symbols={"compiler": "tensorflow.function"})
                fix = Fix(
                    f"Decorate `{function.name}` with `@tf.function`",
                    Applicability.UNSAFE if alone else Applicability.DISPLAY,
                    (AddDecorator(function.site, decorator),),
                    reason="Python code in it runs only while it is traced, once for each shape of its arguments, "
                    "and NumPy arrays come as tensors of their own type",
                )
        return Finding(
            at=evaluation.record.site,
            message=(
                f"`{evaluation.record.spelled}` is called eagerly on every batch: Python starts every operation "
                "of the model by itself"
            ),
            related=(Related(evaluation.repetition.loop.site, "takes the batches"),),
            # One pass over a data set costs its start-up once, and may be a short one.
            severity=Severity.WARNING if len(evaluation.record.loops) > 1 else Severity.INFO,
            fix=fix,
            help=None if isinstance(fix, Fix) else advice,
        )

    def _compile_model(self, facts: Facts, evaluation: EagerEvaluation) -> Fix | NoFix:
        """The model itself, compiled before the loop: where the call stands in no function of its own."""
        record, repetition = evaluation.record, evaluation.repetition
        name = f"compiled_{record.spelled}"
        if repetition.frames or not name.isidentifier() or facts.uses_name(record.site.file, name):
            return NoFix("the call stands in no function of its own")
        if repetition.makes(record.receiver or record.function):
            return NoFix("the loop makes the model")
        made = Template(
            f"{name} = {{function}}({record.spelled})", symbols={"function": "tensorflow.function"}
        )
        return Fix(
            "Compile the model once, before the loop",
            Applicability.DISPLAY,
            (
                InsertStatement(repetition.loop.site, "before", made),
                ReplaceExpression(record.name_site, Template(name)),
            ),
            reason="Python code in the model runs only while it is traced, once for each shape of a batch",
        )
