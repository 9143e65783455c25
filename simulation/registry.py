"""Operations, found by themselves: every module of `simulation.operations` may hold some."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulation.player import Player

Served = Callable[[dict[str, Any], datetime], dict[str, Any]]
_served: dict[str, Served] = {}


class Operation:
    """One thing that somebody does. `weight`: how often, relative to the others; 0 is never drawn.

    `perform` runs in the simulator. It draws whom it is about, asks the web process by `player.ask` (which calls the
    function that `serves` registered under that name) and the provider's pages by `player.provider`, and says whether
    there was anything to do.
    """

    weight = 0

    @property
    def name(self) -> str:
        return type(self).__name__

    def perform(self, player: Player) -> bool:
        raise NotImplementedError


def serves(name: str) -> Callable[[Served], Served]:
    """A function for the web process: it is given the parameters and the time, and answers with JSON."""

    def register(function: Served) -> Served:
        _served[name] = function
        return function

    return register


def served(name: str) -> Served:
    operations()
    return _served[name]


@cache
def operations() -> tuple[Operation, ...]:
    """One of each kind, in the order of their names: the draw must not depend on the order of files."""
    from simulation import operations as package

    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return tuple(sorted((kind() for kind in _kinds(Operation)), key=lambda operation: operation.name))


def _kinds(kind: type[Operation]) -> list[type[Operation]]:
    return [found for direct in kind.__subclasses__() for found in (direct, *_kinds(direct))]
