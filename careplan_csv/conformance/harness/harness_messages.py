"""Japanese messages on the differences of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from careplan_csv.conformance.harness.comparison import Comparison
from careplan_csv.conformance.harness.harness_findings import HarnessFinding, Means
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.conformance.kit.kit_model import Aspect
from careplan_csv.rules.harness_rules import HARNESS_RULES

_NAMED = 4


def harness_finding(rule: str, message: str, aspect: Aspect | None = None, table: str = "") -> HarnessFinding:
    """A finding with the severity of its rule; `table` is the prefix of the file."""
    return HarnessFinding(rule, HARNESS_RULES[rule].severity, message, aspect, table)


_MEANT = {
    Aspect.REPLACEMENT: "訂正後の内容に置き換わっていません",
    Aspect.ORDER: "古いファイル連番の組で、新しい内容が変わりました",
    Aspect.SENT_AGAIN: "削除した後に送り直した内容が、正しく入っていません",
    Aspect.REPEAT: "同じ組をもう一度取り込むと、内容が変わりました",
    Aspect.DELETION: "削除が正しく反映されていません",
    Aspect.FOREIGN: "他の事業所あての内容が取り込まれました",
}


def findings_of(means: Means, table: TableOutcome) -> Iterator[HarnessFinding]:
    """The findings on a table."""
    name = f"{table.general.layout.name}（{'_'.join(part for part in table.table if part)}）"
    verb = "出力されていません" if means is Means.EXPORT else "取り込まれていません"
    general, whole = table.general, table.whole
    if general.missing:
        rule = "H801" if means is Means.EXPORT else "H803"
        yield harness_finding(rule, f"{name}: あるべき記録 {whole.expected}件のうち、{len(whole.missing)}件が{verb}。", Aspect.IMPORT, table.prefix)  # fmt: skip
    if general.changes:
        yield harness_finding("H804", f"{name}: {_lost(general)}", Aspect.IMPORT, table.prefix)
    if general.surplus:
        text = (
            f"{name}: 無いはずの記録が {len(whole.surplus)}件あります（あるべき記録は {whole.expected}件）。"
        )
        yield harness_finding("H804", text, Aspect.IMPORT, table.prefix)
    for aspect, own in table.aspects.items():
        rule = "H805" if aspect in (Aspect.FOREIGN, Aspect.FAULTY) else "H806"
        what = _MEANT.get(aspect, "正しくありません")
        yield harness_finding(rule, f"{name}: {what}（{_counted(own)}）。", aspect, table.prefix)


def _counted(own: Comparison) -> str:
    parts = (
        (len(own.missing), "足りない記録"),
        (len(own.surplus), "余分な記録"),
        (len({id(change) for change in own.changes}), "違う値"),
    )
    return "、".join(f"{words} {count}件" for count, words in parts if count)


def _lost(own: Comparison) -> str:
    lost = own.lost_items
    named = [f"「{name}」{ways[0]}" for name, ways in list(lost.items())[:_NAMED]]
    more = f" ほか{len(lost) - _NAMED}項目" if len(lost) > _NAMED else ""
    return f"{len(own.compared)}項目のうち {len(lost)}項目の値が変わりました。{'、'.join(named)}{more}。"


def preserved_items(tables: Iterable[TableOutcome]) -> str:
    """The number of unchanged items of some tables, for instance `63/63 項目`."""
    found: dict[str, tuple[int, int]] = {}
    for table in tables:
        general = table.general
        found[table.prefix] = (general.preserved, len(general.compared))
    words = [f"{kept}/{total}" for kept, total in found.values()]
    return f"{'、'.join(words)} 項目が保たれました。"


def reason_of(wrong: list[HarnessFinding]) -> str:
    rules = "、".join(sorted({finding.rule for finding in wrong}))
    more = f"、ほか {len(wrong) - 1}件" if len(wrong) > 1 else ""
    return f"{wrong[0].message.removesuffix('。')}（規則 {rules}{more}）。"
