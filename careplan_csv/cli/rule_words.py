"""Rules and families of rules as they are named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.findings import Rule


def rule_words(words: Iterable[str]) -> tuple[str, ...]:
    """Ids and family letters, from values such as `F401`, `f` or `F401,E206`.

    Raises:
        Refused: one of them is neither.
    """
    wanted = [part.strip().upper() for word in words for part in word.split(",") if part.strip()]
    if not wanted:
        return ()
    from careplan_csv.checks import in_order

    known = {rule.id: rule for rule in in_order()}
    families = {rule_id[0] for rule_id in known}
    for word in wanted:
        if word not in known and word not in families:
            raise unknown_rule(word, known)
    return tuple(dict.fromkeys(wanted))


def rules_named(words: Iterable[str]) -> list[Rule]:
    """The rules of some ids, in the order in which they were named.

    Raises:
        Refused: there is no such rule.
    """
    from careplan_csv.checks import in_order

    known = {rule.id: rule for rule in in_order()}
    wanted = [part.strip().upper() for word in words for part in word.split(",") if part.strip()]
    for word in wanted:
        if word not in known:
            raise unknown_rule(word, known)
    return [known[word] for word in dict.fromkeys(wanted)]


def unknown_rule(word: str, known: Iterable[str]) -> Refused:
    """Why a word is refused, with the ids that are like it."""
    near = get_close_matches(word, sorted(known), 3, 0.4)
    hint = f"近いもの: {'、'.join(near)}。" if near else ""
    return Refused(
        f"規則「{printable(word, 40)}」はありません。{hint}一覧は「careplan-csv rules」で見られます。"
    )
