"""Rules on one record and the file's name: who sends what (T608, T609)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.standard import Exchange
from careplan_csv.standard.checkdigits import COMMUNITY_CENTRE, is_community_centre, is_valid_office_number
from careplan_csv.standard.filenames import FileName

_LONG_TERM_CARE = "介護給付"


def _other_office(records: Records, item_id: str, office: str) -> Flags:
    """Rows in which an office number without a fault of its own is another than `office`."""
    values = records.values(item_id)
    if values.distinct.isin([office]).all():
        return np.zeros(len(values), dtype=np.bool_)
    other: Flags = values.matches("[0-9A-Z]{10}") & ~records.equals(item_id, office)
    return other & ~records.soundness.is_doubtful((item_id,))


def _is_preventive(records: Records) -> Flags:
    """Rows of 予防給付 and 総合事業, whose plans community centres entrust to other offices."""
    if not records.has("service_code"):
        return np.zeros(len(records.table.rows), dtype=np.bool_)
    kinds = [kind.code for kind in records.edition.kinds.values() if kind.category != _LONG_TERM_CARE]
    return records.values("service_code").matches(f"(?:{'|'.join(kinds)})[0-9A-Z]{{4}}")


@rule(
    Rule(
        id="T608",
        severity=Severity.WARNING,
        title="送信元ではない事業所やサービス種類の記録がある",
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
def records_are_the_senders(records: Records) -> Iterator[Hit]:
    name = records.name
    # A fault in the name itself has been told already.
    if name is None or not is_valid_office_number(name.sender_office):
        return
    if records.table.layout.sender == "service":
        yield from _results_are_own(records, name)
    else:
        yield from _writer_is_sender(records, name)


def _results_are_own(records: Records, name: FileName) -> Iterator[Hit]:
    kinds = records.edition.kinds
    kind = kinds.get(name.sender_kind)
    # A planning office that was entrusted passes on the results of others. Older names tell no kind.
    if name.sender_kind and (kind is None or kind.exchange is not Exchange.YES):
        return
    if not name.sender_kind and records.has("planning_office") and _plans(records, name.sender_office):
        return
    for item_id in ("provider_office", "updating_office"):
        if records.has(item_id):
            wrong = _other_office(records, item_id, name.sender_office)
            yield from _not_the_sender(records, item_id, wrong)
    if kind is None:
        return
    own = [other.code for other in kinds.values() if kind.group and other.group == kind.group] or [kind.code]
    others = [k.code for k in kinds.values() if k.exchange is Exchange.YES and k.code not in own]
    for item_id, ending in (("service_code", "[0-9A-Z]{4}"), ("service_kind", "")):
        if records.has(item_id):
            wrong = records.values(item_id).matches(f"(?:{'|'.join(others)}){ending}")
            message = f"「{records.item(item_id).name}」の種類が、ファイル名の送信元サービス種類と違います。"
            yield from records.hit("T608", wrong, message, item_id, Severity.WARNING)


def _plans(records: Records, office: str) -> bool:
    """Whether an office is the プラン担当業者 of some record."""
    return bool(records.values("planning_office").distinct.isin([office]).any())


def _writer_is_sender(records: Records, name: FileName) -> Iterator[Hit]:
    item_id = "updating_office"
    if not records.has(item_id):
        return
    wrong = _other_office(records, item_id, name.sender_office)
    if not wrong.any():
        return
    wrong = wrong & ~records.values(item_id).matches(f"..{COMMUNITY_CENTRE}.*")
    if is_community_centre(name.sender_office):
        # The centre passes on what an entrusted office wrote; the receiver of a service wrote none of it.
        receiver = records.edition.kinds.get(name.receiver_kind)
        planning = receiver is not None and receiver.exchange is Exchange.PLANNING
        wrong = wrong & records.equals(item_id, name.receiver_office) & (not planning)
    yield from _not_the_sender(records, item_id, wrong)


def _not_the_sender(records: Records, item_id: str, wrong: Flags) -> Iterator[Hit]:
    message = f"「{records.item(item_id).name}」が、ファイル名の送信元の事業所番号と違います。"
    yield from records.hit("T608", wrong, message, item_id, Severity.WARNING)


@rule(
    Rule(
        id="T609",
        severity=Severity.WARNING,
        title="プラン担当業者コードが、送信元または送信先の居宅介護支援事業所と違う",
        why="別の居宅介護支援事業所の利用票や実績を、誤って送っているおそれがあります。",
        remedy="事業所の方: プラン担当業者コードとファイル名の事業所番号を見比べ、送信先を確かめてください。",
        reference="§2.6、別紙 第6表 プラン担当業者コード",
        friends=(
            "地域包括支援センターが送る・受け取るときと、介護予防・総合事業のサービス"
            "（委託を受けた居宅介護支援事業所が送り、プラン担当は地域包括支援センターのことがある）は、違っていても誤りとしません。"
        ),
    )
)
def planner_is_sender_or_receiver(records: Records) -> Iterator[Hit]:
    name, layout = records.name, records.table.layout
    if name is None or not records.has("planning_office"):
        return
    by_service = layout.sender == "service"
    kind = name.receiver_kind if by_service else name.sender_kind
    office = name.receiver_office if by_service else name.sender_office
    # Community centres and entrusted offices exchange each other's plans. Older names tell no kind.
    if kind not in ("", records.edition.meanings["care_management"]) or not is_valid_office_number(office):
        return
    message = "「{}」が、ファイル名の{}の事業所番号と違います。".format(
        records.item("planning_office").name, "送信先" if by_service else "送信元"
    )
    wrong = _other_office(records, "planning_office", office) & ~_is_preventive(records)
    yield from records.hit("T609", wrong, message, "planning_office", Severity.WARNING)
