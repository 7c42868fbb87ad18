"""What Python work a call does in ``__getitem__``: the one classification of that kind."""

from __future__ import annotations

import re
import sys
from enum import Enum
from functools import lru_cache


class Work(Enum):
    """Kinds of work, the costliest first."""

    DECODE = "decodes"
    RESIZE = "resizes"
    AUGMENT = "augments"
    INFLATE = "inflates"
    COMPUTE = "computes"
    TRANSFORM = "transforms"
    UNSEEN = "calls"
    READ = "reads"
    NONE = "nothing"

    @property
    def rank(self) -> int:
        """0 for the costliest."""
        return list(Work).index(self)

    @property
    def is_costly(self) -> bool:
        """Whether it is work on a whole batch too, not only when Python repeats it for each sample."""
        return self in (Work.DECODE, Work.RESIZE, Work.AUGMENT, Work.INFLATE, Work.COMPUTE)


_DECODERS = """
    PIL.Image.open cv2.imread cv2.imdecode imageio.imread imageio.v2.imread imageio.v3.imread
    keras.utils.load_img keras.preprocessing.image.load_img librosa.load matplotlib.image.imread
    matplotlib.pyplot.imread nibabel.load pydicom.dcmread pydicom.read_file rasterio.open scipy.io.wavfile.read
    scipy.misc.imread skimage.io.imread soundfile.read tifffile.imread tensorflow.io.decode_jpeg
    tensorflow.io.decode_png tensorflow.io.decode_image tensorflow.image.decode_jpeg SimpleITK.ReadImage
    cv2.VideoCapture decord.VideoReader torchaudio.load
"""
_RESIZERS = """
    cv2.resize cv2.pyrDown cv2.pyrUp scipy.misc.imresize scipy.ndimage.zoom skimage.transform.rescale
    skimage.transform.resize tensorflow.image.resize keras.preprocessing.image.smart_resize
    skimage.transform.pyramid_reduce scipy.ndimage.interpolation.zoom
"""
_RESIZING_METHODS = ("resize", "thumbnail", "transform")
_CODECS_METHODS = ("convert", "crop", "filter", "rotate", "transpose")
_AUGMENTING_PACKAGES = (
    "albumentations",
    "imgaug",
    "Augmentor",
    "torchvision",
    "volumentations",
    "audiomentations",
)
_COMPUTING_PACKAGES = (
    "cv2",
    "skimage",
    "librosa",
    "scipy",
    "sklearn",
    "pywt",
    "python_speech_features",
    "mahotas",
)
_LIGHT = ("sklearn.model_selection.", "sklearn.utils.")
_CHEAP_IN_CV2 = (
    "boundingRect",
    "cvtColor",
    "flip",
    "getAffineTransform",
    "getPerspectiveTransform",
    "getRotationMatrix2D",
    "getStructuringElement",
    "merge",
    "rotate",
    "split",
    "transpose",
)
_NUMPY_COMPUTE = """
    convolve correlate cov cross cumsum dot einsum gradient histogram histogram2d interp kron matmul median
    percentile quantile resize std tensordot trapz var
"""
_NUMPY_TRANSFORM = "clip flip fliplr flipud mean max min pad roll rot90 sum random.normal random.randn"
_INFLATERS = """
    blosc.decompress bz2.decompress gzip.decompress gzip.open lz4.frame.decompress lzma.decompress
    snappy.decompress zlib.decompress zstandard.decompress
"""
# What the arrays that these packages give do by themselves, which costs next to nothing.
_OF_ARRAYS = ("astype", "copy", "flatten", "ravel", "reshape", "squeeze", "tolist", "transpose")
_NUMPY_PACKAGES = ("numpy.fft.", "numpy.linalg.")
_READERS = """
    builtins.open h5py.File joblib.load json.load numpy.fromfile numpy.genfromtxt numpy.load numpy.loadtxt
    numpy.memmap pandas.read_csv pandas.read_parquet pickle.load scipy.io.loadmat tensorflow.io.read_file
"""
_KERAS_AUGMENTERS = (
    "apply_affine_transform",
    "apply_transform",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_transform",
    "random_zoom",
)


@lru_cache(maxsize=1)
def _named() -> dict[str, Work]:
    table: dict[str, Work] = {}
    for text, work in (
        (_READERS, Work.READ),
        (_INFLATERS, Work.INFLATE),
        (_RESIZERS, Work.RESIZE),
        (_DECODERS, Work.DECODE),
    ):
        table.update(dict.fromkeys(text.split(), work))
    table.update({f"numpy.{name}": Work.COMPUTE for name in _NUMPY_COMPUTE.split()})
    table.update({f"numpy.{name}": Work.TRANSFORM for name in _NUMPY_TRANSFORM.split()})
    return table


# Packages that the tables above look at: what they do not name there is cheap.
_LOOKED_AT = frozenset(
    {
        *_AUGMENTING_PACKAGES,
        *_COMPUTING_PACKAGES,
        *sys.stdlib_module_names,
        "PIL",
        "SimpleITK",
        "absl",
        "h5py",
        "imageio",
        "joblib",
        "keras",
        "matplotlib",
        "nibabel",
        "numba",
        "numpy",
        "pandas",
        "pycocotools",
        "pydicom",
        "rasterio",
        "six",
        "sklearn",
        "str",
        "tensorflow",
        "tf_keras",
        "torch",
        "tqdm",
        "yaml",
    }
)


def is_unseen(callee: str) -> bool:
    """Whether a function comes from a package of which nobody looked at what its functions do."""
    return callee.partition(".")[0] not in _LOOKED_AT


# How methods are named that hand out what an object has, or take note of something.
_LOOKUPS = ("add", "count", "find", "get", "has", "index", "is", "log", "set", "update", "write")


def is_lookup(path: str) -> bool:
    """Whether the method at the end of a path of attributes is likely a look-up, or a note that is taken."""
    name = path.rpartition(".")[2]
    word = re.match(r"_*([A-Z]?[a-z]*)", name)
    return (
        word is None
        or word[1].lower() in _LOOKUPS
        or any(hasattr(builtin, name) for builtin in (dict, list, set, str))
    )


def work_of(callee: str) -> Work:
    """The work that the call of this canonical name does; methods of objects are named after their maker."""
    known = _named().get(callee)
    if known is not None:
        return known
    package, _, _ = callee.partition(".")
    last = callee.removesuffix("()").rsplit(".", 1)[-1]
    if callee.startswith(("PIL.", "keras.utils.load_img()", "keras.utils.array_to_img()")):
        if last in _RESIZING_METHODS:
            return Work.RESIZE
        return (
            Work.AUGMENT
            if last in _CODECS_METHODS or "ImageOps" in callee or "Enhance" in callee
            else Work.NONE
        )
    if "()" in callee[:-2] and last in _OF_ARRAYS:
        return Work.NONE
    if package in _AUGMENTING_PACKAGES:
        return Work.AUGMENT
    if callee.startswith("keras.") and last in _KERAS_AUGMENTERS:
        return Work.AUGMENT
    if package == "cv2":
        return Work.NONE if last in _CHEAP_IN_CV2 or last.isupper() else Work.COMPUTE
    if package in _COMPUTING_PACKAGES:
        looks_up = "()." in callee and is_lookup(callee)
        return Work.NONE if looks_up or callee.startswith(_LIGHT) else Work.COMPUTE
    if callee.startswith(_NUMPY_PACKAGES):
        return Work.COMPUTE
    return Work.NONE
