"""Rules on the parts of a file name: month, offices, service kinds and serial (N104–N110)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from careplan_csv.findings import Cause, Consequence, Rule, Severity, printable
from careplan_csv.rules.hits import Hit, hit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import Edition, Exchange, Layout, MonthPart, ServiceKind, Standard
from careplan_csv.standard.checkdigits import is_valid_office_number
from careplan_csv.standard.filenames import FileName, has_shape, patterns

PART_LABELS = {
    "month": "サービス提供年月",
    "sender_office": "送信元事業所番号",
    "sender_kind": "送信元サービス種類",
    "receiver_office": "送信先事業所番号",
    "receiver_kind": "送信先サービス種類",
    "serial": "年月日時分秒",
}
_OFFICE = re.compile(r"[0-9A-Z]{10}")
_MONTH = re.compile(r"(?P<year>2[0-9]{3})(?:0[1-9]|1[0-2])")
PREVENTION = "prevention"
"""Whom a file of 介護予防 is sent to, as the schemas call it."""


@dataclass(frozen=True, slots=True)
class PatternedName:
    """A file name with the edition whose pattern it follows; `content` is the file's own CSVバージョン."""

    name: FileName
    standard: Standard
    edition: Edition
    layout: Layout
    content: str | None

    @property
    def offices(self) -> dict[str, str]:
        """Both office numbers by part."""
        return {part: getattr(self.name, part) for part in ("sender_office", "receiver_office")}

    @property
    def kinds(self) -> dict[str, str]:
        """Both service kinds by part; empty where the pattern has none."""
        parts = ("sender_kind", "receiver_kind")
        pattern = next(p.parts for p in patterns(self.standard) if p.csv_version == self.name.csv_version)
        return {part: getattr(self.name, part) for part in parts if part in pattern}

    def kind(self, part: str) -> ServiceKind | None:
        return self.edition.kinds.get(self.kinds.get(part, ""))


NameRule: TypeAlias = Callable[[Rule, PatternedName], Iterator[Hit]]

name_rule: Stage[NameRule] = Stage()
"""Rules on the parts of a file name, where the name follows the pattern of an edition."""


