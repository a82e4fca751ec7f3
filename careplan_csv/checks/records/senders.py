"""Rules on one record and the file's name: who sends what (T608, T609)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from careplan_csv.checks.items.item_numbers import OFFICE
from careplan_csv.checks.names.name_parts import is_office
from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import Exchange, ServiceKind
from careplan_csv.standard.checkdigits import COMMUNITY_CENTRE, is_community_centre, is_valid_office_number
from careplan_csv.standard.filenames import FileName

_LONG_TERM_CARE = "介護給付"
_WIDTH = 10


def _other_office(records: Records, item_id: str, offices: Sequence[str]) -> Flags:
    """Rows in which an office number without a fault of its own is another than that of the row's file.

    Args:
        offices: one number for each file; a file with an empty one has no such rows.
    """
    values = records.values(item_id)
    expected = {office for office in offices if office}
    if not expected or (len(expected) == 1 and all(offices) and values.distinct.isin([*expected]).all()):
        return np.zeros(len(values), dtype=np.bool_)
    asked = records.of_files(np.array([bool(office) for office in offices], dtype=np.bool_))
    other: Flags = asked & values.matches(OFFICE) & ~_is_office(records, item_id, offices)
    return other & ~records.soundness.is_doubtful((item_id,))


def _is_office(records: Records, item_id: str, offices: Sequence[str]) -> Flags:
    """Rows whose item is the office number of the row's file; none of a file whose number is malformed."""
    words = [office if is_office(office) else "" for office in offices]
    return records.equal_those_of_files(item_id, words, _WIDTH)


def _is_preventive(records: Records) -> Flags:
    """Rows of 予防給付 and 総合事業, whose plans community centres entrust to other offices."""
    if not records.has("service_code"):
        return np.zeros(len(records.table.rows), dtype=np.bool_)
    kinds = [kind.code for kind in records.edition.kinds.values() if kind.category != _LONG_TERM_CARE]
    return records.values("service_code").matches(f"(?:{'|'.join(kinds)})[0-9A-Z]{{4}}")


@record_rule(
    Rule(
        id="T608",
        severity=Severity.WARNING,
        consequence=Consequence.LOST,
        title="送信元ではない事業所やサービス種類の記録がある",
        compares="更新業者コード・サービス事業者コードと実績のサービス種類を、ファイル名の送信元の事業所番号・サービス種類と比べます。",
        why="実績は自分の事業所の分だけを送り、更新業者コードには書き出した事業所を書きます。違うと、別の事業所のデータとして、または重複して取り込まれることがあります。",
        remedy=(
            "事業所の方: 出力の範囲（事業所・サービス種類）を確かめて、出力し直してください。"
            "ソフト会社の方: 更新業者コードには送信元の事業所番号を、実績のサービスコードにはファイル名の送信元サービス種類のものを出力してください。"
        ),
        reference="§2.6、別紙 サービス事業者コード・サービスコード・更新業者コード",
        friends=(
            "委託を受けた居宅介護支援事業所が、ほかの事業所の実績を送るときと、更新業者コードが地域包括支援センターのときは、誤りとしません。"
            "総合事業では、A1〜A4（訪問型）と A5〜A8（通所型）をそれぞれ1つの組とみなします。"
        ),
    )
)
def records_are_the_senders(rule: Rule, records: Records) -> Iterator[FileHit]:
    # A fault in the name itself has been told already.
    offices = [
        name.sender_office if name and is_valid_office_number(name.sender_office) else ""
        for name in records.names
    ]
    if not any(offices):
        return
    if records.table.layout.sender == "service":
        yield from _results_are_own(rule, records, offices)
    else:
        yield from _writer_is_sender(rule, records, offices)


def _results_are_own(rule: Rule, records: Records, offices: Sequence[str]) -> Iterator[FileHit]:
    kinds = [records.edition.kinds.get(name.sender_kind) if name else None for name in records.names]
    # A planning office that was entrusted passes on the results of others. Older names tell no kind.
    by_kind = [
        office if name and (not name.sender_kind or (kind and kind.exchange is Exchange.YES)) else ""
        for office, name, kind in zip(offices, records.names, kinds, strict=True)
    ]
    unnamed = [
        office if name and not name.sender_kind else ""
        for office, name in zip(by_kind, records.names, strict=True)
    ]
    plans = _plan(records, unnamed)
    own = ["" if passes_on else office for office, passes_on in zip(by_kind, plans, strict=True)]
    for item_id in ("provider_office", "updating_office"):
        if records.has(item_id):
            yield from _not_the_sender(rule, records, item_id, _other_office(records, item_id, own))
    told = [kind if office else None for kind, office in zip(kinds, own, strict=True)]
    for item_id, ending in (("service_code", "[0-9A-Z]{4}"), ("service_kind", "")):
        if records.has(item_id):
            wrong = _other_kind(records, item_id, ending, told)
            message = f"「{records.item(item_id).name}」の種類が、ファイル名の送信元サービス種類と違います。"
            yield from records.hits(rule, wrong, message, item_id)


