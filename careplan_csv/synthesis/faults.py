"""Faults: each changes a valid transmission unit so that exactly one rule breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from careplan_csv.standard import standard
from careplan_csv.synthesis.care import TOOLS, VISITS
from careplan_csv.synthesis.drafts import Draft
from careplan_csv.synthesis.people import DAY_CARE, EQUIPMENT, HOME_HELP, PLANNER, sample_people
from careplan_csv.synthesis.planning import Desk

Files: TypeAlias = dict[str, bytes]
"""File name -> bytes."""

DraftChange: TypeAlias = Callable[[Draft], Draft]
ByteChange: TypeAlias = Callable[[bytes], bytes]
NameChange: TypeAlias = Callable[[str], str]
FilesChange: TypeAlias = Callable[[Files], Files]


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        rule, severity: what must be found.
        name: a short ASCII name; with the rule it names the sample's folder.
        base: which valid unit it starts from, a key of `BASES`.
        prefix: the file that is changed.
        draft, data, rename, files: what is done to that file's records, bytes or name, or to all files.
        record, item: where it must be found (from 1; the item's number), None where that is not one place.
        also: unavoidable companions, rule -> reason.
    """

    rule: str
    name: str
    severity: str
    base: str
    prefix: str
    draft: DraftChange | None = None
    data: ByteChange | None = None
    rename: NameChange | None = None
    files: FilesChange | None = None
    record: int | None = None
    item: int | None = None
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The name of the sample's folder."""
        return f"{self.rule}-{self.name}"


@dataclass(frozen=True)
class Made:
    """A unit with its fault, and the name of the file that has it."""

    files: Files
    file: str


def _plan(edition: str = "202407") -> list[Draft]:
    person, _ = sample_people(2025)
    return Desk(standard().edition(edition), "20250325").plan_unit(
        [(person, VISITS)], HOME_HELP, "20250325", "20250325090100"
    )


def _schedule(month: str = "202504") -> list[Draft]:
    person, _ = sample_people(2025)
    return Desk(standard().edition("202407"), "20250325").schedule_unit(
        [(person, VISITS)], HOME_HELP, month, "20250325100100"
    )


def _equipment() -> list[Draft]:
    _, person = sample_people(2025)
    return Desk(standard().edition("202407"), "20250325").schedule_unit(
        [(person, TOOLS)], EQUIPMENT, "202504", "20250325100300"
    )


def _result() -> list[Draft]:
    person, _ = sample_people(2025)
    return Desk(standard().edition("202407"), "20250502").result_unit(
        [(person, VISITS)], HOME_HELP, "202504", "20250502170000"
    )


def _deletion() -> list[Draft]:
    person, _ = sample_people(2025)
    return Desk(standard().edition("202407"), "20250502").result_deletion(
        person, HOME_HELP, "202504", "20250502180000"
    )


BASES: Mapping[str, Callable[[], list[Draft]]] = {
    "plan": _plan,
    "schedule": _schedule,
    "early": lambda: _schedule("202503"),
    "equipment": _equipment,
    "result": _result,
    "deletion": _deletion,
}
"""The valid units that faults start from: one complete transmission unit each."""


def make(fault: Fault) -> Made:
    """Apply a fault to its base."""
    files: Files = {}
    faulty = ""
    for draft in BASES[fault.base]():
        mine = draft.prefix == fault.prefix
        changed = fault.draft(draft) if mine and fault.draft else draft
        name = fault.rename(changed.name) if mine and fault.rename else changed.name
        data = changed.data()
        files[name] = fault.data(data) if mine and fault.data else data
        faulty = name if mine else faulty
    if fault.files:
        files = fault.files(files)
    return Made(files, faulty)


def _set(rule: str, name: str, item_id: str, value: str, **more: object) -> Fault:
    """A fault in one item of the first record of the result file."""
    layout = standard().edition("202407").layout("UPJSK")
    fault = Fault(
        rule, name, "error", "result", "UPJSK",
        draft=lambda draft: draft.with_item(0, item_id, value),
        record=1, item=layout.by_id[item_id].no,
    )  # fmt: skip
    return replace(fault, **more)  # type: ignore[arg-type]  # the callers name fields of Fault


def _raw(rule: str, name: str, old: str, new: str | bytes, **more: object) -> Fault:
    """A fault in the bytes of the first record of the result file."""
    replacement = new if isinstance(new, bytes) else new.encode("cp932")
    fault = Fault(
        rule, name, "error", "result", "UPJSK",
        data=lambda data: data.replace(old.encode("cp932"), replacement, 1),
        record=1,
    )  # fmt: skip
    return replace(fault, **more)  # type: ignore[arg-type]  # the callers name fields of Fault


