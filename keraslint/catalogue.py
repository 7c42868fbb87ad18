"""The rules that are installed, remembered: to choose among them, none of them is imported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keraslint.installation import Footprint
from keraslint.installation import distributions
from keraslint.installation import folders_of
from keraslint.installation import imported_files
from keraslint.registry import RegisteredRule
from keraslint.registry import Registry
from keraslint.registry import fixtures_of
from keraslint.registry import load_rules
from keraslint.store import Store
from keraslint.store import digest_of

_KIND = "rules"


@dataclass(frozen=True)
class Catalogue:
    """The rules that can run, and all code that takes part in a check.

    ``footprint`` is None, and ``identity`` with it, where nothing may be concluded from that code's being the same.
    """

    registry: Registry
    footprint: Footprint | None = None
    identity: str | None = None

    def still_holds(self) -> bool:
        """Whether the code is what it was at the beginning."""
        return self.identity is not None and self.identity == _identity(self.footprint)


def installed(cache: Path | None) -> Catalogue:
    """The rules of every installed pack, as :func:`~keraslint.registry.load_rules` finds them."""
    if cache is None:
        return Catalogue(load_rules())
    store, key = Store(cache), distributions()
    return _remembered(store, key) or _found(store, key)


def _found(store: Store, key: str) -> Catalogue:
    registry = load_rules()
    if registry.problems:
        return Catalogue(registry)  # who knows what would mend them
    packages = {"keraslint", "keraslint.rules", *(rule.package for rule in registry.rules)}
    folders = {folder for package in packages for folder in folders_of(package)}
    fixtures = filter(None, map(fixtures_of, packages))
    footprint = Footprint({*folders, *map(str, fixtures)}, imported_files())
    identity = _identity(footprint)
    if identity is not None:
        store.prepare()
        document = {
            "folders": footprint.folders,
            "files": footprint.files,
            "identity": identity,
            "rules": [_listed(rule) for rule in registry.rules],
        }
        store.put(_KIND, key, json.dumps(document).encode())
    return Catalogue(registry, footprint, identity)


def _remembered(store: Store, key: str) -> Catalogue | None:
    data = store.get(_KIND, key)
    if data is None:
        return None
    document: Mapping[str, Any] = json.loads(data)
    footprint = Footprint(document["folders"], document["files"])
    identity = _identity(footprint)
    if identity is None or identity != document["identity"]:
        return None
    rules = tuple(RegisteredRule(*each) for each in document["rules"])
    return Catalogue(Registry(rules), footprint, identity)


def _listed(rule: RegisteredRule) -> list[str | bool]:
    return [
        rule.code,
        rule.name,
        rule.group,
        rule.package,
        rule.is_default,
        rule.module,
        rule.class_name,
    ]


def _identity(footprint: Footprint | None) -> str | None:
    state = None if footprint is None else footprint.state()
    return None if state is None else digest_of(distributions().encode(), state.encode())
