"""What this process used, and the software in it."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has none.
    resource = None  # type: ignore[assignment]


def peak_memory() -> int:
    """The most memory that the process, or one of its children, held at a time, in bytes."""
    if resource is None:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    # What Linux says there may be that of the process that started this one.
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                own = int(line.split()[1]) * 1024
    return max(own, children)


def loaded_sources() -> list[str]:
    """The files of modules that do not belong to the installation."""
    installed = {str(Path(prefix)) for prefix in (sys.prefix, sys.base_prefix, Path(__file__).parent)}
    found = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    files = {str(Path(file).absolute()) for file in found if isinstance(file, str)}
    return sorted(file for file in files if not any(file.startswith(prefix) for prefix in installed))


def software() -> dict[str, str]:
    """Versions of what the script imported, and the backend of its Keras."""
    found = {"python": platform.python_version()}
    for name in ("tensorflow", "keras", "tf_keras", "jax", "torch", "numpy"):
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            found[name] = version
    config = sys.modules.get("keras.src.backend.config")
    if config is not None and hasattr(config, "backend"):
        found["backend"] = str(config.backend())
    elif "tensorflow" in found:
        found["backend"] = "tensorflow"
    return found
