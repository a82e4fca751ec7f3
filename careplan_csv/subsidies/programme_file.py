"""Reads the programmes of schemas/subsidies; a mistake is told with its file and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from careplan_csv import resources
from careplan_csv.standard import standard
from careplan_csv.standard.profile_file import own_id
from careplan_csv.standard.yamlfile import Node, SchemaFileError, read
from careplan_csv.subsidies.programme import (
    CeilingCase,
    CeilingRule,
    Deadline,
    ExpenseCondition,
    ExpenseKind,
    Programme,
    ProgrammeSource,
    ProofBy,
    Question,
    RateRule,
    SubsidyDocument,
    SubsidyRequirement,
)

DEFAULT = "yamaguchi-r6"
_FRACTION = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_KNOWN = (
    "id", "name", "addressee", "sources", "profiles", "questions", "refused_services", "requirements", "expenses",
    "lease_second_time", "contract_after_decision", "rate", "ceilings", "ceiling_instead", "ceiling_additions",
    "rounding", "documents", "deadline", "notes",
)  # fmt: skip
_TAKEN = frozenset({"first_time", "second_time", "sent_on", "decided_on", "ceiling"})
"""What [application] has in any programme."""
_EXPENSE_TAKEN = frozenset({"name", "kind", "amount", "lease", "contracted_on"})
_OFFICE_TAKEN = frozenset({"name", "prefecture", "service"})


def programme_ids(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of all programmes."""
    return tuple(sorted(path.stem for path in (folder or _folder()).glob("*.yaml")))


@cache
def programme(programme_id: str, folder: Path | None = None) -> Programme:
    """Read a programme.

    Raises:
        KeyError: there is no such programme.
        SchemaFileError: its file has a mistake.
    """
    if programme_id not in programme_ids(folder):
        raise KeyError(programme_id)
    return _ProgrammeReader(read((folder or _folder()) / f"{programme_id}.yaml")).programme()


def is_programme_file(word: str) -> bool:
    """Whether a word names a file with a programme, and not a programme of the package."""
    return word.lower().endswith((".yaml", ".yml"))


def own_programme(path: Path) -> Programme:
    """Read a programme that somebody else wrote.

    Its id tells the file's name and its contents (`hiroshima-r9@1f6f0c2a9d3e`), so that a result names exactly
    this programme.

    Raises:
        SchemaFileError: there is no such file, or it has a mistake, or the id of a programme of the package.
    """
    if not path.is_file():
        raise SchemaFileError(path, 1, "補助金の決まりのファイルがありません。")
    root = read(path)
    if path.stem in programme_ids():
        raise root.error(
            f"「id」の {path.stem} は、もとからある補助金と同じです。別の名前にしてください（ファイルの名前も同じにします）。"
        )
    return replace(_ProgrammeReader(root).programme(), id=own_id(path))


def _folder() -> Path:
    return resources.folder("schemas") / "subsidies"


