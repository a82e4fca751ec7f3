"""Rules on transmission units (B701–B704): whole units, and records that have their partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from careplan_csv.checks.collected.keys import KEYS, Keys
from careplan_csv.checks.units.annexes import ANNEXES
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.checks.units.transmission_units import described
from careplan_csv.checks.units.unit_groups import PARTS, Group, UnitMember, file_label
from careplan_csv.findings import Consequence, OtherPlace, Rule, Severity, printable
from careplan_csv.rules.hits import hit
from careplan_csv.standard import UnitFile

_INCOMPLETE = Rule(
    id="B701",
    severity=Severity.ERROR,
    consequence=Consequence.REFUSED,
    title="一緒に送るファイルがそろっていない、または余分にある",
    compares="同じファイル連番・送信元・送信先・サービス提供年月のファイルの種類を、1組に要る種類と比べます。",
    grades=(
        (Severity.WARNING, "第3表だけが無いとき"),
        (Severity.INFO, "ファイルを1つずつ指定して調べたとき"),
    ),
    why=(
        "同じファイル連番のファイルは1組として取り込まれます。足りないと組ごと取り込めないか、"
        "計画書や利用票の一部が空になることがあります。"
    ),
    remedy=(
        "事業所の方: 介護ソフトが一緒に出力したファイルを、一部だけを選ばずにすべて送ってください。"
        "ソフト会社の方: 組のファイルを、同じファイル連番ですべて出力してください。"
    ),
    reference="§2.4〜2.6（A18）",
    friends=(
        "1つのファイルだけを指定して調べたときは、足りないファイルを情報にとどめます。第3表だけがないときは警告です。"
        "計画書の組と利用票の組、違うものの削除どうしは、同じ秒に出力してあっても、それぞれ1組です。"
    ),
)


@between_rule(_INCOMPLETE)
def units_are_complete(rule: Rule, together: Together) -> Iterator[NamedHit]:
    for group in together.groups:
        yield from _is_complete(rule, group)


def _is_complete(rule: Rule, group: Group) -> Iterator[NamedHit]:
    missing, first = group.missing, group.first
    # A name without a real serial is a finding of its own, and ties the file to no other.
    if not missing or first is None or not group.has_serial:
        return
    severity, remedy = _weight(group, missing)
    listed = "、".join(file_label(file, group.slot.edition) for file in missing)
    message = f"{_label(group)}に、{listed}のファイルがありません。"
    yield first.source_name, hit(rule, message, severity, remedy=remedy)


def _weight(group: Group, missing: list[UnitFile]) -> tuple[Severity, str]:
    """How bad it is that files are missing, and what to do where that is not the rule's own remedy."""
    if group.is_selection:
        return (
            Severity.INFO,
            "事業所の方: 一緒に出力されたファイルがあれば、フォルダーか ZIP ごと指定してください（組としても調べます）。",
        )
    if all(file.missing == Severity.WARNING for file in missing):
        return (
            Severity.WARNING,
            "事業所の方: 作成しているファイルであれば、一緒に出力してください。ないと取り込めない介護ソフトがあります。",
        )
    return Severity.ERROR, ""