def _renamed(rule: str, name: str, old: str, new: str, **more: object) -> Fault:
    """A fault in the name of the result file."""
    fault = Fault(rule, name, "error", "result", "UPJSK", rename=lambda text: text.replace(old, new, 1))
    return replace(fault, **more)  # type: ignore[arg-type]  # the callers name fields of Fault


_PLANNER_NO = 7
_PLANNER = '"計画 仮子"'
_WRONG_CHECK = HOME_HELP.number[:-1] + str((int(HOME_HELP.number[-1]) + 1) % 10)
_EXCEL = "表計算ソフトの跡は、桁数や形の誤りと必ず一緒に現れます。"

NAMES = (
    _renamed("N101", "unknown-name", "UPJSK", "JISSEKI"),
    _renamed("N102", "name-of-202208", f"_{HOME_HELP.kind}_", "_", rename=lambda name: name.replace("_11_", "_").replace("_43_", "_")),
    _renamed("N103", "lower-case-extension", ".CSV", ".csv", severity="warning"),
    _renamed("N104", "serial-is-no-date", "20250502170000", "20250532170000"),
    _renamed("N105", "month-13", "_202504_", "_202513_"),
    _renamed("N106", "office-with-9-digits", HOME_HELP.number, HOME_HELP.number[:-1]),
    _renamed("N107", "unknown-kind", "_11_", "_ZZ_"),
    _renamed("N108", "direction", "_11_", "_43_", severity="warning", rename=lambda name: name.replace("_11_", "_99_").replace("_43_", "_11_").replace("_99_", "_43_")),
    _renamed("N109", "to-itself", HOME_HELP.number, PLANNER.number, severity="warning", rename=lambda name: name.replace(HOME_HELP.number, PLANNER.number).replace("_11_", "_43_")),
    _renamed("N110", "check-digit", HOME_HELP.number, _WRONG_CHECK, severity="warning"),
)  # fmt: skip

ENCODING = (
    _raw("E201", "invalid-bytes", "計画 仮子", b"\x8cv\x81\x20\x89\xbc", item=_PLANNER_NO),
    Fault("E202", "utf-8-with-bom", "error", "result", "UPJSK", data=lambda d: d.decode("cp932").encode("utf-8-sig")),
    _raw("E203", "user-defined-character", "計画 仮子", b"\xf0\x40\x89\xbc", item=_PLANNER_NO),
    _raw("E204", "nul-in-text", "計画 仮子", "計画\x00仮子", item=_PLANNER_NO),
    _raw("E205", "roman-numeral-lost", "みほん訪問介護ステーション", "訪問介護サービスT", severity="warning", item=21),
    _raw("E206", "fragile-characters", "計画 仮子", "髙﨑 ①㈱", severity="info", item=_PLANNER_NO),
)  # fmt: skip

SYNTAX = (
    Fault("C301", "empty", "error", "result", "UPJSK", data=lambda data: b""),
    Fault("C302", "header", "error", "result", "UPJSK", record=1, data=lambda data: _header().encode("cp932") + data),
    _raw("C303", "one-item-too-many", ",\r\n", ",,\r\n"),
    _raw("C304", "unclosed-quote", _PLANNER, '"計画 仮子'),
    _raw("C305", "text-without-quotes", _PLANNER, "計画 仮子", item=_PLANNER_NO),
    _raw("C306", "quoted-number", ",179,", ',"179",', severity="info", item=8),
    Fault("C307", "line-feed-only", "warning", "result", "UPJSK", data=lambda data: data.replace(b"\r\n", b"\n")),
    _raw("C308", "blank-line", "\r\n", "\r\n\r\n", severity="warning", record=None),
    Fault("C309", "tabs", "error", "result", "UPJSK", record=1, data=lambda data: data.replace(b",", b"\t")),
)  # fmt: skip


def _header() -> str:
    layout = standard().edition("202407").layout("UPJSK")
    return ",".join(item.name for item in layout.items) + "\r\n"


def _table(prefix: str, base: str, rule: str, name: str, item_id: str, value: str, **more: object) -> Fault:
    """A fault in one item of the first record of another file."""
    layout = standard().edition("202407").layout(prefix)
    number = layout.by_id[item_id].no
    return _set(
        rule, name, "csv_version", "", base=base, prefix=prefix, item=number,
        draft=lambda draft: draft.with_item(0, item_id, value), **more,
    )  # fmt: skip


