"""Functions that run when a module has been imported, without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from typing import TypeAlias

# In quotes, since Python 3.8 cannot take it apart.
Hook: TypeAlias = "Callable[[Any], None]"


class HookingFinder(MetaPathFinder):
    """Finds the modules that hooks wait for as they would be found without it, and hooks them."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        self._hooks = hooks

    def install(self) -> None:
        """Watch imports from now on; a module that is there already is hooked at once."""
        sys.meta_path.insert(0, self)
        for name, hook in self._hooks.items():
            if name in sys.modules:
                hook(sys.modules[name])

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        """Find the module by the other finders, and let its loader call the hook."""
        hook = self._hooks.get(fullname)
        if hook is None:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(fullname, path, target) if find and finder is not self else None
            if spec is not None:
                if spec.loader is not None:
                    _let_call(spec.loader, hook)
                return spec
        return None


def _let_call(loader: Any, hook: Hook) -> None:
    execute = loader.exec_module

    def execute_and_hook(module: Any) -> None:
        execute(module)
        hook(module)

    loader.exec_module = execute_and_hook