def _other_kind(records: Records, item_id: str, ending: str, kinds: Sequence[ServiceKind | None]) -> Flags:
    """Rows of an exchanged kind that is none of those of the row's file.

    Args:
        ending: what follows the kind in a value (RE2).
        kinds: one for each file; None where nothing is asked of it.
    """
    wrong = np.zeros(len(records.table.rows), dtype=np.bool_)
    known = records.edition.kinds.values()
    for kind in {kind.code: kind for kind in kinds if kind}.values():
        own = [other.code for other in known if kind.group and other.group == kind.group] or [kind.code]
        others = [k.code for k in known if k.exchange is Exchange.YES and k.code not in own]
        asked = records.of_files(np.array([bool(k and k.code == kind.code) for k in kinds], dtype=np.bool_))
        wrong |= asked & records.values(item_id).matches(f"(?:{'|'.join(others)}){ending}")
    return wrong


def _plan(records: Records, offices: Sequence[str]) -> Sequence[bool]:
    """Of each file whether its office is the プラン担当業者 of some record."""
    if not any(offices) or not records.has("planning_office"):
        return [False] * len(offices)
    files = records.table.files[_is_office(records, "planning_office", offices)]
    plans: list[bool] = (np.bincount(files, minlength=len(offices)) > 0).tolist()
    return plans


def _writer_is_sender(rule: Rule, records: Records, offices: Sequence[str]) -> Iterator[FileHit]:
    item_id = "updating_office"
    if not records.has(item_id):
        return
    wrong = _other_office(records, item_id, offices)
    if not wrong.any():
        return
    wrong = wrong & ~records.values(item_id).matches(f"..{COMMUNITY_CENTRE}.*")
    # A centre passes on what an entrusted office wrote; the receiver of a service wrote none of it.
    centres = np.array([is_community_centre(office) for office in offices], dtype=np.bool_)
    if centres.any():
        receivers = ["" if _is_sent_to_planners(records, name) else _receiver(name) for name in records.names]
        wrong = wrong & (~records.of_files(centres) | _is_office(records, item_id, receivers))
    yield from _not_the_sender(rule, records, item_id, wrong)


def _receiver(name: FileName | None) -> str:
    return name.receiver_office if name else ""


def _is_sent_to_planners(records: Records, name: FileName | None) -> bool:
    kind = records.edition.kinds.get(name.receiver_kind) if name else None
    return kind is not None and kind.exchange is Exchange.PLANNING


def _not_the_sender(rule: Rule, records: Records, item_id: str, wrong: Flags) -> Iterator[FileHit]:
    message = f"「{records.item(item_id).name}」が、ファイル名の送信元の事業所番号と違います。"
    yield from records.hits(rule, wrong, message, item_id)


@record_rule(
    Rule(
        id="T609",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="プラン担当業者コードが、送信元または送信先の居宅介護支援事業所と違う",
        compares="プラン担当業者コードを、ファイル名の居宅介護支援事業所の番号（計画・予定は送信元、実績は送信先）と比べます。",
        why="別の居宅介護支援事業所の利用票や実績を、誤って送っているおそれがあります。",
        remedy="事業所の方: プラン担当業者コードとファイル名の事業所番号を見比べ、送信先を確かめてください。",
        reference="§2.6、別紙 第6表 プラン担当業者コード",
        friends=(
            "地域包括支援センターが送る・受け取るときと、介護予防・総合事業のサービス"
            "（委託を受けた居宅介護支援事業所が送り、プラン担当は地域包括支援センターのことがある）は、違っていても誤りとしません。"
        ),
    ),
    needs=("planning_office",),
)
def planner_is_sender_or_receiver(rule: Rule, records: Records) -> Iterator[FileHit]:
    by_service = records.table.layout.sender == "service"
    offices = [_care_manager(records, name, by_service=by_service) for name in records.names]
    message = "「{}」が、ファイル名の{}の事業所番号と違います。".format(
        records.item("planning_office").name, "送信先" if by_service else "送信元"
    )
    wrong = _other_office(records, "planning_office", offices)
    if wrong.any():
        yield from records.hits(rule, wrong & ~_is_preventive(records), message, "planning_office")


def _care_manager(records: Records, name: FileName | None, *, by_service: bool) -> str:
    """The office in a name that plans; empty where the name does not tell it for certain."""
    if name is None:
        return ""
    kind = name.receiver_kind if by_service else name.sender_kind
    office = name.receiver_office if by_service else name.sender_office
    # Community centres and entrusted offices exchange each other's plans. Older names tell no kind.
    if kind not in ("", records.edition.meanings["care_management"]) or not is_valid_office_number(office):
        return ""
    return office