def is_month(text: str) -> bool:
    """Whether a text is YYYYMM; years before 2000, when the insurance began, are none."""
    return _MONTH.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_serial(text: str) -> bool:
    """Whether a text is a real date and time of 14 digits."""
    if not has_shape("serial", text):
        return False
    try:
        month, day, hour, minute, second = (int(text[at : at + 2]) for at in range(4, 14, 2))
        datetime(int(text[:4]), month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def is_office(text: str) -> bool:
    """Whether a text has the form of an 事業所番号."""
    return _OFFICE.fullmatch(text) is not None


def month_fits(text: str, layout: Layout) -> bool:
    """Whether the サービス提供年月 part of a name is what the layout asks for."""
    allowed = {variant.month for variant in layout.variants}
    if not text:
        return not layout.has_month
    if set(text) == {"0"}:
        return MonthPart.ZERO in allowed and has_shape("month", text)
    return MonthPart.REAL in allowed and is_month(text)


def quoted(text: str) -> str:
    """A part of a name for a message, cut and escaped."""
    return f"「{printable(text, 30)}」"


@name_rule(
    Rule(
        id="N104",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="ファイル名の年月日時分秒（ファイル連番）が実在する日時ではない",
        compares="ファイル名の最後の部分が、数字14桁で、実在する日時（年月日時分秒）かを見ます。",
        why=(
            "ファイル名の最後の14桁は、一緒に送るファイルを結び付け、取り込む順番を決めます。"
            "日時でないと、順番や組を決められません。"
        ),
        remedy=(
            "事業所の方: 介護ソフトが付けた名前のまま送ってください。初めからこの名前なら、ソフト会社に伝えてください。"
            "ソフト会社の方: ファイル名の最後を、出力した年月日時分秒14桁（例 20250401093000）にし、"
            "一緒に送るファイルではすべて同じ14桁にしてください。"
        ),
        reference="別紙 ファイル名規約、§2.4",
        friends="未来の日時でも、暦にある日時なら、誤りとしません。",
    )
)
def has_a_real_serial(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    serial = named.name.serial
    if is_serial(serial):
        return
    if has_shape("serial", serial):
        message = f"ファイル名の年月日時分秒{quoted(serial)}は、実在しない日時です。"
    else:
        message = f"ファイル名の年月日時分秒{quoted(serial)}が、数字14桁ではありません。"
    yield hit(rule, message)


@name_rule(
    Rule(
        id="N105",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="ファイル名のサービス提供年月が正しくない",
        compares="ファイル名のサービス提供年月が、その種類のファイルに求められる形（YYYYMM、000000、または無し）かを見ます。",
        why=(
            "ファイル名のサービス提供年月は、どの月の利用票・実績かを表し、利用者補足情報では計画書と利用票の"
            "どちらに付くかを表します。正しくないと、別の月や別の書類に結び付きます。"
        ),
        remedy=(
            "事業所の方: 介護ソフトが付けた名前のまま送ってください。初めからこの名前なら、ソフト会社に伝えてください。"
            "ソフト会社の方: 利用票・実績のファイルは YYYYMM（例 202504）、計画書に付く利用者補足情報は 000000 とし、"
            "そのほかのファイルにはサービス提供年月を書かないでください。"
        ),
        reference="別紙 ファイル名規約（サービス提供年月）、§2.3",
        friends="利用者補足情報は、計画書に付くときは 000000、利用票に付くときは実際の年月で、どちらも正しい名前です。",
    )
)
def has_the_right_month(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    month, layout = named.name.month, named.layout
    if month_fits(month, layout):
        return
    allowed = {variant.month for variant in layout.variants}
    if not month:
        message = "ファイル名にサービス提供年月がありません。"
    elif not layout.has_month:
        message = f"サービス提供年月を書かない種類のファイルですが、名前に{quoted(month)}があります。"
    elif set(month) == {"0"} and MonthPart.ZERO not in allowed:
        message = (
            f"ファイル名のサービス提供年月が{quoted(month)}です（このファイルには実際の年月が要ります）。"
        )
    elif is_month(month):
        message = f"ファイル名のサービス提供年月が{quoted(month)}です（このファイルでは 000000 です）。"
    else:
        message = f"ファイル名のサービス提供年月{quoted(month)}は、YYYYMM の年月ではありません。"
    yield hit(rule, message)


@name_rule(
    Rule(
        id="N106",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="ファイル名の事業所番号が、数字と英大文字の10桁ではない",
        compares="ファイル名の送信元・送信先の事業所番号が、半角の数字と英大文字の10桁かを見ます。",
        why="受け取る側は、ファイル名の事業所番号で送信元と送信先を見分けます。",
        remedy=(
            "事業所の方: 介護ソフトの事業所番号の設定を、指定通知書の番号（10桁）と見比べて直してください。"
            "ソフト会社の方: 事業所番号を、半角の数字と英大文字10桁で、先頭の 0 も含めて出力してください。"
        ),
        reference="別紙 ファイル名規約",
        friends="英大文字の入った事業所番号は正しい番号です。",
    )
)
def has_office_numbers(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    for part, number in named.offices.items():
        if is_office(number):
            continue
        if is_office(number.upper()):
            reason = "に小文字があります"
        elif number.isascii() and number.isdigit() and len(number) < 10:
            reason = f"が{len(number)}桁です（正しくは10桁。先頭の 0 が落ちていることがあります）"
        else:
            reason = "が、数字と英大文字の10桁ではありません"
        message = f"ファイル名の{PART_LABELS[part]}{quoted(number)}{reason}。"
        yield hit(rule, message)


@name_rule(
    Rule(
        id="N107",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="ファイル名のサービス種類がコード表にない、または連携の対象外である",
        compares="ファイル名の送信元・送信先のサービス種類を、サービス種類コード表と比べます。",
        grades=((Severity.WARNING, "コード表にあるが、データ連携の対象外のサービスのとき"),),
        why=(
            "受け取る側は、ファイル名のサービス種類で、どのサービスの事業所どうしの連携かを見分けます。"
            "対象外のサービスのデータは連携しません。"
        ),
        remedy=(
            "事業所の方: 介護ソフトで、自分の事業所と送り先のサービス種類の設定を確かめてください。"
            "ソフト会社の方: サービス種類コード表にある2桁のコード（居宅介護支援は 43、訪問介護は 11 など）で出力してください。"
        ),
        reference="別紙 ファイル名規約、§2.6",
        friends="居宅介護支援事業所など（サービス種類 43・46・AF）は、送信元・送信先に使える正しい値です。",
    )
)
def has_known_kinds(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    for part, code in named.kinds.items():
        kind, what = named.kind(part), f"ファイル名の{PART_LABELS[part]}{quoted(code)}"
        if kind is None:
            reason = (
                "に小文字があります"
                if code.upper() in named.edition.kinds
                else "は、サービス種類コード表にありません"
            )
            yield hit(rule, f"{what}{reason}。")
        elif kind.exchange is Exchange.NO:
            message = f"{what}（{kind.name}）は、データ連携の対象外のサービスです。"
            yield hit(rule, message, Severity.WARNING)


@name_rule(
    Rule(
        id="N108",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="送信元・送信先の向きがファイルの種類に合わない",
        compares="ファイルの種類ごとに決まった向き（計画書・利用票は居宅介護支援事業所などから、実績は居宅介護支援事業所などへ）と、名前のサービス種類を比べます。",
        why=(
            "計画書と利用票は居宅介護支援事業所などから、実績は居宅介護支援事業所などへ送るものです。"
            "送信元と送信先が逆のファイルは、届けたい事業所で取り込めません。"
        ),
        remedy=(
            "事業所の方: 送信元と送信先が入れ替わっていたら、居宅介護支援事業所など（サービス種類 43・46・AF）が"
            "計画書・利用票の送信元、実績の送信先になるように、介護ソフトから出力し直してください。"
        ),
        reference="§1.1〜1.4、§3.1、別紙 ファイル名規約（A08）",
        friends="居宅介護支援事業所など（サービス種類 43・46・AF）どうしのやり取り（地域包括支援センターと委託先など）は、正しい向きです。",
    )
)
def goes_the_right_way(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    roles = {"sender_kind": named.layout.sender, "receiver_kind": named.layout.receiver}
    planning = [k.name for k in named.edition.kinds.values() if k.exchange is Exchange.PLANNING]
    for part, role in roles.items():
        kind = named.kind(part)
        # Plans and results also pass between planning offices, so only the planning side is certain.
        if role != Exchange.PLANNING or kind is None or kind.exchange is not Exchange.YES:
            continue
        message = (
            f"「{named.layout.name}」の{PART_LABELS[part]}が {kind.code}（{kind.name}）です"
            f"（{'・'.join(planning)}のどれかのはずです）。"
        )
        yield hit(rule, message)
    yield from _to_a_service_of_another_benefit(rule, named)


def _to_a_service_of_another_benefit(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    """Papers of 介護予防 that go to an office whose service is none of it."""
    receiver = named.kind("receiver_kind")
    if named.layout.receiver != PREVENTION or receiver is None or receiver.exchange is not Exchange.YES:
        return
    if not receiver.is_preventive:
        message = (
            f"「{named.layout.name}」の送信先サービス種類が {receiver.code}（{receiver.name}）です"
            "（介護予防サービスか総合事業の種類のはずです）。"
        )
        remedy = (
            "事業所の方: 送信先のサービス種類を確かめてください。介護予防の書類は、介護予防サービス（62・63 など）か"
            "総合事業（A2・A6 など）の種類を選んで出力してください。"
        )
        yield hit(rule, message, remedy=remedy)


@name_rule(
    Rule(
        id="N109",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="送信元と送信先が同じ事業所である",
        compares="ファイル名の送信元と送信先の、事業所番号とサービス種類を比べます。",
        grades=((Severity.INFO, "サービス種類が違うとき、または名前にサービス種類が無いとき"),),
        why="自分から自分へ送る連携はありません。送信先の設定もれのことが多く、取り込めないことがあります。",
        remedy="事業所の方: 送信先の事業所番号とサービス種類を確かめ、違っていたら、相手の事業所を選んで出力し直してください。",
        reference="§1.1〜1.4、別紙 ファイル名規約（A31）",
        friends="1つの事業所番号で居宅介護支援と訪問介護を行うときなど、サービス種類が違えば、情報にとどめます（3.2版の名前には種類がないため、これも情報とします）。",
        cause=Cause.INPUT,
    )
)
def goes_to_another_office(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    name = named.name
    if not is_office(name.sender_office) or name.sender_office != name.receiver_office:
        return
    if name.sender_kind and name.sender_kind == name.receiver_kind:
        message = "ファイル名の送信元と送信先の、事業所番号とサービス種類が同じです。"
        yield hit(rule, message)
        return
    remedy = (
        "事業所の方: 1つの事業所番号で両方のサービスを行っているときは、そのままで構いません"
        "（ケアプランデータ連携システムでは、同じ番号どうしで送れないことがあります）。"
        "そうでないときは、相手の事業所を選んで出力し直してください。"
    )
    message = "ファイル名の送信元と送信先の事業所番号が同じです。"
    yield hit(rule, message, Severity.INFO, remedy=remedy)


@name_rule(
    Rule(
        id="N110",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="ファイル名の事業所番号の検証番号（最後の1桁）が合わない",
        compares="ファイル名の事業所番号の検証番号（最後の1桁）を、前の9桁から計算して比べます（重み 2・1 を交互に掛け、各桁の和を10で割る計算）。",
        why="検証番号が合わない番号は、打ち間違いのことがほとんどです。番号が違うと相手に届きません。",
        remedy="事業所の方: 事業所番号を、指定通知書や介護サービス情報公表システムの番号と見比べ、違っていたら介護ソフトの設定を直してください。",
        reference="別紙 ファイル名規約、事業所番号の検証番号",
        friends="医療機関・薬局・介護老人保健施設・訪問看護の番号には計算の違うものがあり、それらも正しい番号として扱います。",
        cause=Cause.INPUT,
    )
)
def has_check_digits(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    wrong: dict[str, list[str]] = {}
    for part, number in named.offices.items():
        if is_office(number) and not is_valid_office_number(number):
            wrong.setdefault(number, []).append(PART_LABELS[part])
    for number, labels in wrong.items():
        message = f"ファイル名の{'・'.join(labels)}「{number}」の検証番号（最後の1桁）が合いません。"
        yield hit(rule, message)