@between_rule(_INCOMPLETE)
def deletes_what_it_brings(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """A deletion under the serial of a unit that holds what it deletes."""
    brought = {
        (member.kind[0], *member.said): member for group in together.groups for member in group.members
    }
    for group in together.groups:
        for member in group.members:
            target = member.deletes
            sibling = brought.get((target, *member.said)) if target else None
            if sibling is None or not member.examined or member.unsure:
                continue
            message = (
                f"削除のファイル「{member.slot.edition.layout(member.kind[0]).name}」が、"
                f"削除する内容のファイル（{sibling.shown}）と同じファイル連番です。"
            )
            remedy = (
                "事業所の方: 内容を新しくするだけなら、削除のファイルは要りません。"
                "削除してから送り直すときは、別の時刻に出力して、ファイル連番を分けてください。"
            )
            yield member.source_name, hit(rule, message, remedy=remedy)


def _label(group: Group) -> str:
    about = described(group).about
    where = f"（{about}）" if about else ""
    return f"ファイル連番 {printable(group.serial, 20)} の「{group.unit.name}」の組{where}"


@between_rule(
    Rule(
        id="B702",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="同じファイル連番のファイルで、送信元・送信先・サービス提供年月が違う",
        compares="同じファイル連番で1組になるファイルの、送信元・送信先の番号とサービス種類、サービス提供年月を比べます。",
        why=(
            "1組のファイルは、送信元・送信先・サービス提供年月がすべて同じです。"
            "違うと別の組とみなされ、どちらの組も、ファイルが足りないものとして取り込めないことがあります。"
        ),
        remedy=(
            "事業所の方: 介護ソフトが付けた名前のまま送ってください。初めからこの名前なら、ソフト会社に伝えてください。"
            "ソフト会社の方: 1組のファイルの名前で、送信元・送信先の事業所番号とサービス種類、サービス提供年月をそろえてください。"
        ),
        reference="§2.4〜2.6、別紙 ファイル名規約",
        friends="同じ秒に複数の相手やサービス種類へ一括して出力した、それぞれそろった組は、正しい組です。",
    )
)
def names_agree(rule: Rule, together: Together) -> Iterator[NamedHit]:
    for mismatch in together.mismatches:
        if not mismatch.stray.examined:
            continue
        labels = "・".join(PARTS[part] for part in mismatch.parts)
        message = (
            f"{_label(mismatch.group)}で、ファイル名の{labels}が、"
            f"ほかのファイル（{mismatch.sibling.shown}）と違います。"
        )
        yield mismatch.stray.source_name, hit(rule, message)


@between_rule(
    Rule(
        id="B703",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="計画書の組で、相手になる記録がない",
        compares="第2表・第3表・利用者補足情報の保険者番号・被保険者番号・計画作成（変更）日が、第1表にあるか、その逆もあるかを見ます。",
        why=(
            "第2表・第3表・利用者補足情報は、保険者番号・被保険者番号・計画作成（変更）日で第1表に結び付きます。"
            "相手の記録がないと、その利用者の計画書は取り込めないか、一部が欠けることがあります。"
        ),
        remedy=(
            "事業所の方: その利用者の第1表・第2表・利用者補足情報を、すべて一緒に出力してください。"
            "ソフト会社の方: 保険者番号・被保険者番号・計画作成（変更）日を、組のファイルで同じにしてください。"
        ),
        reference="§2.3",
        friends="第3表は、利用者ごとには求めません。番号や日付に誤りのある記録は、その誤りだけを指摘し、相手を探しません。",
    ),
    keeps=(KEYS,),
)
@between_rule(
    Rule(
        id="B704",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="利用票の組で、相手になる記録がない",
        compares="第7表・利用者補足情報の保険者番号・被保険者番号・対象年月が、第6表にあるか、その逆もあるかを見ます。",
        why=(
            "第7表・利用者補足情報は、保険者番号・被保険者番号・対象年月で第6表に結び付きます。"
            "相手の記録がないと、その利用者の利用票は取り込めないか、一部が欠けることがあります。"
        ),
        remedy=(
            "事業所の方: その利用者の第6表・第7表・利用者補足情報を、すべて一緒に出力してください。"
            "ソフト会社の方: 保険者番号・被保険者番号・対象年月を、組のファイルで同じにしてください。"
        ),
        reference="§2.3",
        friends="形の崩れた記録があるファイルでは、相手の記録を探しません。番号や年月に誤りのある記録は、その誤りだけを指摘します。",
    ),
    keeps=(KEYS,),
)
@between_rule(ANNEXES, keeps=(KEYS,))
def records_have_partners(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """Every record has its parent, and every parent a record in each file that must hold one."""
    for link, pairs in _related(rule, together).items():
        files = [(own.facts, other.facts) for own, other in pairs]
        for number in np.flatnonzero(together.key_prints.lacking(files, link)).tolist():
            yield from _lacking(rule, *pairs[number], link)


def _related(rule: Rule, together: Together) -> dict[tuple[str, ...], list[tuple[UnitMember, UnitMember]]]:
    """Pairs of files of which the first needs its keys in the second, by the items that tie them."""
    pairs: dict[tuple[str, ...], list[tuple[UnitMember, UnitMember]]] = defaultdict(list)
    for group in together.groups:
        if group.unit.relation != rule.id:
            continue
        parents = {member.kind[0]: member for member in group.related}
        for child in group.related:
            variant = child.facts.variant
            parent = parents.get(variant.parent or "") if variant else None
            if variant is not None and parent is not None:
                pairs[variant.link].append((child, parent))
                if child.slot.file.per_parent:
                    pairs[variant.link].append((parent, child))
    return pairs


def _lacking(rule: Rule, own: UnitMember, other: UnitMember, link: tuple[str, ...]) -> Iterator[NamedHit]:
    """A hit where records of one file have no partner in the other."""
    keys, others = Keys.of(own.facts, link), Keys.of(other.facts, link)
    # The partners that seem to lack may be among the damaged records.
    if keys is None or others is None or other.facts.damaged:
        return
    count, places = keys.without_partner(others)
    if count:
        names = "・".join(keys.layout.by_id[item_id].name for item_id in link)
        message = f"この利用者の記録が、「{others.layout.name}」のファイル（{other.shown}）にありません。{names}で探しました。"
        beside = OtherPlace(other.source_name)
        told = (replace(p, safe=True, expected="1件以上", found="0件", other=beside) for p in places)
        yield own.source_name, hit(rule, message, count=count, places=told)