ITEMS = (
    _set("F401", "required-item-empty", "creation_date", ""),
    _set("F402", "count-too-long", "service_count", "001"),
    _set("F403", "date-of-7-digits", "creation_date", "2025050"),
    _set("F404", "units-with-decimals", "units", "244.5"),
    _set("F405", "no-such-day", "creation_date", "20250431"),
    _raw("F406", "no-such-month", ",202504,3", ",202513,3", item=5, base="schedule", prefix="UPPLAN", also={
        "B704": "対象年月が読めないため、第7表・補足情報と結び付きません。",
        "R501": "対象年月が読めないため、利用日がその月の日になりません。",
        "T602": "対象年月が読めないため、ファイル名の年月と一致しません。",
        "R513": "対象年月が読めないため、版の適用を正しく比べられません。",
    }),
    _set("F407", "no-such-time", "start_time", "0960"),
    _set("F408", "label-instead-of-code", "over_30_days", "非該当"),
    _table("UPHOSOKU", "schedule", "F409", "postal-code-without-hyphen", "user_postal_code", "0000000"),
    _table("UPHOSOKU", "schedule", "F410", "words-in-telephone", "user_telephone", "0000-00内線1", severity="warning"),
    _set("F411", "insured-number-11-digits", "insured_number", "00000001011"),
    _table("UPSIKYU", "equipment", "F412", "price-with-three-decimals", "unit_price", "10.214"),
    _set("F413", "identifier-used", "identifier", "1", severity="warning"),
    _set("F414", "blank-before-number", "units", " 244", severity="warning"),
    _set("F415", "thirty-flags", "prorated_days", "1" * 30),
    _set("F416", "office-in-lower-case", "planning_office", "35799000a1"),
    _set("F417", "kind-not-exchanged", "service_code", "331111"),
    _table("UPPLAN", "equipment", "F418", "product-code-without-hyphen", "tais_code", "99999000001"),
    _set("F419", "version-202410", "csv_version", "202410", draft=lambda d: replace(d, records=tuple({**r, "csv_version": "202410"} for r in d.records))),
    _set("F420", "insurer-check-digit", "insurer_number", "359019", severity="warning"),
    _set("F421", "leading-zeros-lost", "insured_number", "10100101", severity="warning", also={"F411": _EXCEL}),
)  # fmt: skip


def _without(prefix: str) -> FilesChange:
    return lambda files: {name: data for name, data in files.items() if not name.startswith(prefix)}


def _other_person(draft: Draft) -> Draft:
    """One more record, of a person that the other files of the unit do not have."""
    return replace(draft, records=(*draft.records, {**draft.records[-1], "insured_number": "0000000909"}))


RECORDS = (
    _set("R501", "day-of-another-month", "service_date", "20250501"),
    _table("UPPLAN", "equipment", "R502", "equipment-without-product-code", "tais_code", ""),
    _set("R504", "only-one-time-9999", "start_time", "9999", also={}),
    _table("UPHOSOKU", "schedule", "R510", "supplement-with-both-keys", "plan_date", "20250325"),
    Fault("R513", "version-before-its-month", "warning", "early", "UPPLAN", record=1, item=5, also={
        "R513": "同じ組のほかのファイルにも同じ警告が出ます。"}),
)  # fmt: skip

TABLES = (
    Fault("T601", "two-versions", "error", "result", "UPJSK", record=2, item=1, draft=lambda d: d.with_item(1, "csv_version", "202208")),
    Fault("T602", "another-month-than-the-name", "error", "result", "UPJSK", rename=lambda name: name.replace("_202504_", "_202505_"), record=1, item=5),
    Fault("T603", "same-key-twice", "error", "schedule", "UPHOSOKU", record=2, draft=lambda d: replace(d, records=d.records * 2)),
)  # fmt: skip

BUNDLES = (
    Fault("B701", "table-7-missing", "error", "schedule", "UPHOSOKU", files=_without("UPSIKYU")),
    Fault("B702", "table-2-to-another-office", "error", "plan", "UP2KYO", rename=lambda name: name.replace(HOME_HELP.number, DAY_CARE.number)),
    Fault("B703", "table-2-of-a-person-without-table-1", "error", "plan", "UP2KYO", draft=_other_person),
    Fault("B704", "table-7-of-a-person-without-table-6", "error", "schedule", "UPSIKYU", draft=_other_person),
)  # fmt: skip

FAULTS: tuple[Fault, ...] = (*NAMES, *ENCODING, *SYNTAX, *ITEMS, *RECORDS, *TABLES, *BUNDLES)
"""Every fault; several may show one rule."""
