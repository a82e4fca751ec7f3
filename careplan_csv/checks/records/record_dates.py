"""Rules on the dates of one record (R505–R507, R513, R515)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow.compute as pc

from careplan_csv.checks.items.item_dates import Numbers
from careplan_csv.checks.names.name_parts import is_serial
from careplan_csv.checks.records.block_records import Records, record_rule
from careplan_csv.findings import Cause, Consequence, Rule, Severity
from careplan_csv.rules.hits import FileHit


@record_rule(
    Rule(
        id="R513",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="CSVバージョンがサービス提供年月に合わない",
        compares="対象年月を、CSVバージョンの適用の始まりと終わり（202407 は 2025年4月提供分から、202208 は 2025年3月提供分まで）と比べます。",
        why="CSVバージョンごとに、使えるサービス提供年月が決まっています。合わないファイルは取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトの出力の設定で、サービス提供年月に合う CSVバージョンを選んでください"
            "（202407 は 2025年4月提供分から、202208 は 2025年3月提供分まで）。選べないときは、ソフト会社に確かめてください。"
        ),
        reference="標準仕様 4.1版・3.2版の通知（A13）",
        friends="適用の始まる月・終わる月の記録は、誤りとしません。",
    ),
    needs=("service_month",),
)
def version_applies(rule: Rule, records: Records) -> Iterator[FileHit]:
    version = records.version
    if version is None:
        return
    number, right = records.digits("service_month", 6)
    right = right & ~records.equals("service_month", records.edition.no_month)
    early = right & (number < int(version.applies_from))
    late = right & (number > int(version.applies_to or "999999"))
    yield from records.hits(
        rule,
        early,
        f"CSVバージョン {version.value} は、{version.applies_from} より前の対象年月には使いません。",
        "service_month",
    )
    yield from records.hits(
        rule,
        late,
        f"CSVバージョン {version.value} は、{version.applies_to} より後の対象年月には使いません。",
        "service_month",
    )


_TIMES = (
    ("start_time", "end_time"),
    ("weekly_start_time", "weekly_end_time"),
    ("daily_start_time", "daily_end_time"),
)
_POINTS = ("daily_end_time",)
"""Where equal times are a point in time: 起床 at 0600."""
_NOON = 1200


@record_rule(
    Rule(
        id="R505",
        severity=Severity.WARNING,
        consequence=Consequence.SHOWN_WRONG,
        title="終了時刻が開始時刻と同じか、それより前である",
        compares="1件ごとに、終了時刻と開始時刻を比べます（終了が後のはずです）。",
        grades=((Severity.INFO, "日をまたぐことのある時間帯（終了が翌日の昼まで）のとき"),),
        why="時間の長さが 0 や負になり、受け取る側で時間帯を正しく表示できないことがあります。",
        remedy="事業所の方: 介護ソフトで、そのサービスの開始時刻と終了時刻を確かめてください。日をまたぐサービスは、そのままで構いません。",
        reference="別紙 第3表 №8・9・11・12、第6表 №12・13（A14）",
        friends=(
            "日をまたぐことのある時間帯（翌日の昼までに終わる）は情報にとどめます。"
            "第3表の主な日常生活上の活動では、開始と終了が同じ時刻（起床 0600〜0600 など）は時点を表すので、誤りとしません。"
        ),
    )
)
def ends_after_start(rule: Rule, records: Records) -> Iterator[FileHit]:
    for start_item, end_item in _TIMES:
        if not records.has(start_item, end_item):
            continue
        start, has_start = records.times(start_item)
        end, has_end = records.times(end_item)
        wrong = has_start & has_end & ((end < start) if end_item in _POINTS else (end <= start))
        overnight = wrong & (end < start) & (end <= _NOON)
        yield from records.hits(
            rule,
            wrong & ~overnight,
            "終了時刻が、開始時刻と同じか、それより前です。",
            end_item,
            beside=(start_item,),
        )
        yield from records.hits(
            rule,
            overnight,
            "終了時刻が開始時刻より前です（日をまたぐものとして読みました）。",
            end_item,
            Severity.INFO,
            beside=(start_item,),
        )


_PERIODS = (("certification_start", "certification_end"), ("limit_start", "limit_end"))
_EARLIEST_BIRTH = 19000101
_AFTER_BIRTH = ("plan_date", "consultation_date")


@record_rule(
    Rule(
        id="R507",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="期間の終了日が開始日より前である、または生年月日が正しくない",
        compares="認定の有効期間・限度額適用期間の開始日と終了日、生年月日と計画作成（変更）日・相談日を比べます。",
        grades=((Severity.WARNING, "生年月日が 1900年より前か、計画や相談の日より後のとき"),),
        why="期間が逆になっていると、受け取る側で認定や限度額の期間を判断できません。生年月日が違うと、別の人とみなされることがあります。",
        remedy="事業所の方: 被保険者証と見比べて、介護ソフトの期間（開始日・終了日）か生年月日を直してください。",
        reference="別紙 認定有効期間、限度額適用期間、利用者生年月日",
        friends="開始日と終了日が同じ期間は、誤りとしません。",
        cause=Cause.INPUT,
    )
)
def periods_run_forward(rule: Rule, records: Records) -> Iterator[FileHit]:
    for start_item, end_item in _PERIODS:
        if records.has(start_item, end_item):
            start, has_start = records.dates(start_item)
            end, has_end = records.dates(end_item)
            message = f"「{records.item(end_item).name}」が「{records.item(start_item).name}」より前です。"
            wrong = has_start & has_end & (end < start)
            yield from records.hits(rule, wrong, message, end_item, beside=(start_item,))
    if not records.has("birth_date"):
        return
    birth, has_birth = records.dates("birth_date")
    yield from records.hits(
        rule,
        has_birth & (birth < _EARLIEST_BIRTH),
        "生年月日が 1900年より前です。",
        "birth_date",
        Severity.WARNING,
    )
    for later_item in _AFTER_BIRTH:
        if records.has(later_item):
            later, has_later = records.dates(later_item)
            yield from records.hits(
                rule,
                has_birth & has_later & (birth > later),
                f"生年月日が「{records.item(later_item).name}」より後です。",
                "birth_date",
                Severity.WARNING,
                beside=(later_item,),
            )


@record_rule(
    Rule(
        id="R515",
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title="作成日の前後関係が正しくない、または送った日よりずっと後である",
        compares="初回作成日と作成（変更）日、作成日とファイル連番の日（第1〜3表と実績は3か月まで、第6・7表は対象年月の末日まで）を比べます。",
        why="作成日の順が合わないと、受け取る側でどちらが新しい計画か分からなくなることがあります。",
        remedy="事業所の方: 初回の計画作成（変更）日、計画作成（変更）日、作成年月日を介護ソフトで確かめてください。",
        reference="別紙 第1表 №4・14・15、ファイル名規約（日時）（A28）",
        friends=(
            "翌月1日付けの計画書や、対象年月の1日付けの利用票を前の月に送るのは正しい使い方です。"
            "第1〜3表と実績の日付は、ファイル連番の日より3か月を超えて後のときに、第6・7表の日付は、対象年月の末日より後のときに指摘します。"
            "今日の日付とは比べないので、後から調べても結果は変わりません。"
        ),
    )
)
def created_in_order(rule: Rule, records: Records) -> Iterator[FileHit]:
    if records.has("first_plan_date", "plan_date"):
        first, has_first = records.dates("first_plan_date")
        plan, has_plan = records.dates("plan_date")
        yield from records.hits(
            rule,
            has_first & has_plan & (first > plan),
            f"「{records.item('first_plan_date').name}」が「{records.item('plan_date').name}」より後です。",
            "first_plan_date",
            beside=("plan_date",),
        )
    if records.has("creation_date"):
        yield from _after_sending(rule, records, "creation_date")
        if records.has("first_plan_date", "plan_date"):
            yield from _after_sending(rule, records, "plan_date")


def _sent(records: Records) -> Numbers:
    """For every file the day of the serial as the number YYYYMMDD; `_NEVER` where the name has no real serial."""
    serials = [name.serial if name and is_serial(name.serial) else "" for name in records.names]
    return np.array([int(serial[:8]) if serial else _NEVER for serial in serials], dtype=np.int64)


def _after_sending(rule: Rule, records: Records, item_id: str) -> Iterator[FileHit]:
    """A date that lies too far after the day of the serial; never compared with today."""
    sent = _sent(records)
    latest = pc.max(records.values(item_id).distinct.array).as_py()
    if latest is None or latest <= str(sent.min()):
        return
    dates, right = records.dates(item_id)
    name, sent = records.item(item_id).name, records.of_files(sent)
    if records.has("service_month") and records.table.layout.sender == "planning":
        months, has_month = records.digits("service_month", 6)
        wrong = right & has_month & (dates > sent) & (dates > months * 100 + 99)
        message = f"「{name}」が、送った日（ファイル連番）と対象年月の末日のどちらよりも後です。"
        beside: tuple[str, ...] = ("service_month",)
    else:
        wrong = right & (_months_ahead(dates) > _months_ahead(sent) + _FAR * _DAYS)
        message = f"「{name}」が、送った日（ファイル連番）より3か月を超えて後です。"
        beside = ()
    yield from records.hits(rule, wrong, message, item_id, beside=beside)


_NEVER = 99999999
"""Later than every date."""

_FAR = 3
"""Months that a plan may be dated ahead of its sending (A28)."""

_DAYS = 100
"""Room for the days of a month in the numbers that `_months_ahead` makes."""


def _months_ahead(dates: Any) -> Any:
    """Dates YYYYMMDD as numbers in which months follow one another over the turn of a year."""
    return (dates // 10000 * 12 + dates // 100 % 100) * _DAYS + dates % 100
