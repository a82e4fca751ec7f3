"""Rules on one row of 第7表 (R512, R517)."""

from __future__ import annotations

from collections.abc import Iterator

from careplan_csv.checks.items.total_rows import total_rows
from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.rules.hits import FileHit


@record_rule(
    Rule(
        id="R512",
        severity=Severity.ERROR,
        consequence=Consequence.SHOWN_WRONG,
        title="第7表の小計・全合計の行の書き方が正しくない",
        compares="小計・全合計の行で、単位数が 0、割引後率と割引後単位数が空か、全合計の事業所コードとサービスコードが組になっているかを見ます。",
        why="小計や全合計の行が明細として読まれると、単位数が二重に数えられることがあります。",
        remedy=(
            "事業所の方: 介護ソフトから出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 小計・全合計の行では、単位数を 0、割引後率と割引後単位数を空にしてください。"
            "全合計の行は、サービス事業所コード（№7）9999999999 とサービスコード（№9）999999 を組にしてください。"
        ),
        reference="別紙 第7表 №7・9・13〜15",
        friends="割引の無い明細の行で割引後率が空なのは正しい書き方です。",
    ),
    needs=("service_code", "provider_office", "units", "discounted_rate", "discounted_units"),
)
def totals_are_marked(rule: Rule, records: Records) -> Iterator[FileHit]:
    total = total_rows(records.table, records.edition)
    filled_units = records.filled("units")
    yield from records.hits(
        rule,
        total & filled_units & ~records.equals("units", "0") & ~records.values("units").matches("0+"),
        "小計・全合計の行の単位数が 0 ではありません。",
        "units",
        beside=("service_code",),
    )
    for item_id in ("discounted_rate", "discounted_units"):
        message = f"小計・全合計の行の「{records.item(item_id).name}」が空ではありません。"
        wrong = total & records.filled(item_id)
        yield from records.hits(rule, wrong, message, item_id, beside=("service_code",))
    office = records.equals("provider_office", records.edition.totals.grand_total_office)
    code = records.equals("service_code", records.edition.totals.grand_total_code)
    known = records.filled("provider_office") & records.filled("service_code")
    yield from records.hits(
        rule,
        known & (office ^ code),
        "サービス事業所コード（№7）9999999999 とサービスコード（№9）999999 の一方だけが、全合計の値です。",
        "service_code",
        beside=("provider_office",),
    )


@record_rule(
    Rule(
        id="R517",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="第7表の事業所コード・入力者コードのどちらも 9999999999 ではない",
        compares="第7表の事業所コードか入力者コードの、どちらか一方が 9999999999 かを見ます。",
        why="どちらかが 9999999999 に固定と決められています。受け取る側でこの値を確かめることがあります。",
        remedy="事業所の方: ソフト会社に伝えてください。ソフト会社の方: 標準仕様の別紙に合わせ、事業所コード（№34）か入力者コード（№35）に 9999999999 を出力してください。",
        reference="別紙 第7表 №34・35（A03）",
        friends="どちらか一方が 9999999999 なら、もう一方は空でも事業所番号でも構いません。",
    ),
    needs=("office_code", "entry_code"),
)
def one_code_is_fixed(rule: Rule, records: Records) -> Iterator[FileHit]:
    fixed = records.edition.totals.grand_total_office
    neither = ~records.equals("office_code", fixed) & ~records.equals("entry_code", fixed)
    yield from records.hits(
        rule,
        neither,
        "事業所コードと入力者コードのどちらも 9999999999 ではありません。",
        "office_code",
        beside=("entry_code",),
    )
