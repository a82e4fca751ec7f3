"""Rules on one record of 第6表 and 実績 (R501–R506)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from careplan_csv.checks.items.item_dates import days_of_month
from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.reading.structure import Flags
from careplan_csv.rules.hits import FileHit
from careplan_csv.standard import ServiceKind


@record_rule(
    Rule(
        id="R501",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="サービス利用日が対象年月の外にある",
        compares="1件ごとに、サービス利用日の年月（初めの6桁）と、対象年月を比べます。",
        why="利用票・実績は月ごとのファイルです。ほかの月の日付は、取り込めないか、別の月に入ることがあります。",
        remedy=(
            "事業所の方: 介護ソフトで、サービス利用日が対象年月の日になっているかを確かめてください。"
            "ソフト会社の方: 月ごとにファイルを分けて出力してください。"
        ),
        reference="§2.3、別紙 第6表 対象年月・サービス利用日",
        friends="月の初日と末日は、その月の日として扱います。",
    ),
    needs=("service_date", "service_month"),
)
def service_date_in_month(rule: Rule, records: Records) -> Iterator[FileHit]:
    dates, has_date = records.digits("service_date", 8)
    months, has_month = records.digits("service_month", 6)
    outside = has_date & has_month & (dates // 100 != months)
    message = "サービス利用日が、その記録の対象年月の日ではありません。"
    yield from records.hits(rule, outside, message, "service_date", beside=("service_month",))


def equipment_rows(records: Records, kinds: list[ServiceKind]) -> tuple[Flags, Flags]:
    """Rows of an equipment kind, and of those the rows whose item code is a product's."""
    values = records.values("service_code")
    codes, right = values.once.fixed(6)
    of_kind = np.zeros(len(right), dtype=np.bool_)
    product = np.zeros(len(right), dtype=np.bool_)
    for kind in kinds:
        mine = right & (codes[:, :2] == np.frombuffer(kind.code.encode(), dtype=np.uint8)).all(axis=1)
        of_kind |= mine
        product |= mine & (codes[:, 2] == ord(kind.equipment))
    return values.spread(of_kind), values.spread(product)


@record_rule(
    Rule(
        id="R502",
        severity=Severity.ERROR,
        consequence=Consequence.SHOWN_WRONG,
        title="福祉用具貸与の記録に、TAISコードと福祉用具届出コードのどちらも無い",
        compares="福祉用具貸与（17・67）の商品の記録で、TAISコードと福祉用具届出コードのどちらか一方だけがあるかを見ます。",
        grades=(
            (Severity.WARNING, "両方のコードがあるとき、または福祉用具貸与でない記録にコードがあるとき"),
        ),
        why="どちらかのコードが無いと、受け取る側でどの商品の貸与か分かりません。",
        remedy=(
            "事業所の方: 介護ソフトで、その商品の TAISコードか福祉用具届出コードのどちらか一方を登録してください。"
            "ソフト会社の方: 福祉用具貸与（17・67）の商品の記録に、どちらか一方を出力してください。"
        ),
        reference="別紙 第6表 №16・17、第7表 №10・11（A20）",
        friends="福祉用具貸与の加算（項目コードが 1 で始まらないもの）には、商品のコードを求めません。",
    ),
    needs=("service_code", "tais_code", "equipment_code"),
)
def equipment_has_code(rule: Rule, records: Records) -> Iterator[FileHit]:
    kinds = [kind for kind in records.edition.kinds.values() if kind.equipment]
    tais, registered = records.values("tais_code").filled, records.values("equipment_code").filled
    of_kind, product = equipment_rows(records, kinds)
    yield from records.hits(
        rule,
        product & ~tais & ~registered,
        "福祉用具貸与の商品の記録ですが、TAISコードと福祉用具届出コードのどちらもありません。",
        "tais_code",
        beside=("equipment_code", "service_code"),
    )
    yield from records.hits(
        rule,
        tais & registered,
        "TAISコードと福祉用具届出コードの両方があります（正しくはどちらか一方）。",
        "equipment_code",
        Severity.WARNING,
        beside=("tais_code",),
    )
    strange = ~of_kind & (tais ^ registered)
    if strange.any():
        strange &= records.values("service_code").matches("[0-9A-Z]{6}")
    yield from records.hits(
        rule,
        strange,
        "福祉用具貸与ではない記録に、TAISコードまたは福祉用具届出コードがあります。",
        "service_code",
        Severity.WARNING,
        beside=("tais_code", "equipment_code"),
    )


