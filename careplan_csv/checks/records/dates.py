"""Rules on the dates of one record (R505–R507, R513, R515)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from careplan_csv.checks.name_parts import is_serial
from careplan_csv.checks.records.base import Records
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity


@rule(
    Rule(
        id="R513",
        severity=Severity.WARNING,
        title="CSVバージョンがサービス提供年月に合わない",
        why="版ごとに使える提供年月が決まっています。合わない版のファイルは取り込まれないことがあります。",
        remedy="202407 は 2025年4月提供分から、202208 は 2025年3月提供分まで使います。出力の設定を確かめてください。",
        reference="各版の通知（A13）",
        friends="適用の始まる月・終わる月の記録は出しません。",
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


_TIMES = (
    ("start_time", "end_time"),
    ("weekly_start_time", "weekly_end_time"),
    ("daily_start_time", "daily_end_time"),
)
_NOON = 1200


@rule(
    Rule(
        id="R505",
        severity=Severity.WARNING,
        title="終了の時刻が開始の時刻より後ではない",
        why="時間の長さが 0 や負になり、受け取る側で時間帯を正しく表示できません。",
        remedy="開始と終了の時刻を確かめてください。夜をまたぐサービスはそのままで構いません。",
        reference="別紙 第3表・第6表 開始・終了時刻（A14）",
        friends="夜をまたぐことのある時間帯（翌日の昼までに終わる）は情報にとどめます。",
    )
)
def ends_after_start(records: Records) -> Iterator[Hit]:
    for start_item, end_item in _TIMES:
        if not records.has(start_item, end_item):
            continue
        start, has_start = records.times(start_item)
        end, has_end = records.times(end_item)
        wrong = has_start & has_end & (end <= start)
        overnight = wrong & (end < start) & (end <= _NOON)
        yield from records.hit(
            "R505",
            wrong & ~overnight,
            "終了の時刻が、開始の時刻と同じか、それより前です。",
            end_item,
            Severity.WARNING,
        )
        yield from records.hit(
            "R505",
            overnight,
            "終了の時刻が開始の時刻より前です（夜をまたぐものとして読みました）。",
            end_item,
            Severity.INFO,
        )


_PERIODS = (("certification_start", "certification_end"), ("limit_start", "limit_end"))
_EARLIEST_BIRTH = 19000101


@rule(
    Rule(
        id="R507",
        severity=Severity.ERROR,
        title="期間の終わりが始まりより前、または生年月日が不自然である",
        why="有効期間や限度額の適用期間を読めないと、受け取る側で利用者の資格を判断できません。",
        remedy="被保険者証の期間と見比べて、始まりと終わりの日付を直してください。生年月日も確かめてください。",
        reference="別紙 認定有効期間、限度額適用期間、利用者生年月日",
        friends="始まりと終わりが同じ日の期間は出しません。",
    )
)
def periods_run_forward(records: Records) -> Iterator[Hit]:
    for start_item, end_item in _PERIODS:
        if records.has(start_item, end_item):
            start, has_start = records.dates(start_item)
            end, has_end = records.dates(end_item)
            message = f"「{records.item(end_item).name}」が「{records.item(start_item).name}」より前です。"
            yield from records.hit("R507", has_start & has_end & (end < start), message, end_item)
    if not records.has("birth_date"):
        return
    birth, has_birth = records.dates("birth_date")
    strange = has_birth & (birth < _EARLIEST_BIRTH)
    if records.has("plan_date"):
        plan, has_plan = records.dates("plan_date")
        strange |= has_birth & has_plan & (birth > plan)
    yield from records.hit(
        "R507",
        strange,
        "生年月日が 1900年より前か、計画作成日より後です。",
        "birth_date",
        Severity.WARNING,
    )


@rule(
    Rule(
        id="R515",
        severity=Severity.WARNING,
        title="作成日の前後が合わない",
        why="作成日の順が合わないと、受け取る側でどちらが新しい計画か分からなくなります。",
        remedy="初回の計画作成日、計画作成（変更）日、作成年月日を確かめてください。",
        reference="別紙 第1表 №4・14・15、ファイル名規約（日時）",
        friends="今日の日付とは比べません。後から調べても結果は変わりません。",
    )
)
def created_in_order(records: Records) -> Iterator[Hit]:
    if records.has("first_plan_date", "plan_date"):
        first, has_first = records.dates("first_plan_date")
        plan, has_plan = records.dates("plan_date")
        yield from records.hit(
            "R515",
            has_first & has_plan & (first > plan),
            "初回の計画作成日が、計画作成（変更）日より後です。",
            "first_plan_date",
            Severity.WARNING,
        )
    if records.has("creation_date") and records.name and is_serial(records.name.serial):
        latest = pc.max(records.values("creation_date").distinct.array).as_py()
        if latest is None or latest <= records.name.serial[:8]:
            return
        created, has_created = records.dates("creation_date")
        # Compared with the serial, never with today: a verdict must not change with the calendar.
        yield from records.hit(
            "R515",
            has_created & (created > int(records.name.serial[:8])),
            f"「{records.item('creation_date').name}」が、ファイル名の日時より後です。",
            "creation_date",
            Severity.WARNING,
        )
