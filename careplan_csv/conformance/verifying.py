"""Does the verdict of an evidence package follow from its files? 一致 or 相違, and in what (for the prefecture)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from careplan_csv.conformance import package as pack
from careplan_csv.conformance.package import Package
from careplan_csv.conformance.replaying import Replayed

_NAMES = {"tool": "道具", "version": "道具の版", "rule_set": "規則の組"}


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes:
        differences: what differs, each a sentence in Japanese; empty where everything agrees.
        replayed: the verdict that follows from the files.
    """

    differences: tuple[str, ...]
    replayed: Replayed

    @property
    def agrees(self) -> bool:
        return not self.differences


def verify(
    package: Package,
    replayed: Replayed,
    tool: Mapping[str, str],
    result: Mapping[str, Any],
    form: Callable[[], str],
) -> Verification:
    """Compare a package with what follows from its files.

    Args:
        tool: name, version and rule set of this program.
        result: the result that was made anew, as the data of its JSON.
        form: renders 別紙6 anew.
    """
    differences = [
        *package.tampered(),
        *_tool(package, tool),
        *_kit(package, replayed),
        *_result(package, result),
        *_form(package, form),
    ]
    return Verification(tuple(differences), replayed)


def _tool(package: Package, tool: Mapping[str, str]) -> Iterator[str]:
    for key, name in _NAMES.items():
        said = package.settings.get(key, "")
        if said != tool[key]:
            yield f"{name}が違います（証拠: {said or '記載なし'}、ここ: {tool[key]}）。判定が変わることがあります。"


def _kit(package: Package, replayed: Replayed) -> Iterator[str]:
    if replayed.kit is None:
        return
    enclosed = {
        path.removeprefix(pack.INBOX + "/"): data
        for path, data in package.parts.items()
        if path.startswith(pack.INBOX + "/")
    }
    if enclosed != dict(replayed.kit.files):
        yield "キットのファイルが、seed から作ったものと違います。"


_COMPARED = ("profile", "office_type", "edition", "verdict", "summary", "reasons", "notes")
_LABELS = {
    "profile": "要件の表",
    "office_type": "事業所の種類",
    "edition": "版",
    "verdict": "総合判定",
    "summary": "誤りの数",
    "reasons": "判定の理由",
    "notes": "注記",
}


def _result(package: Package, result: Mapping[str, Any]) -> Iterator[str]:
    """Everything in the result but the moment at which it was made."""
    try:
        said = json.loads(package.parts.get(pack.RESULT, b""))
        rows = {(row["letter"], row["direction"]): row for row in said["requirements"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        yield f"{pack.RESULT} が無いか、読めません。"
        return
    for key in _COMPARED:
        if said.get(key) != result.get(key):
            yield f"{_LABELS[key]}が、同封のファイルから得られるものと違います。"
    for row in result["requirements"]:
        if rows.pop((row["letter"], row["direction"]), None) != row:
            direction = "出力" if row["direction"] == "export" else "取込"
            yield f"{row['letter']} の{direction}の判定が、同封のファイルから得られるものと違います。"
    yield from (f"{letter} は、要件の表にありません。" for letter, _ in rows)
    for key, words in (
        ("inputs", "調べたファイルの一覧"),
        ("findings", "見つかった誤り"),
        ("harness", "取込の検証の結果"),
    ):
        if said.get(key) != result.get(key):
            yield f"{words}が、同封のファイルから得られるものと違います。"


def _form(package: Package, form: Callable[[], str]) -> Iterator[str]:
    html = package.parts.get(pack.FORM_HTML)
    if html is None:
        yield f"{pack.FORM_HTML}（別紙6）がありません。"
    elif html != form().encode("utf-8"):
        yield f"{pack.FORM_HTML}（別紙6）が、同封のファイルから作ったものと違います。"
