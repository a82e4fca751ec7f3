"""Rules on one record (R501–R513)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from careplan_csv.checks.places import places_of
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.reading.structure import Bytes, Flags
from careplan_csv.reading.table import Table
from careplan_csv.reading.values import Values
from careplan_csv.standard import CsvVersion, Edition, Item, MonthPart, ServiceKind


@dataclass
class Records:
    """A block for rules that compare items of one record."""

    table: Table
    edition: Edition
    version: CsvVersion | None
    month_part: MonthPart | None
    _values: dict[str, Values] = field(default_factory=dict)

    def has(self, *item_ids: str) -> bool:
        """Whether the layout has all these items."""
        return all(item_id in self.table.layout.by_id for item_id in item_ids)

    def item(self, item_id: str) -> Item:
        return self.table.layout.by_id[item_id]

    def values(self, item_id: str) -> Values:
        if item_id not in self._values:
            self._values[item_id] = Values(self.table.text(item_id))
        return self._values[item_id]

    def digits(self, item_id: str, width: int) -> tuple[Bytes, Flags]:
        """The item as rows of ASCII digits, and in which rows it is that."""
        matrix, right = self.values(item_id).fixed(width)
        if not self.values(item_id).only_digits:
            right = right & ((matrix >= 0x30) & (matrix <= 0x39)).all(axis=1)
        return matrix, right

    def equals(self, item_id: str, word: str) -> Flags:
        matrix, right = self.values(item_id).fixed(len(word))
        same: Flags = right & (matrix == np.frombuffer(word.encode(), dtype=np.uint8)).all(axis=1)
        return same

    def hit(
        self,
        rule_id: str,
        mask: Flags,
        message: str,
        item_id: str,
        severity: Severity = Severity.ERROR,
    ) -> Iterator[Hit]:
        """A hit at the rows where `mask` is true, if there are any."""
        rows = np.flatnonzero(mask)
        if len(rows):
            item = self.item(item_id)
            places = places_of(self.table, rows, item)
            yield Hit(rule_id, severity, message, item, len(rows), places)


RecordRule = Callable[[Records], Iterator[Hit]]


@rule(
    Rule(
        id="R501",
        severity=Severity.ERROR,
        title="サービス利用日が対象年月の外にある",
        why="利用票・実績は月ごとのファイルです。ほかの月の日付は取り込まれないか、別の月に入ります。",
        remedy="サービス利用日と対象年月を見比べ、月ごとにファイルを分けて出力してください。",
        reference="§2.3、別紙 第6表 対象年月・サービス利用日",
    )
)
def service_date_in_month(records: Records) -> Iterator[Hit]:
    if not records.has("service_date", "service_month"):
        return
    dates, has_date = records.digits("service_date", 8)
    months, has_month = records.digits("service_month", 6)
    outside = has_date & has_month & (dates[:, :6] != months).any(axis=1)
    yield from records.hit(
        "R501", outside, "サービス利用日が、その記録の対象年月の日ではありません。", "service_date"
    )


def equipment_rows(records: Records, kinds: list[ServiceKind]) -> tuple[Flags, Flags]:
    """Rows of an equipment kind, and of those the rows whose item code is a product's."""
    codes, right = records.values("service_code").fixed(6)
    of_kind = np.zeros(len(right), dtype=np.bool_)
    product = np.zeros(len(right), dtype=np.bool_)
    for kind in kinds:
        mine = right & (codes[:, :2] == np.frombuffer(kind.code.encode(), dtype=np.uint8)).all(axis=1)
        of_kind |= mine
        product |= mine & (codes[:, 2] == ord(kind.equipment))
    return of_kind, product


@rule(
    Rule(
        id="R502",
        severity=Severity.ERROR,
        title="福祉用具貸与の記録に TAISコード も 福祉用具届出コード も無い",
        why="どちらかのコードが無いと、受け取る側でどの商品の貸与か分かりません。",
        remedy="福祉用具貸与（17・67）の商品の記録には、TAISコードか福祉用具届出コードのどちらか一方を出力してください。",
        reference="別紙 第6表 №16・17、第7表 №10・11（A20）",
    )
)
def equipment_has_code(records: Records) -> Iterator[Hit]:
    if not records.has("service_code", "tais_code", "equipment_code"):
        return
    kinds = [kind for kind in records.edition.kinds.values() if kind.equipment]
    tais, registered = records.values("tais_code").filled, records.values("equipment_code").filled
    of_kind, product = equipment_rows(records, kinds)
    yield from records.hit(
        "R502",
        product & ~tais & ~registered,
        "福祉用具貸与の商品の記録ですが、TAISコードと福祉用具届出コードのどちらもありません。",
        "tais_code",
    )
    yield from records.hit(
        "R502",
        tais & registered,
        "TAISコードと福祉用具届出コードの両方があります（どちらか一方を書きます）。",
        "equipment_code",
        Severity.WARNING,
    )
    strange = ~of_kind & (tais ^ registered)
    if strange.any():
        strange &= records.values("service_code").matches("[0-9A-Z]{6}")
    yield from records.hit(
        "R502",
        strange,
        "福祉用具貸与ではない記録に、TAISコードまたは福祉用具届出コードがあります。",
        "service_code",
        Severity.WARNING,
    )


