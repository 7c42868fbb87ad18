"""What TensorFlow has in place of Python's image, sound and array functions, and what it has nothing for."""

from __future__ import annotations

from functools import lru_cache

from keraslint.semantics import names

_NAMED = """
    PIL.Image.open=tf.io.decode_image
    PIL.ImageOps.flip=tf.image.flip_up_down
    PIL.ImageOps.grayscale=tf.image.rgb_to_grayscale
    PIL.ImageOps.mirror=tf.image.flip_left_right
    cv2.blur=tf.nn.avg_pool2d
    cv2.cvtColor=tf.image.rgb_to_grayscale
    cv2.flip=tf.image.flip_left_right
    cv2.GaussianBlur=tf.nn.depthwise_conv2d
    cv2.imdecode=tf.io.decode_image
    cv2.imread=tf.io.decode_image
    cv2.normalize=tf.image.per_image_standardization
    cv2.resize=tf.image.resize
    cv2.warpAffine=keras.layers.RandomRotation
    gzip.decompress=tf.io.decode_compressed
    gzip.open=tf.io.decode_compressed
    imageio.imread=tf.io.decode_image
    imageio.v2.imread=tf.io.decode_image
    imageio.v3.imread=tf.io.decode_image
    keras.utils.img_to_array=tf.cast
    keras.utils.load_img=tf.io.decode_image
    keras.utils.to_categorical=tf.one_hot
    librosa.feature.mfcc=tf.signal.mfccs_from_log_mel_spectrograms
    librosa.feature.melspectrogram=keras.layers.MelSpectrogram
    librosa.stft=tf.signal.stft
    matplotlib.image.imread=tf.io.decode_image
    matplotlib.pyplot.imread=tf.io.decode_image
    numpy.concatenate=tf.concat
    numpy.eye=tf.one_hot
    numpy.clip=tf.clip_by_value
    numpy.dot=tf.linalg.matmul
    numpy.fft.fft=tf.signal.fft
    numpy.fft.fft2=tf.signal.fft2d
    numpy.fft.ifft=tf.signal.ifft
    numpy.fft.irfft=tf.signal.irfft
    numpy.fft.rfft=tf.signal.rfft
    numpy.flip=tf.reverse
    numpy.fliplr=tf.image.flip_left_right
    numpy.flipud=tf.image.flip_up_down
    numpy.fromfile=tf.io.decode_raw
    numpy.genfromtxt=tf.io.decode_csv
    numpy.loadtxt=tf.io.decode_csv
    numpy.random.normal=tf.random.normal
    numpy.random.randn=tf.random.normal
    numpy.random.uniform=tf.random.uniform
    numpy.rot90=tf.image.rot90
    pandas.read_csv=tf.data.experimental.make_csv_dataset
    scipy.io.wavfile.read=tf.audio.decode_wav
    scipy.misc.imread=tf.io.decode_image
    scipy.misc.imresize=tf.image.resize
    scipy.ndimage.gaussian_filter=tf.nn.depthwise_conv2d
    scipy.ndimage.zoom=tf.image.resize
    scipy.signal.spectrogram=tf.signal.stft
    scipy.signal.stft=tf.signal.stft
    skimage.color.rgb2gray=tf.image.rgb_to_grayscale
    skimage.io.imread=tf.io.decode_image
    skimage.transform.rescale=tf.image.resize
    skimage.transform.resize=tf.image.resize
    skimage.transform.rotate=keras.layers.RandomRotation
    zlib.decompress=tf.io.decode_compressed
"""
_OF_IMAGES = {
    "convert": "tf.image.rgb_to_grayscale",
    "crop": "tf.image.crop_to_bounding_box",
    "resize": "tf.image.resize",
    "rotate": "keras.layers.RandomRotation",
    "thumbnail": "tf.image.resize",
    "transpose": "tf.image.flip_left_right",
}
_IMAGES = ("PIL.", "keras.utils.load_img()", "keras.utils.array_to_img()")
_MODULES = ("", "math.", "linalg.", "image.", "signal.")
# Formats and devices that TensorFlow itself reads nothing of.
_WITHOUT = (
    "SimpleITK.",
    "audioread.",
    "av.",
    "cv2.VideoCapture",
    "decord.",
    "h5py.",
    "laspy.",
    "librosa.core.load",
    "librosa.load",
    "medpy.",
    "mne.",
    "netCDF4.",
    "nibabel.",
    "nrrd.",
    "numpy.load",
    "openslide.",
    "osgeo.",
    "pickle.",
    "pydicom.",
    "pydub.",
    "pyedflib.",
    "rasterio.",
    "scipy.io.loadmat",
    "soundfile.",
    "tables.",
    "tifffile.",
    "torchaudio.load",
    "wfdb.",
    "xarray.",
    "zarr.",
)
# Where data comes from a process, a service or a simulation, and Python is the only way in.
_OUTSIDE = (
    "MySQLdb.",
    "aiohttp.",
    "boto3.",
    "botocore.",
    "builtins.input",
    "confluent_kafka.",
    "google.cloud.",
    "gym.",
    "gymnasium.",
    "httpx.",
    "kafka.",
    "keras.Model",
    "multiprocessing.Queue",
    "mysql.",
    "paho.",
    "pettingzoo.",
    "pika.",
    "psycopg.",
    "psycopg2.",
    "pymongo.",
    "pymysql.",
    "queue.Queue",
    "redis.",
    "requests.",
    "retro.",
    "serial.",
    "socket.",
    "sqlalchemy.",
    "sqlite3.",
    "subprocess.",
    "urllib.",
    "websockets.",
    "zmq.",
)


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    return dict(line.split("=") for line in _NAMED.split())


def counterpart(callee: str) -> str | None:
    """What does the same in TensorFlow or Keras as the function of this canonical name, None where nothing does."""
    known = _named().get(callee)
    if known is not None:
        return known
    last = callee.rpartition(".")[2]
    if callee.startswith(_IMAGES):
        return _OF_IMAGES.get(last)
    if callee.startswith("numpy.") and callee.count(".") == 1:
        for name in (*(f"{module}{last}" for module in _MODULES), f"reduce_{last}"):
            if names.exists(f"tensorflow.{name}"):
                return f"tf.{name}"
    return None


def has_no_counterpart(callee: str) -> bool:
    """Whether TensorFlow has nothing that reads what this function reads."""
    return callee.startswith(_WITHOUT)


def comes_from_outside(name: str) -> bool:
    """Whether an object of this name is a simulation, a service or a stream, or a model that makes the data."""
    return name.startswith(_OUTSIDE)
