"""Batches of a Sequence are prepared one sample at a time, in Python, on every epoch."""

from collections.abc import Iterator
from math import prod

from keraslint.rule import Applicability
from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Fix
from keraslint.rule import InsertStatement
from keraslint.rule import NoFix
from keraslint.rule import Related
from keraslint.rule import ReplaceExpression
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.rule import Site
from keraslint.rule import Template
from keraslint.semantics import Facts
from keraslint.semantics import Hoist
from keraslint.semantics import ItemWork
from keraslint.semantics import SequenceClass
from keraslint.semantics import UntranslatableError
from keraslint.semantics import Work

MEBIBYTE = 2**20


class GetitemPreprocessing(Rule):
    """Batches of a Sequence are prepared one sample at a time, in Python, on every epoch.

    ## What it does
    Finds a loop or comprehension over the samples of a batch inside the `__getitem__` of a
    `keras.utils.PyDataset` or `keras.utils.Sequence`, or inside a helper that it calls, whose body
    decodes, resizes, augments or computes with PIL, OpenCV, scikit-image or NumPy. It names the loop
    and the costliest call in it. A function that the linter cannot see counts as well, with confidence
    medium: what it does is unknown, but that Python runs once for each sample is not.

    ## Why it is slow
    `__getitem__` is called for every batch of every epoch, so work that always has the same outcome is
    done again and again, and each pass through the loop pays for the interpreter, for small arrays and
    for calls that one vectorised operation would make once. While the interpreter is busy, so is the
    thread that Keras needs to hand the next batch to the model. More workers hide some of this and
    remove none of it: threads help only where the called library releases the interpreter's lock.

    ## Example

    ## Use instead

    Work that gives the same result for the same sample belongs before training: in `__init__` where
    the prepared samples fit in memory, on disk where they do not. The fix does the first, and is offered
    where the work draws no random numbers and the samples are an array. It is unsafe: prepared samples
    may take more memory than raw ones, and changes made to the raw array after the constructor ran are
    no longer seen. Random augmentation belongs in the model as preprocessing layers, or in a `tf.data`
    pipeline with `num_parallel_calls`, where it runs in parallel outside Python.

    Where the fix is not offered, a suggestion shows the whole class as such a pipeline, as far as TensorFlow has what
    PIL, OpenCV, scikit-image and NumPy do to a sample; a comment stands where its pixels differ.

    Before you replace the library that resizes, compare pixels: PIL antialiases when it shrinks an image
    and `tf.image.resize` does not unless told to, and even then the two do not agree to the last bit, nor
    do their JPEG decoders. For large JPEGs that stay with PIL, one line gains most: `Image.draft("RGB", size)` before the
    pixels are read lets the decoder skip what the smaller image does not need.

    ## When to leave it
    - The model's own step takes far longer than the preparation of a batch; the linter says info where it
      knows the model to cost more than about 1 GMAC a sample.
    - The work is random for each epoch and has no counterpart in TensorFlow or Keras.
    - The prepared data fits neither in memory nor on disk.

    Slicing, indexing, `np.array(batch)`, `astype`, operations over the whole batch, lookups of ready
    arrays and work that is done once and kept are not reported.

    ## Measured

    ## References
    - https://keras.io/api/utils/python_utils/
    - https://www.tensorflow.org/guide/data_performance
    - https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.draft
    """

    code = "KL101"
    severity = Severity.WARNING
    applicability = Applicability.UNSAFE
    tokens = ("__getitem__",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for cls in facts.sequence_classes:
            for at, items in self._loops(cls).items():
                costliest = min(items, key=lambda item: item.work.rank)
                if costliest.work is not Work.READ:
                    yield self._finding(facts, cls, at, costliest)

    def _loops(self, cls: SequenceClass) -> dict[Site, list[ItemWork]]:
        loops: dict[Site, list[ItemWork]] = {}
        if not cls.keeps_results:
            for item in cls.work:
                if item.is_per_sample and not cls.repeats(item):
                    loops.setdefault(item.at, []).append(item)
        return loops

    def _finding(self, facts: Facts, cls: SequenceClass, at: Site, item: ItemWork) -> Finding:
        unseen = item.work is Work.UNSEEN
        what = f"calls `{item.call.spelled}` for each sample"
        if not unseen:
            what = f"{item.work.value} each sample with `{item.call.spelled}`"
        message = f"`{cls.name}.__getitem__` {what}, in a Python loop"
        if not cls.consumers or any(call.trains for call in cls.consumers):
            message += ", again on every epoch"
        if unseen:
            message += "; what the function does cannot be seen from here"
        return Finding(
            at=at,
            message=message,
            related=(
                Related(item.call.name_site, "the work done for each sample"),
                *(Related(call.name_at, f"takes its batches from `{cls.name}`") for call in cls.consumers),
            ),
            confidence=Confidence.MEDIUM if unseen else Confidence.HIGH,
            severity=Severity.INFO if facts.model_dwarfs_data(cls.consumers) else Severity.WARNING,
            fix=(None if unseen else self._hoist(facts, cls, at)) or self._rewrite(facts, cls),
            help=(
                "prepare the samples once, in `__init__` or on disk, or move the work into a tf.data pipeline "
                "with `num_parallel_calls`"
            ),
        )

    def _hoist(self, facts: Facts, cls: SequenceClass, at: Site) -> Fix | None:
        hoist = cls.hoistable(at)
        if hoist is None:
            return None
        prepared = Template(
            "{maker}([{element} for {target} in {value}])",
            nodes={
                "maker": hoist.maker,
                "element": hoist.element,
                "target": hoist.target,
                "value": hoist.value,
            },
        )
        return Fix(
            f"Prepare `self.{hoist.attribute}` once, in `__init__`",
            Applicability.UNSAFE,
            (
                ReplaceExpression(hoist.value, prepared),
                ReplaceExpression(hoist.whole, Template("{batch}", nodes={"batch": hoist.batch})),
            ),
            reason=f"the prepared samples of the whole set{self._size(facts, cls, hoist)} stay in memory, and later "
            "changes to the raw ones are not seen",
        )

    def _size(self, facts: Facts, cls: SequenceClass, hoist: Hoist) -> str:
        """How much memory the prepared samples take, where their number and what the model takes of each are known."""
        models = [facts.model_of(call) for call in cls.consumers]
        taken = {
            layer.inputs[0][1:]
            for model in models
            if model is not None
            for layer in model.architecture.layers[:1]
            if layer.inputs and layer.inputs[0]
        }
        sizes = taken.pop() if len(taken) == 1 else (None,)
        numbers = prod(size or 0 for size in sizes)
        if not numbers or hoist.samples is None or hoist.itemsize is None:
            return ""
        return f" ({hoist.samples * numbers * hoist.itemsize / MEBIBYTE:,.0f} MiB)"

    def _rewrite(self, facts: Facts, cls: SequenceClass) -> Fix | NoFix:
        """The class as a pipeline, put behind it."""
        try:
            pipeline = cls.as_pipeline()
        except UntranslatableError as error:
            return NoFix(f"tf.data has no simple counterpart of {error}")
        if facts.uses_name(cls.at.file, pipeline.name):
            return NoFix(f"the name `{pipeline.name}` is taken")
        template = Template(pipeline.code, symbols=pipeline.symbols)
        reason = "`fit` shuffles the batches of a Sequence, and leaves the order of a pipeline as it is"
        if pipeline.differences:
            reason = f"{'; '.join(pipeline.differences)}; {reason}"
        return Fix(
            f"Make a pipeline of tf.data instead: `{pipeline.name}({', '.join(pipeline.parameters)})`",
            Applicability.DISPLAY,
            (InsertStatement(cls.definition, "after", template),),
            reason=reason,
        )
