"""The registry of rules: a rule is registered, and put on its stage, by the decorator above its function."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from careplan_csv.findings import Rule
from careplan_csv.rules.collectors import Collector
from careplan_csv.standard import standard
from careplan_csv.version import __version__

Function = TypeVar("Function", bound=Callable[..., Any])

FAMILIES = {
    "N": "N ファイル名",
    "E": "E 文字コードと文字",
    "C": "C CSV の書き方",
    "F": "F 項目",
    "R": "R 記録",
    "T": "T ファイル全体",
    "B": "B ファイルの組",
    "H": "H 出力と取込の判定",
    "W": "W 承認",
}
"""The families of rules by the letter of their ids, in the order in which people read them."""

RULES: dict[str, Rule] = {}
"""Every rule by its id, filled when the modules that define rules are imported."""


def register(rule: Rule) -> None:
    """Take in a rule; the same rule may be registered at several stages.

    Raises:
        ValueError: another rule has the id.
    """
    if RULES.setdefault(rule.id, rule) is not rule:
        raise ValueError(f"rule id {rule.id} is used twice")


@dataclass(frozen=True, slots=True)
class Registered(Generic[Function]):
    """A rule with the function that checks it.

    Attributes:
        run: takes the rule first, then what its stage hands to it.
        needs: the items without which the rule says nothing: it runs only where the layout has them all.
        keeps: what is to be kept of every block for it.
    """

    rule: Rule
    run: Function
    needs: tuple[str, ...] = ()
    keeps: tuple[Collector[Any, Any], ...] = ()


class Stage(Generic[Function]):
    """The rules that look at the same thing at the same time.

    Calling a stage gives the decorator that registers a rule; iterating gives its rules, in the order of
    their definition.
    """

    def __init__(self) -> None:
        STAGES.append(self)
        self._rules: list[Registered[Function]] = []

    def __call__(
        self, rule: Rule, *, needs: tuple[str, ...] = (), keeps: tuple[Collector[Any, Any], ...] = ()
    ) -> Callable[[Function], Function]:
        """Register a rule above the function that checks it.

        Raises:
            ValueError: another rule has the id.
        """
        register(rule)

        def decorate(function: Function) -> Function:
            self._rules.append(Registered(rule, function, needs, keeps))
            return function

        return decorate

    def __iter__(self) -> Iterator[Registered[Function]]:
        return iter(self._rules)


STAGES: list[Stage[Any]] = []
"""Every stage, so that nobody keeps a list of them."""


def in_order() -> list[Rule]:
    """All rules, family by family."""
    letters = list(FAMILIES)
    return sorted(RULES.values(), key=lambda rule: (letters.index(rule.id[0]), rule.id))


@cache
def rule_set_version() -> str:
    """A short digest of all that decides what is found: two runs with the same one applied the same rules.

    It covers the version of this package, the words and severities of every rule of every family, and the
    bytes of all schemas but those of subsidies, which no rule reads. While the package is being changed, its version does not tell of changed code.
    """
    digest = hashlib.sha256(__version__.encode())
    for _, rule in sorted(RULES.items()):
        digest.update(repr(rule).encode())
    folder = standard().folder
    for path in sorted(folder.rglob("*.yaml")):
        if path.parent == folder / "subsidies":
            continue
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