@rule(
    Rule(
        id="R504",
        severity=Severity.ERROR,
        title="開始と終了の一方だけが 9999（時間表示なし）である",
        why="時間の有る無しが食い違うと、受け取る側で時間帯を決められません。",
        remedy="時間表示の無いサービスは開始・終了とも 9999、有るサービスは両方に時刻を出力してください。",
        reference="別紙 第6表 サービス開始時刻・終了時刻",
    )
)
def both_times_or_none(records: Records) -> Iterator[Hit]:
    if not records.has("start_time", "end_time"):
        return
    no_start = records.equals("start_time", records.edition.no_time)
    no_end = records.equals("end_time", records.edition.no_time)
    both = records.values("start_time").filled & records.values("end_time").filled
    yield from records.hit(
        "R504",
        both & (no_start ^ no_end),
        "サービス開始時刻と終了時刻の一方だけが 9999（時間表示なし）です。",
        "start_time",
    )


@rule(
    Rule(
        id="R510",
        severity=Severity.ERROR,
        title="利用者補足情報の対象年月と計画作成日の組み合わせが正しくない",
        why=(
            "利用者補足情報は、計画書に付くもの（対象年月 000000）と利用票に付くもの（計画作成日 00000000）の"
            "2通りです。混ざると、どちらにも結び付きません。"
        ),
        remedy=(
            "計画書と送るときは対象年月を 000000 とし計画作成日を書きます。"
            "利用票と送るときは対象年月を書き計画作成日を 00000000 とします。ファイル名の年月もそろえてください。"
        ),
        reference="§2.3、別紙 利用者補足情報 №4・63",
    )
)
def supplement_variant(records: Records) -> Iterator[Hit]:
    parts = {variant.month for variant in records.table.layout.variants}
    if not records.has("plan_date", "service_month") or MonthPart.ZERO not in parts:
        return
    no_month = records.equals("service_month", records.edition.no_month)
    no_date = records.equals("plan_date", records.edition.no_date)
    known = records.digits("service_month", 6)[1] & records.digits("plan_date", 8)[1]
    yield from records.hit(
        "R510",
        known & no_month & no_date,
        "対象年月が 000000 の記録（計画書に付くもの）に、計画作成日がありません（00000000 です）。",
        "plan_date",
    )
    yield from records.hit(
        "R510",
        known & ~no_month & ~no_date,
        "対象年月のある記録（利用票に付くもの）の計画作成日が 00000000 ではありません。",
        "plan_date",
    )
    fits = known & (no_month ^ no_date)
    if records.month_part is MonthPart.ZERO:
        message = "ファイル名の年月は 000000（計画書に付くもの）ですが、対象年月のある記録があります。"
        yield from records.hit("R510", fits & ~no_month, message, "service_month")
    if records.month_part is MonthPart.REAL:
        message = "ファイル名に年月がある（利用票に付くもの）のに、対象年月が 000000 の記録があります。"
        yield from records.hit("R510", fits & no_month, message, "service_month")


@rule(
    Rule(
        id="R513",
        severity=Severity.WARNING,
        title="CSVバージョンがサービス提供年月に合わない",
        why="版ごとに使える提供年月が決まっています。合わない版のファイルは取り込まれないことがあります。",
        remedy="202407 は 2025年4月提供分から、202208 は 2025年3月提供分まで使います。出力の設定を確かめてください。",
        reference="各版の通知（A13）",
    )
)
def version_applies(records: Records) -> Iterator[Hit]:
    version = records.version
    if version is None or not records.has("service_month"):
        return
    months, right = records.digits("service_month", 6)
    right = right & ~records.equals("service_month", records.edition.no_month)
    number = months.astype(np.int64) @ (10 ** np.arange(5, -1, -1)) - 0x30 * 111111
    early = right & (number < int(version.applies_from))
    late = right & (number > int(version.applies_to or "999999"))
    yield from records.hit(
        "R513",
        early,
        f"CSVバージョン {version.value} は、{version.applies_from} より前の対象年月には使いません。",
        "service_month",
        Severity.WARNING,
    )
    yield from records.hit(
        "R513",
        late,
        f"CSVバージョン {version.value} は、{version.applies_to} より後の対象年月には使いません。",
        "service_month",
        Severity.WARNING,
    )


RECORD_RULES: tuple[RecordRule, ...] = (
    service_date_in_month,
    equipment_has_code,
    both_times_or_none,
    supplement_variant,
    version_applies,
)


def check_records(records: Records) -> Iterator[Hit]:
    """Every rule on single records, on one block."""
    if len(records.table.rows):
        for record_rule in RECORD_RULES:
            yield from record_rule(records)