class _ProgrammeReader:
    """Makes a programme of a file; sources and questions must be among those that the file names."""

    def __init__(self, root: Node) -> None:
        self._root = root
        root.only(*_KNOWN)
        sources = [_source(node) for node in root.nodes("sources")]
        _unique(root, [one.id for one in sources])
        self._sources = {one.id: one for one in sources}
        self._profiles = root.words("profiles")
        for name in self._profiles:
            if name not in standard().profiles:
                raise root.error(
                    f"profiles の「{name}」という要件の表はありません（あるもの: {'、'.join(standard().profiles)}）。"
                )
        self._questions = _questions(root.nodes("questions") if "questions" in root else ())
        _unique(root, [one.key for one in self._questions], _OFFICE_TAKEN)

    def programme(self) -> Programme:
        root = self._root
        if root.take("id", str) != root.path.stem:
            raise root.error(f"id はファイルの名前と同じ「{root.path.stem}」と書いてください。")
        ceilings = root.take("ceilings", Node)
        ceilings.only("first", "second")
        requirements = [self._requirement(node) for node in root.nodes("requirements")]
        _unique(root, [one.key for one in requirements])
        expenses = [self._expense(node) for node in root.nodes("expenses")]
        _unique(root, [one.kind for one in expenses])
        instead, additions = self._cases("ceiling_instead"), self._cases("ceiling_additions")
        _unique(root, [case.key for case in (*instead, *additions)], _TAKEN)
        return Programme(
            id=root.path.stem,
            name=root.take("name", str),
            addressee=root.take("addressee", str),
            sources=tuple(self._sources.values()),
            profiles=self._profiles,
            questions=self._questions,
            refused_services=root.words("refused_services"),
            requirements=requirements,
            expenses=expenses,
            rate=self._rate(root.take("rate", Node)),
            first=[self._ceiling(node) for node in ceilings.nodes("first")],
            second=[
                self._ceiling(node) for node in (ceilings.nodes("second") if "second" in ceilings else ())
            ],
            instead=instead,
            additions=additions,
            rounding=_yen(root, "rounding"),
            documents=[self._document(node) for node in root.nodes("documents")],
            deadline=self._deadline(root.take("deadline", Node)) if "deadline" in root else None,
            notes=root.words("notes"),
            lease_second_time=root.take("lease_second_time", bool, True),
            contract_after_decision=root.take("contract_after_decision", bool, True),
        )

    def _of(self, node: Node) -> ProgrammeSource:
        word = node.take("source", str)
        if word not in self._sources:
            raise node.error(f"source の「{word}」は、sources にありません（{'、'.join(self._sources)}）。")
        return self._sources[word]

    def _applies(self, node: Node) -> str:
        word = node.take("applies", str, "")
        if word and word not in [one.key for one in self._questions]:
            raise node.error(f"applies の「{word}」は、questions にありません。")
        return word

    def _requirement(self, node: Node) -> SubsidyRequirement:
        node.only(
            "key", "group", "text", "proof", "value", "need", "applies", "source", "remedy", "not_met", "unexamined"
        )  # fmt: skip
        proof, need = node.take("proof", str), node.take("need", str, "required")
        if proof not in list(ProofBy):
            raise node.error(f"proof の「{proof}」は使えません（使えるもの: {'、'.join(ProofBy)}）。")
        if need not in ("required", "optional"):
            raise node.error(f"need の「{need}」は使えません（使えるもの: required、optional）。")
        return SubsidyRequirement(
            key=_key(node),
            group=node.take("group", str),
            text=node.take("text", str),
            proof=ProofBy(proof),
            source=self._of(node),
            remedy=node.take("remedy", str),
            not_met=node.take("not_met", str, ""),
            value=node.take("value", str) if proof == ProofBy.PREFECTURE else node.take("value", str, ""),
            needed=need == "required",
            applies=self._applies(node),
            unexamined=self._why_unexamined(node),
        )

    def _why_unexamined(self, node: Node) -> str:
        """Why careplan-csv does not examine a requirement that the tables of requirements list as unexamined."""
        letter = node.take("unexamined", str, "")
        if not letter:
            return ""
        asked = [one for name in self._profiles for one in standard().profile(name).unexamined]
        found = next((one for one in asked if one.letter == letter), None)
        if found is None:
            listed = "、".join(one.letter for one in asked)
            raise node.error(
                f"unexamined の「{letter}」は、profiles の要件の表にありません（あるもの: {listed}）。"
            )
        return found.why

    def _expense(self, node: Node) -> ExpenseKind:
        node.only("kind", "group", "name", "eligible", "reason", "source", "asks", "second_time")
        asks = None
        if "asks" in node:
            asked = node.take("asks", Node)
            asked.only("key", "text", "refused")
            asks = ExpenseCondition(_key(asked), asked.take("text", str), asked.take("refused", str))
            _unique(asked, [asks.key], _EXPENSE_TAKEN)
        return ExpenseKind(
            kind=_key(node, "kind"),
            group=node.take("group", str, ""),
            name=node.take("name", str),
            eligible=node.take("eligible", bool),
            reason=node.take("reason", str),
            source=self._of(node),
            asks=asks,
            second_time=node.take("second_time", bool, True),
        )

    def _rate(self, node: Node) -> RateRule:
        node.only("default", "raised", "source", "conditions")
        conditions = _questions(node.nodes("conditions") if "conditions" in node else ())
        if bool(conditions) != ("raised" in node):
            raise node.error("raised（高いほうの補助率）と conditions（その条件）は、一緒に書いてください。")
        _unique(node, [one.key for one in conditions])
        raised = _fraction(node, "raised") if conditions else None
        return RateRule(_fraction(node, "default"), self._of(node), raised, conditions)

    def _ceiling(self, node: Node) -> CeilingRule:
        node.only("yen", "choices", "source", "text")
        if ("yen" in node) == ("choices" in node):
            raise node.error("yen（決まった上限）か choices（選ぶ上限）の、どちらか1つを書いてください。")
        choices = node.take("choices", list, [])
        if not all(type(one) is int and one > 0 for one in choices) or ("choices" in node and not choices):
            raise node.error("choices には、円の金額を数で並べてください。")
        yen = _yen(node, "yen") if "yen" in node else 0
        return CeilingRule(self._of(node), yen, tuple(choices), node.take("text", str, ""))

    def _cases(self, key: str) -> list[CeilingCase]:
        cases = []
        for node in self._root.nodes(key) if key in self._root else ():
            node.only("key", "yen", "text", "source")
            cases.append(CeilingCase(_key(node), _yen(node, "yen"), node.take("text", str), self._of(node)))
        return cases

    def _document(self, node: Node) -> SubsidyDocument:
        node.only("name", "send", "source", "applies", "note")
        name, send = node.take("name", str), node.take("send", str)
        return SubsidyDocument(name, send, self._of(node), self._applies(node), node.take("note", str, ""))

    def _deadline(self, node: Node) -> Deadline:
        node.only("from", "until", "source", "note")
        first, last = _day(node, "from"), _day(node, "until")
        if first > last:
            raise node.error("from（初めの日）が until（最後の日）より後です。")
        return Deadline(first, last, self._of(node), node.take("note", str, ""))