@record_rule(
    Rule(
        id="R504",
        severity=Severity.ERROR,
        consequence=Consequence.SHOWN_WRONG,
        title="開始と終了の一方だけが 9999（時間表示なし）である",
        compares="開始時刻と終了時刻が、両方とも 9999 か、両方とも時刻かを見ます。",
        why="時間表示の有無が開始と終了で違うと、受け取る側で時間帯を決められません。",
        remedy="事業所の方: 介護ソフトで、そのサービスの開始時刻と終了時刻を確かめ、正しければソフト会社に伝えてください。ソフト会社の方: 時間表示の無いサービスは開始時刻・終了時刻とも 9999、有るサービスは両方に時刻を出力してください。",
        reference="別紙 第6表 サービス開始時刻・終了時刻",
        friends="開始も終了も 9999 の記録は正しい書き方です。",
    ),
    needs=("start_time", "end_time"),
)
def both_times_or_none(rule: Rule, records: Records) -> Iterator[FileHit]:
    no_start = records.equals("start_time", records.edition.no_time)
    no_end = records.equals("end_time", records.edition.no_time)
    both = records.values("start_time").filled & records.values("end_time").filled
    yield from records.hits(
        rule,
        both & (no_start ^ no_end),
        "サービス開始時刻と終了時刻の一方だけが 9999（時間表示なし）です。",
        "start_time",
        beside=("end_time",),
    )


@record_rule(
    Rule(
        id="R503",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="福祉用具貸与ではない記録に明細判別コードがある",
        compares="明細判別コードのある記録が、福祉用具貸与（17・67）の記録かを見ます。",
        why="明細判別コードは、福祉用具貸与で同じ単位数の明細を見分けるための番号です。ほかのサービスでは意味を持ちません。",
        remedy="事業所の方: 介護ソフトの画面に明細判別コードの欄があれば空にし、無ければソフト会社に伝えてください。ソフト会社の方: 福祉用具貸与（17・67）以外の記録では、明細判別コードを空で出力してください。",
        reference="別紙 第6表 №19 明細判別コード",
        friends="福祉用具貸与（17・67）の番号は、T607 が調べます。",
    ),
    needs=("service_code", "detail_no"),
)
def detail_number_only_for_equipment(rule: Rule, records: Records) -> Iterator[FileHit]:
    kinds = [kind for kind in records.edition.kinds.values() if kind.equipment]
    codes = records.values("service_code")
    numbered = records.values("detail_no").filled & codes.matches("[0-9A-Z]{6}")
    if numbered.any():
        of_kind, _ = equipment_rows(records, kinds)
        yield from records.hits(
            rule,
            numbered & ~of_kind,
            "福祉用具貸与ではない記録に、明細判別コードがあります。",
            "detail_no",
            beside=("service_code",),
        )


@record_rule(
    Rule(
        id="R506",
        severity=Severity.ERROR,
        consequence=Consequence.SHOWN_WRONG,
        title="日割対象日に、その月に無い日が含まれている",
        compares="日割対象日の1になっている桁を、その月の日数、サービス利用日と比べます。",
        grades=((Severity.WARNING, "サービス利用日が対象（1）になっていないとき"),),
        why="その月に無い日を対象にすると、日割りの計算を誤ります。",
        remedy="事業所の方: 介護ソフトで、サービス利用日と日割りの対象の日を確かめ、正しければソフト会社に伝えてください。ソフト会社の方: 月の末日より後の桁は 0 にしてください。サービス利用日は、日割りの対象にした日の中から書いてください。",
        reference="別紙 第6表 日割対象日・サービス利用日",
        friends="31日の無い月でも31桁で書くのは正しい書き方です。",
    ),
    needs=("prorated_days", "service_month", "service_date"),
)
def prorated_days_in_month(rule: Rule, records: Records) -> Iterator[FileHit]:
    if not records.values("prorated_days").filled.any():
        return
    flags, right = records.values("prorated_days").fixed(31)
    dates, has_date = records.dates("service_date")
    last = days_of_month(dates // 100)
    days = np.arange(1, 32)
    marked = flags == ord("1")
    right = right & ((flags == ord("0")) | marked).all(axis=1) & has_date
    beyond = right & (marked & (days > last[:, None])).any(axis=1)
    yield from records.hits(
        rule,
        beyond,
        "日割対象日で、その月に無い日が対象（1）になっています。",
        "prorated_days",
        beside=("service_date",),
    )
    own = marked[np.arange(len(marked)), np.clip(dates % 100, 1, 31) - 1]
    yield from records.hits(
        rule,
        right & ~own,
        "サービス利用日が、日割対象日で対象（1）になっていません。",
        "service_date",
        Severity.WARNING,
        beside=("prorated_days",),
    )
