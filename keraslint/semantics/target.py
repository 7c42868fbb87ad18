"""What the code will run on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Keras's generation, TensorFlow's version (None: the current one), the backend, the devices.

    ``keras_release`` is the newest release of the Keras package that the project allows, where that is an
    old one; ``keras_is_apart`` says that its TensorFlow is too new to have been meant with that release, so
    that ``tensorflow.keras`` is another Keras.
    """

    keras: int = 3
    tensorflow: tuple[int, int] | None = None
    backend: str = "tensorflow"
    devices: int | None = None
    keras_release: tuple[int, int] | None = None
    keras_is_apart: bool = False

    def tensorflow_before(self, major: int, minor: int) -> bool:
        """Whether the TensorFlow version is known to be older."""
        return self.tensorflow is not None and self.tensorflow < (major, minor)

    def keras_before(self, major: int, minor: int, package: str) -> bool:
        """Whether the release of Keras that a package (``keras`` or ``tensorflow``) brings is known to be older."""
        if self.keras_release is None or (self.keras_is_apart and package != "keras"):
            return False
        return self.keras_release < (major, minor)

    @property
    def autotune(self) -> str:
        """The name of tf.data's ``AUTOTUNE`` there: it was experimental before TensorFlow 2.4."""
        return f"tensorflow.data.{'experimental.' if self.tensorflow_before(2, 4) else ''}AUTOTUNE"

    @property
    def rewrites_pipelines(self) -> bool:
        """Whether tf.data parallelises stateless maps and injects prefetches for everyone (TF 2.9 on)."""
        return not self.tensorflow_before(2, 9)
