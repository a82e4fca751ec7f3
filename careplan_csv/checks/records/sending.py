"""Rules on one record and the file's name: who sends what (T608, T609)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.standard import Exchange

_LONG_TERM_CARE = "介護給付"


def _other_office(records: Records, item_id: str, office: str) -> Flags:
    """Rows in which a well-formed office number is another than `office`."""
    values = records.values(item_id)
    if values.distinct.isin([office]).all():
        return np.zeros(len(values), dtype=np.bool_)
    return values.matches("[0-9A-Z]{10}") & ~records.equals(item_id, office)


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
        title="送信元ではない事業所の記録がある",
        why="実績は、自分の事業所の分だけを送ります。ほかの事業所の記録が混ざると、受け取る側で二重になります。",
        remedy="サービス事業者コードと更新業者コードが送信元の事業所番号になっているか、出力の範囲を確かめてください。",
        reference="§2.6、別紙 第6表 サービス事業者コード・更新業者コード",
        friends="委託を受けた居宅介護支援事業所が、ほかの事業所の実績を送るときは調べません。",
    )
)
def records_are_the_senders(records: Records) -> Iterator[Hit]:
    name, layout = records.name, records.table.layout
    if name is None or layout.sender != "service" or not name.sender_office:
        return
    kind = records.edition.kinds.get(name.sender_kind)
    # A planning office that was entrusted passes on the results of others. Older names tell no kind.
    if name.sender_kind and (kind is None or kind.exchange is not Exchange.YES):
        return
    for item_id in ("provider_office", "updating_office"):
        if records.has(item_id):
            message = f"「{records.item(item_id).name}」が、ファイル名の送信元の事業所番号と違います。"
            wrong = _other_office(records, item_id, name.sender_office)
            yield from records.hit("T608", wrong, message, item_id, Severity.WARNING)


@rule(
    Rule(
        id="T609",
        severity=Severity.WARNING,
        title="プラン担当業者コードが、送り手または受け手の居宅介護支援事業所と違う",
        why="別の居宅介護支援事業所の利用票や実績を、誤って送っているおそれがあります。",
        remedy="プラン担当業者コードとファイル名の事業所番号を見比べ、送る相手を確かめてください。",
        reference="§2.6、別紙 第6表 プラン担当業者コード",
        friends=(
            "地域包括支援センターが送る・受け取るときと、介護予防・総合事業のサービス"
            "（委託を受けた居宅介護支援事業所が送り、プラン担当は地域包括支援センターのことがある）は調べません。"
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
    if kind not in ("", records.edition.meanings["care_management"]) or not office:
        return
    message = "「{}」が、ファイル名の{}の事業所番号と違います。".format(
        records.item("planning_office").name, "送信先" if by_service else "送信元"
    )
    wrong = _other_office(records, "planning_office", office) & ~_is_preventive(records)
    yield from records.hit("T609", wrong, message, "planning_office", Severity.WARNING)
