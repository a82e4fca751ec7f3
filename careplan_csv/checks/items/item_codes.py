"""Codes: lists, service kinds, service codes and CSVバージョン (F408, F417, F419)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from careplan_csv.checks.items.item_rules import Failed, Wording, has_format, item_rule, unless_empty
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.item_checks import ItemContext, Passes
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Exchange, Item, standard

SERVICE_CODE = "[0-9A-Z]{6}"


DELETED_KIND = "service_kind"
"""The item that says whose results are deleted: kinds that are not exchanged are told of by F417 there."""


def _choices(item: Item, edition: Edition) -> dict[str, str]:
    """Code -> label of an item."""
    if item.format == "code":
        return dict(edition.codes[item.argument])
    if item.id == DELETED_KIND:
        return {code: kind.name for code, kind in edition.kinds.items()}
    return {code: kind.name for code, kind in edition.kinds.items() if kind.exchange is not Exchange.PLANNING}


def _code_wordings(item: Item, edition: Edition) -> Sequence[Wording]:
    choices = _choices(item, edition)
    labels = [
        Wording(f"「{{name}}」に名称「{label}」が書かれています（正しくはコード {code}）。", re.escape(label))
        for code, label in choices.items()
        if "{" not in label
    ]
    short = [
        Wording(
            f"「{{name}}」の先頭の 0 が落ちています（正しくは {code}）。",
            code.lstrip("0"),
            yields_to=("F421",),
        )
        for code in choices
        if code.startswith("0") and code.lstrip("0") and code.lstrip("0") not in choices
    ]
    usable = {
        code: label
        for code, label in choices.items()
        if item.format == "code" or _is_exchanged(code, edition)
    }
    listed = "、".join(f"{code}={label}" for code, label in list(usable.items())[:12])
    more = " など" if len(usable) > 12 else ""
    return [
        *labels,
        *short,
        Wording("「{name}」に全角の文字が使われています（正しくは半角）。", r".*[０-９Ａ-Ｚａ-ｚ].*"),
        Wording(f"「{{name}}」がコード表にない値です（使える値: {listed}{more}）。"),
    ]


@item_rule(
    Rule(
        id="F408",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="コード表にない値である",
        compares="値を、その項目の別紙のコード一覧と比べます。",
        why="コード表にない値は、受け取る側で意味が分からず、空になったり、取り込めなかったりします。",
        remedy=(
            "事業所の方: 介護ソフトでその項目を選び直して出力し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 別紙のコード表にある値（名称ではなくコード）を半角で出力してください。"
        ),
        reference="別紙 コード一覧",
        friends="コードは、項目ごとの一覧で調べます。ほかの項目で使える値でも、その項目の一覧に無ければ示します。",
    ),
    applies=has_format("code", "service_kind"),
    wordings=_code_wordings,
)
def in_code_list(values: Values, context: ItemContext) -> Passes:
    return unless_empty(values, values.isin(list(_choices(context.item, context.edition))))


def _exchanged(edition: Edition) -> list[str]:
    return [code for code, kind in edition.kinds.items() if kind.exchange is Exchange.YES]


def _is_exchanged(code: str, edition: Edition) -> bool:
    return edition.kinds[code].exchange is Exchange.YES


def service_codes(values: Values, item: Item, edition: Edition) -> Flags:
    """Which values are service codes of an exchanged kind, or total codes where the item takes them."""
    kinds = "|".join(map(re.escape, _exchanged(edition)))
    pattern = f"(?:{kinds})[0-9A-Z]{{4}}"
    if item.format == "service_code_or_total":
        pattern += f"|{re.escape(edition.totals.grand_total_code)}"
    return values.matches(pattern)


def _not_exchanged(failed: Failed) -> Flags:
    known = "|".join(re.escape(code) for code in failed.edition.kinds)
    return failed.values.matches(f"(?:{known})[0-9A-Z]{{4}}")


_KIND_ALONE = Wording("「{name}」は連携の対象ではありません。")


def _service_code_wordings(item: Item, edition: Edition) -> Sequence[Wording]:
    return (_KIND_ALONE,) if item.format == "service_kind" else _CODE_VARIANTS


_CODE_VARIANTS = (
    Wording("「{name}」のサービス種類（先頭2桁）は連携の対象ではありません。", _not_exchanged),
    Wording("「{name}」のサービス種類（先頭2桁）が標準仕様にありません。", SERVICE_CODE),
    Wording("「{name}」に全角の文字が使われています（正しくは半角）。", r".*[０-９Ａ-Ｚａ-ｚ].*"),
    Wording("「{name}」の桁数が足りません（正しくは6桁）。", "[0-9A-Z]{1,5}"),
    Wording("「{name}」が6桁の数字・英大文字ではありません。"),
)


@item_rule(
    Rule(
        id="F417",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="サービスコードの形、またはサービス種類が正しくない",
        compares="サービスコードが6桁で、先頭2桁がデータ連携の対象のサービス種類かを見ます。",
        why=(
            "サービスコードが読めないと、サービスの内容が分かりません。"
            "連携の対象でないサービス種類の記録は、書かないことになっています。"
        ),
        remedy=(
            "事業所の方: 介護ソフトでサービスを選び直し、出力し直してください。"
            "ソフト会社の方: 最新のサービスコード表の6桁で出力し、"
            "連携の対象でないサービス（施設サービスや、43・46・AF の居宅介護支援など）の記録は出力しないでください。"
        ),
        reference="§2.6、別紙 サービスコード・サービス種類コード",
        friends="第7表の小計（種類＋AAAA など）と全合計（999999）は正しい値です。",
    ),
    applies=lambda item: item.format in ("service_code", "service_code_or_total") or item.id == DELETED_KIND,
    wordings=_service_code_wordings,
)
def is_service_code(values: Values, context: ItemContext) -> Passes:
    if context.item.id == DELETED_KIND:
        kinds = context.edition.kinds
        return ~values.isin([code for code in kinds if not _is_exchanged(code, context.edition)])
    distinct = values.distinct
    good = service_codes(distinct, context.item, context.edition)
    if good.all():
        return True
    return ~values.isin(distinct.array.filter(~good).to_pylist())


def _version_wordings(item: Item, edition: Edition) -> Sequence[Wording]:
    versions, mistakes = standard().versions, standard().mistakes
    wrong = [
        Wording(
            f"「{{name}}」が {mistake.value} です。{mistake.message}（正しい値は {mistake.meant} です）。",
            re.escape(mistake.value),
            remedy=f"事業所の方: 介護ソフトの出力の設定（標準仕様の版）を確かめて出力し直し、同じときはソフト会社に伝えてください。ソフト会社の方: CSVバージョンには {mistake.meant} を出力してください。",
        )
        for mistake in mistakes.values()
    ]
    old = [
        Wording(
            f"「{{name}}」が {version.value}（{version.name}）です。この値は、今は使いません。",
            re.escape(version.value),
            Severity.WARNING,
        )
        for version in versions.values()
        if version.layout != version.value
    ]
    other = [
        Wording(
            f"「{{name}}」が {version.value}（{version.name}）です。指定された CSVバージョンではありません。",
            re.escape(version.value),
            Severity.WARNING,
            remedy="事業所の方: 指定した CSVバージョン（--edition）と、介護ソフトの出力の設定を見比べてください。",
        )
        for version in versions.values()
        if version.layout == version.value
    ]
    return [
        *wrong,
        *old,
        *other,
        Wording("「{name}」が空です。", ""),
        Wording("「{name}」が標準仕様の値ではありません。"),
    ]


@item_rule(
    Rule(
        id="F419",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="CSVバージョンが標準仕様の値ではない",
        compares="値が、今使うCSVバージョン（202407、202208。--edition を指定したときはその値）かを見ます。",
        grades=((Severity.WARNING, "今は使わないCSVバージョン、または指定と違うCSVバージョンのとき"),),
        why="受け取る側は、この値で項目の並びを決めます。違う値のファイルは、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトの出力の設定（標準仕様の版）を確かめて出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: 4.1版のファイルには 202407、3.2版のファイルには 202208 を出力してください。"
        ),
        reference="別紙 №1 CSVバージョン（202504 は 4.1版で 202407 に変更）",
        friends="202208 は、2025年3月提供分までの正しい値です。",
    ),
    applies=lambda item: item.id == "csv_version",
    wordings=_version_wordings,
)
def is_csv_version(values: Values, context: ItemContext) -> Passes:
    return values.isin(context.accepted_versions)