def _source(node: Node) -> ProgrammeSource:
    node.only("id", "short", "name", "second_hand")
    return ProgrammeSource(
        id=node.take("id", str),
        short=node.take("short", str),
        name=node.take("name", str),
        second_hand=node.take("second_hand", bool),
    )


def _questions(nodes: Sequence[Node]) -> list[Question]:
    questions = []
    for node in nodes:
        node.only("key", "text")
        questions.append(Question(_key(node), node.take("text", str)))
    return questions


def _key(node: Node, name: str = "key") -> str:
    word = node.take(name, str)
    if not _KEY.fullmatch(word):
        raise node.error(f"{name} の「{word}」は使えません。半角の英小文字・数字・_ で書いてください。")
    return word


def _unique(node: Node, keys: Sequence[str], taken: frozenset[str] = frozenset()) -> None:
    """Refuse a key that stands twice or means something else already."""
    for number, key in enumerate(keys):
        if key in keys[:number] or key in taken:
            raise node.error(f"「{key}」は、ほかで使われています。別の名前にしてください。")


def _yen(node: Node, key: str) -> int:
    yen = node.take(key, int)
    if isinstance(yen, bool) or yen <= 0:
        raise node.error(f"「{key}」には、円の金額を 1 以上の数で書いてください。")
    return yen


def _fraction(node: Node, key: str) -> Fraction:
    found = _FRACTION.fullmatch(node.take(key, str))
    if not found or int(found[1]) > int(found[2]):
        raise node.error(f"「{key}」は、3/4 のような 1 以下の分数で書いてください。")
    return Fraction(int(found[1]), int(found[2]))


def _day(node: Node, key: str) -> date:
    try:
        return date.fromisoformat(node.take(key, str))
    except ValueError as error:
        raise node.error(f'「{key}」は、"2024-07-10" のような日付で書いてください。') from error
