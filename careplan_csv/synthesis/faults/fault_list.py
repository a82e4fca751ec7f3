"""The list of faults; each changes a valid transmission unit so that exactly one rule breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from careplan_csv.synthesis.faults import prevention_faults, record_faults, unit_faults
from careplan_csv.synthesis.faults.fault import (
    BASES,
    ERROR,
    INFO,
    WARNING,
    Fault,
    FilesChange,
    NameChange,
    Text,
    dates,
    edition,
    layout,
    text_of,
    version_before,
)
from careplan_csv.synthesis.world.months import month
from careplan_csv.synthesis.world.people import DAY_CARE, HOME_HELP, PLANNER
from careplan_csv.writing.unit_files import Draft, FileContents
from careplan_csv.writing.writer import MS932, Record

Where: TypeAlias = tuple[str, str]
"""The valid unit that a fault starts from, and the prefix of the file that is changed."""

_RESULT: Where = ("result", "UPJSK")
_RESULT_DELETION: Where = ("result_deletion", "DLTJSK")
_DELETION: Where = ("deletion", "DLTPLAN")
_PLAN_1: Where = ("plan", "UP1KYO")
_PLAN_2: Where = ("plan", "UP2KYO")
_SUPPLEMENT: Where = ("schedule", "UPHOSOKU")
_TOOLS_6: Where = ("equipment", "UPPLAN")
_TOOLS_7: Where = ("equipment", "UPSIKYU")

_PLANNER_NAME = "計画 仮子"
_QUOTED = f'"{_PLANNER_NAME}"'


def _item(
    rule: str,
    name: str,
    item_id: str,
    value: Text,
    severity: str = ERROR,
    *,
    where: Where = _RESULT,
    everywhere: bool = False,
    also: Mapping[str, str] | None = None,
) -> Fault:
    """A wrong value in one item of the first record, or of all records where it must agree."""

    def change(draft: Draft) -> Draft:
        if everywhere:
            return draft.with_records({**record, item_id: text_of(value)} for record in draft.records)
        return draft.with_item(0, item_id, text_of(value))

    return Fault(
        rule, name, severity, *where, draft=change, record=1, item_id=item_id, also=also or {}
    )  # fmt: skip


def _raw(
    rule: str,
    name: str,
    old: str,
    new: str | bytes,
    severity: str = ERROR,
    *,
    item_id: str | None = None,
    record: int | None = 1,
) -> Fault:
    """Other bytes instead of the first `old` in the result file."""
    replacement = new if isinstance(new, bytes) else new.encode(MS932)
    return Fault(
        rule,
        name,
        severity,
        data=lambda data: data.replace(old.encode(MS932), replacement, 1),
        record=record,
        item_id=item_id,
    )


def _name(
    rule: str,
    name: str,
    old: Text,
    new: Text,
    severity: str = ERROR,
    *,
    where: Where = _RESULT,
    also: Mapping[str, str] | None = None,
) -> Fault:
    """A fault in the file name. Deletions of schedules have no office numbers that could differ from it."""

    def rename(text: str) -> str:
        return text.replace(text_of(old), text_of(new), 1)

    return Fault(rule, name, severity, *where, rename=rename, also=also or {})


def _month_part() -> str:
    """The サービス提供年月 of the name of a result."""
    return f"_{dates().month}_"


_SENT = f"{PLANNER.number}_43_{HOME_HELP.number}_11"
_WRONG_DIGIT = HOME_HELP.number[:-1] + str((int(HOME_HELP.number[-1]) + 1) % 10)

NAMES = (
    _name("N101", "unknown-name", "UPJSK", "JISSEKI"),
    Fault("N102", "name-of-202208", rename=lambda name: name.replace("_11_", "_").replace("_43_", "_")),
    _name("N103", "lower-case-extension", ".CSV", ".csv", WARNING),
    _name("N104", "serial-is-no-date", lambda: f"{dates().results_date}170000", lambda: f"{dates().next_month}32170000"),
    _name("N105", "month-13", _month_part, lambda: f"_{dates().first.year}13_"),
    _name("N105", "zeros-instead-of-month", _month_part, "_000000_"),
    _name("N106", "office-with-9-digits", HOME_HELP.number, HOME_HELP.number[:-1], where=_DELETION),
    _name("N107", "unknown-kind", "_11_", "_ZZ_"),
    _name("N107", "kind-not-exchanged", "_11_", "_33_", WARNING),
    _name("N108", "direction", _SENT, f"{HOME_HELP.number}_11_{PLANNER.number}_43", WARNING, where=_DELETION),
    _name("N101", "receiver-missing", f"_{HOME_HELP.number}_11_", "_", where=_DELETION),
    _name("N109", "to-another-service-of-its-own", f"_{HOME_HELP.number}_11_", f"_{PLANNER.number}_11_", INFO, where=_DELETION),
    _name("N109", "to-itself", f"_{HOME_HELP.number}_11_", f"_{PLANNER.number}_43_", WARNING, where=_DELETION),
    _name("N110", "check-digit", HOME_HELP.number, _WRONG_DIGIT, WARNING, where=_DELETION),
)  # fmt: skip

ENCODING = (
    _raw("E201", "invalid-bytes", _PLANNER_NAME, b"\x8cv\x81\x20\x89\xbc", item_id="planner_name"),
    Fault("E202", "utf-8-with-bom", data=lambda data: data.decode(MS932).encode("utf-8-sig")),
    Fault("E202", "utf-8", data=lambda data: data.decode(MS932).encode("utf-8")),
    _raw("E203", "user-defined-character", _PLANNER_NAME, b"\xf0\x40\x89\xbc", item_id="planner_name"),
    _raw("E204", "nul-in-text", _PLANNER_NAME, "計画\x00仮子", item_id="planner_name"),
    replace(
        _raw("E205", "roman-numeral-lost", HOME_HELP.name, "訪問介護サービスT", WARNING, item_id="provider_office_name"),
        example=("訪問介護サービスT", "訪問介護サービスⅠ"),
    ),
    _raw("E205", "question-marks", HOME_HELP.name, "????????", WARNING, item_id="provider_office_name"),
    _item("E205", "wave-dash-lost", "short_term_period", "R7.4?R7.9", WARNING, where=_PLAN_2),
    _item("E205", "voicing-marks-lost", "support_policy", "ヘ?ット?から起き、テ?イサーヒ?スに通う", WARNING, where=_PLAN_1),
    _item("E205", "letter-of-a-name-lost", "planner_name", "計画 ??子", WARNING),
    _item("E205", "doubled-backslash", "support_policy", "機能\\訓練の予\\定を立てる", WARNING, where=_PLAN_1),
    _item("E205", "circled-digits-lost", "support_policy", "@起床 A洗面", WARNING, where=_PLAN_1),
    _item("E205", "utf-8-read-as-ms932", "support_policy", "日本".encode().decode(MS932), WARNING, where=_PLAN_1),
    _item("E205", "markup-left", "support_policy", "入浴<br>食事", WARNING, where=_PLAN_1),
    _item("E205", "program-word", "support_policy", "undefined", WARNING, where=_PLAN_1),
    _raw("E206", "fragile-characters", _PLANNER_NAME, "髙﨑 ①㈱", INFO, item_id="planner_name"),
)  # fmt: skip

SYNTAX = (
    Fault("C301", "empty", data=lambda data: b""),
    Fault("C302", "header", record=1, data=lambda data: _header().encode(MS932) + data),
    Fault("C302", "header-in-latin", record=1, data=lambda data: b"version,insurer,insured,created\r\n" + data),
    _raw("C303", "one-item-too-many", ",\r\n", ",,\r\n"),
    _raw("C303", "one-item-too-few", ",\r\n", "\r\n"),
    _raw("C304", "unclosed-quote", _QUOTED, f'"{_PLANNER_NAME}'),
    _raw("C304", "text-after-quote", _QUOTED, f'{_QUOTED}様'),
    _raw("C305", "text-without-quotes", _QUOTED, _PLANNER_NAME, item_id="planner_name"),
    _raw("C306", "quoted-number", ",179,", ',"179",', INFO, item_id="units"),
    Fault("C307", "line-feed-only", WARNING, data=lambda data: data.replace(b"\r\n", b"\n")),
    Fault("C307", "one-line-feed", WARNING, record=1, data=lambda data: data.replace(b"\r\n", b"\n", 1)),
    _raw("C308", "blank-line", "\r\n", "\r\n\r\n", WARNING, record=None),
    _raw("C308", "row-of-commas", "\r\n", "\r\n,,,,\r\n", WARNING, record=None),
    Fault("C309", "tabs", record=1, data=lambda data: data.replace(b",", b"\t")),
)  # fmt: skip


def _header() -> str:
    return ",".join(item.name for item in layout("UPJSK").items) + "\r\n"


_WRONG_INSURER = "359019"

ITEMS = (
    _item("F401", "required-item-empty", "creation_date", ""),
    _item("F401", "name-of-blanks", "user_name", "　", where=_SUPPLEMENT),
    _item("F401", "planner-name-empty", "planner_name", "", WARNING),
    _item("F402", "count-too-long", "service_count", "001"),
    _item("F402", "telephone-too-long", "user_telephone", "0000-0000-000000", where=_SUPPLEMENT),
    _item("F403", "date-of-7-digits", "creation_date", "2025050"),
    _item("F404", "units-with-decimals", "units", "179.0"),
    _item("F404", "count-with-a-sign", "service_count", "-1"),
    _item("F404", "reduction-with-a-sign", "units", "-47", INFO),
    _item("F405", "no-such-day", "creation_date", "20250431"),
    _item("F405", "zeros-for-no-date", "certification_start", "00000000", where=_PLAN_1),
    _item("F405", "era-notation", "certification_date", "R7.3.12", where=_PLAN_1),
    _item("F406", "no-such-month", "service_month", "202513", where=_RESULT_DELETION),
    _item("F407", "no-such-time", "start_time", "0960"),
    _item("F408", "label-instead-of-code", "over_30_days", "非該当"),
    _item("F408", "unknown-service-kind", "service_kind", "1X", where=_RESULT_DELETION),
    _item("F409", "postal-code-without-hyphen", "user_postal_code", "0000000", where=_SUPPLEMENT),
    _item("F410", "words-in-telephone", "user_telephone", "0000-00内線1", WARNING, where=_SUPPLEMENT),
    _item("F411", "insured-number-11-digits", "insured_number", "00000001011"),
    _item("F412", "price-with-three-decimals", "unit_price", "10.214", where=_TOOLS_7),
    _item("F413", "identifier-used", "identifier", "1", WARNING),
    _item("F414", "blank-before-number", "units", " 179", WARNING),
    _item("F415", "thirty-flags", "prorated_days", "1" * 30),
    _item("F416", "office-in-lower-case", "planning_office", "35799000a1"),
    _item("F416", "check-digit", "consent_office", _WRONG_DIGIT, WARNING, where=_SUPPLEMENT),
    _item("F417", "kind-not-exchanged", "service_code", "331111"),
    _item("F417", "deletion-of-a-kind-not-exchanged", "service_kind", "33", where=_RESULT_DELETION),
    _item("F417", "unknown-kind", "service_code", "ZZ1111"),
    _item("F418", "product-code-without-hyphen", "tais_code", "99999000001", where=_TOOLS_6),
    _item("F419", "version-202410", "csv_version", "202410", everywhere=True),
    _item("F420", "insurer-check-digit", "insurer_number", _WRONG_INSURER, WARNING, everywhere=True),
    _item("F421", "leading-zeros-lost", "insured_number", "10100101"),
    _item("F421", "insurer-zero-lost", "insurer_number", "12010"),
    _item("F421", "date-with-slashes", "creation_date", "2025/4/30"),
)  # fmt: skip


def _output_of_early(csv_version: str) -> str:
    of = month(edition().version.applies_from).plus(-1)
    return f"{of.year}年{of.number}月分（{of.text}）を、CSVバージョン {csv_version} で出力"


RECORDS = (
    _item("R501", "day-of-another-month", "service_date", lambda: dates().first.plus(1).day(1)),
    _item("R502", "equipment-without-product-code", "tais_code", "", where=_TOOLS_6),
    _item("R502", "both-product-codes", "equipment_code", "99999-000009", WARNING, where=_TOOLS_6),
    _item("R504", "only-one-time-9999", "start_time", "9999"),
    _item("R510", "supplement-with-both-keys", "plan_date", lambda: dates().new_plan_date, where=_SUPPLEMENT),
    Fault("R513", "version-before-its-month", WARNING, "early", "UPPLAN", record=1, item_id="service_month", also={
        "R513": "同じ組のほかのファイルにも同じ警告が出ます。"},
        example=(lambda: _output_of_early(edition().csv_version), lambda: _output_of_early(version_before().value))),
)  # fmt: skip


def _also_one_of_may(draft: Draft) -> Draft:
    """The second record is of another month, with a day of that month."""
    of = dates().first.plus(1)
    return draft.with_item(1, "service_month", of.text).with_item(1, "service_date", of.day(2))


def _of_the_version_before(draft: Draft) -> Draft:
    """The second record has another CSVバージョン."""
    return draft.with_item(1, "csv_version", version_before().value)


def _of_the_next_month(name: str) -> str:
    return name.replace(_month_part(), f"_{dates().next_month}_")


TABLES = (
    Fault("T601", "two-versions", record=2, item_id="csv_version", draft=_of_the_version_before),
    Fault("T602", "another-month-than-the-name", record=1, item_id="service_month", rename=_of_the_next_month),
    Fault("T602", "two-months", record=2, item_id="service_month", draft=_also_one_of_may),
    Fault("T603", "same-key-twice", ERROR, *_SUPPLEMENT, record=2, draft=lambda d: d.with_records(d.records * 2)),
)  # fmt: skip


def _without(prefix: str) -> FilesChange:
    return lambda files: {name: data for name, data in files.items() if not name.startswith(prefix)}


def _sent_to(number: str, kind: str) -> NameChange:
    return lambda name: name.replace(f"{HOME_HELP.number}_{HOME_HELP.kind}", f"{number}_{kind}")


def _other(record: Record) -> Record:
    return {**record, "insured_number": "0000000909"}


def _another_person(draft: Draft) -> Draft:
    """All records again for a person that the other files of the unit do not have."""
    return draft.with_records((*draft.records, *map(_other, draft.records)))


def _deletion_name() -> str:
    """The name of a deletion with the serial of the schedule."""
    return f"DLTPLAN_{dates().month}_{_SENT}_{dates().new_plan_date}100100.CSV"


def _with_a_deletion(files: FileContents) -> FileContents:
    """A deletion of the unit's own contents with the same serial."""
    [data] = BASES["deletion"]().files().values()
    return {**files, _deletion_name(): data}


BUNDLES = (
    Fault("B701", "table-7-missing", base="schedule", prefix="UPHOSOKU", files=_without("UPSIKYU")),
    Fault("B701", "deletion-beside-its-schedule", base="schedule", prefix="DLTPLAN", files=_with_a_deletion, found_in=_deletion_name),
    Fault("B702", "table-2-to-another-office", base="plan", prefix="UP2KYO", rename=_sent_to(DAY_CARE.number, DAY_CARE.kind)),
    Fault("B703", "table-2-of-a-person-without-table-1", base="plan", prefix="UP2KYO", draft=_another_person),
    Fault("B704", "table-7-of-a-person-without-table-6", base="schedule", prefix="UPSIKYU", draft=_another_person),
)  # fmt: skip

FAULTS: tuple[Fault, ...] = (
    *NAMES,
    *ENCODING,
    *SYNTAX,
    *ITEMS,
    *RECORDS,
    *TABLES,
    *BUNDLES,
    *record_faults.FAULTS,
    *unit_faults.FAULTS,
    *prevention_faults.FAULTS,
)
"""All faults; a rule can have several."""
