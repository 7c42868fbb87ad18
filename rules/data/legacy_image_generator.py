"""`ImageDataGenerator`, which image datasets and preprocessing layers replace."""

from collections.abc import Iterator

from keraslint.rule import Confidence
from keraslint.rule import Finding
from keraslint.rule import Related
from keraslint.rule import Rule
from keraslint.rule import Severity
from keraslint.semantics import Facts
from keraslint.semantics import ImageIterator

MODULE = "keras.preprocessing.image."


class LegacyImageGenerator(Rule):
    """A model is trained from an `ImageDataGenerator`, which is legacy in Keras 2 and gone from `keras` 3.

    ## What it does
    Finds `flow`, `flow_from_directory` and `flow_from_dataframe` of an `ImageDataGenerator` whose batches a model
    is trained or validated with. It is info where the class exists. It is an error where it comes from
    `keras.preprocessing.image` and the target is Keras 3, which has it only as
    `tf.keras.preprocessing.image.ImageDataGenerator`: the import raises `ImportError`. The finding stands at the
    `flow` call.

    ## Why it is slow
    Images are decoded, resized and augmented by Python, one after the other, in one thread unless workers are
    asked for. A tf.data pipeline does the same in as many threads as the machine has, and layers such as
    `RandomFlip` work on whole batches, on the accelerator if need be.

    ## Example

    ## Use instead

    `keras.utils.image_dataset_from_directory` reads the same folders, and preprocessing layers scale and
    augment. Augmentation is not the same to the pixel: the layers draw, fill and interpolate in their own way.

    ## When to leave it
    - The images are few or small, and the model takes most of the time.
    - An augmentation is needed that no layer has.

    ## Measured

    ## References
    - https://keras.io/api/data_loading/image/
    - https://keras.io/api/layers/preprocessing_layers/image_augmentation/
    """

    code = "KL111"
    severity = Severity.INFO
    changes = "the layers draw other shifts and flips, and samples come in another order"
    tokens = ("ImageDataGenerator",)

    def check(self, facts: Facts) -> Iterator[Finding]:
        for iterator in facts.image_iterators:
            yield self._finding(iterator, self._breaks(facts, iterator))

    def _breaks(self, facts: Facts, iterator: ImageIterator) -> bool:
        use = iterator.use
        return (
            use is not None and use.path.startswith(MODULE) and not use.is_guarded and facts.target.keras == 3
        )

    def _finding(self, iterator: ImageIterator, breaks: bool) -> Finding:
        message = (
            "`ImageDataGenerator` decodes and augments images in Python, one after the other; "
            "`image_dataset_from_directory` and preprocessing layers do it in parallel"
        )
        if breaks:
            message = "`keras.preprocessing.image` of Keras 3 has no `ImageDataGenerator`: its import raises an ImportError"
        use = iterator.use
        return Finding(
            at=iterator.at,
            message=message,
            related=(
                *(() if use is None else (Related(use.at, "made here"),)),
                Related(iterator.training.name_at, "trains from it"),
            ),
            confidence=Confidence.HIGH if iterator.training.is_certain else Confidence.MEDIUM,
            severity=Severity.ERROR if breaks else Severity.INFO,
            help="read with `keras.utils.image_dataset_from_directory`, augment with layers",
        )
