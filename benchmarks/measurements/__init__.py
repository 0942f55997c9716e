"""The measurements, each a module that holds one `MEASUREMENT` of the module's own name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from benchmarks._measurement import Measurement

__all__ = ["find", "names"]


@cache
def names() -> tuple[str, ...]:
    """Of all measurements, in order."""
    found = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    return tuple(sorted(name.replace("_", "-") for name in found))


def find(name: str) -> Measurement:
    """A measurement by its name.

    Raises:
        KeyError: There is none.
    """
    if name not in names():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    found: Measurement = module.MEASUREMENT
    assert found.name == name, f"{module.__name__} holds {found.name!r}"
    return found
