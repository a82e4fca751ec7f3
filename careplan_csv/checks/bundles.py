"""Rules on files together (B701–B704): whole units, and records that have their partners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from careplan_csv.checks.facts import FileFacts
from careplan_csv.checks.keys import Keys
from careplan_csv.checks.prevention import Pictures, check_pictures
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.checks.units import PARTS, Group, Member, Mismatch, file_label, find_units
from careplan_csv.findings import OtherPlace, Rule, Severity, printable
from careplan_csv.reading.sources import Source
from careplan_csv.results import Status, UnitReport
from careplan_csv.standard import Standard, UnitFile

NamedHit = tuple[str, Hit]


@dataclass(frozen=True, slots=True)
class BundleResult:
    """What the files show together.

    Attributes:
        hits: each with the name of the source that it is about.
        units: in the order of their first files. The status is `unverified` where files are absent that
            nobody claimed to be there, or could not be read; else `conformant`, until the caller has
            counted in the findings of the unit's files.
        ignored: names of pictures that no file has to do with.
    """

    hits: list[NamedHit]
    units: tuple[UnitReport, ...]
    ignored: tuple[str, ...] = ()


def check_bundle(
    files: Sequence[FileFacts],
    standard: Standard,
    unreadable: Iterable[str] = (),
    images: Sequence[Source] = (),
) -> BundleResult:
    """Group files into transmission units and check each unit.

    Args:
        files: every examined file.
        standard: editions whose units count.
        unreadable: names of files that were given but could not be examined: they are no gap in a unit.
        images: the pictures that were given.

    Source: §2.3–2.6; ambiguity A18.
    """
    groups, mismatches = find_units(files, unreadable, standard)
    hits = [hit for mismatch in mismatches for hit in names_agree(mismatch)]
    for group in groups:
        hits += [*is_complete(group), *has_no_surplus(group), *has_partners(group)]
    pictures = Pictures(images)
    hits += check_pictures(files, pictures)
    order = {facts.source.name: number for number, facts in enumerate(files)}
    reports = [report for group in groups if (report := _report(group, order))]
    reports.sort(key=lambda report: order[report.files[0]])
    return BundleResult(hits, tuple(reports), pictures.unconcerned)


def _report(group: Group, order: dict[str, int]) -> UnitReport | None:
    names = [m.source_name for m in (*group.members, *group.surplus) if m.examined]
    if not names or not group.serial:
        return None
    seen = all(member.examined for member in group.members) and not (group.missing and group.is_selection)
    return UnitReport(
        serial=group.serial,
        unit=group.unit.id,
        name=group.unit.name,
        files=tuple(sorted(names, key=order.__getitem__)),
        status=Status.CONFORMANT if seen else Status.UNVERIFIED,
    )


@rule(
    Rule(
        id="B701",
        severity=Severity.ERROR,
        title="一緒に送るファイルがそろっていない、または余分にある",
        why=(
            "同じファイル連番のファイルは1組として取り込まれます。足りないと組ごと取込が断られるか、"
            "計画書や利用票の一部が空になります。"
        ),
        remedy=(
            "足りないファイルを、同じファイル連番で一緒に出力してください。"
            "出力したファイルは、一部だけを選ばずにすべて送ります。"
        ),
        reference="§2.4〜2.6（A18）",
        friends="1つのファイルだけを指定して調べたときは、足りないファイルを情報にとどめます。第3表だけが無いときは警告です。",
    )
)
def is_complete(group: Group) -> Iterator[NamedHit]:
    missing, first = group.missing, group.first
    # A name without a real serial is a finding of its own, and ties the file to no other.
    if not missing or first is None or not group.has_serial:
        return
    severity, remedy = _weight(group, missing)
    listed = "、".join(file_label(file, group.slot.edition) for file in missing)
    message = f"{_label(group)}に、{listed}のファイルがありません。"
    yield first.source_name, Hit("B701", severity, message, remedy=remedy)


def _weight(group: Group, missing: list[UnitFile]) -> tuple[Severity, str]:
    """How bad it is that files are missing, and what to do where that is not the rule's own remedy."""
    if group.is_selection:
        return (
            Severity.INFO,
            "一緒に出力されたファイルがあれば、フォルダーか ZIP ごと渡すと、組としても調べます。",
        )
    if all(file.missing == Severity.WARNING for file in missing):
        return (
            Severity.WARNING,
            "作成しているファイルであれば、一緒に出力してください。無いと取込を断るソフトがあります。",
        )
    return Severity.ERROR, ""


def has_no_surplus(group: Group) -> Iterator[NamedHit]:
    """The other half of B701."""
    twins = {member.kind: member for member in group.members}
    for member in group.surplus:
        if member.examined:
            twin = twins[member.kind].shown
            message = (
                f"{_label(group)}に、{member.slot.label}のファイルが2つ以上あります（{twin} と同じ組です）。"
            )
            remedy = "どちらを送るのかを確かめ、1つだけにしてください。"
            yield member.source_name, Hit("B701", Severity.ERROR, message, remedy=remedy)


def _label(group: Group) -> str:
    return f"ファイル連番 {printable(group.serial, 20)} の「{group.unit.name}」の組"


@rule(
    Rule(
        id="B702",
        severity=Severity.ERROR,
        title="同じファイル連番のファイルで、送信元・送信先・提供年月が違う",
        why=(
            "1組のファイルは、送信元・送信先・提供年月がすべて同じです。"
            "違うと別の組とみなされ、どちらの組も足りないものとして取込が断られます。"
        ),
        remedy=(
            "1組のファイルの名前で、送信元・送信先の事業所番号とサービス種類、"
            "提供年月がそろうように出力してください。"
        ),
        reference="§2.4〜2.6、別紙 ファイル名規約",
        friends="同じ秒に複数の相手へ一括して出力した、それぞれそろった組では出しません。",
    )
)
def names_agree(mismatch: Mismatch) -> Iterator[NamedHit]:
    if not mismatch.stray.examined:
        return
    labels = "・".join(PARTS[part] for part in mismatch.parts)
    message = (
        f"{_label(mismatch.group)}で、ファイル名の{labels}が、"
        f"ほかのファイル（{mismatch.sibling.shown}）と違います。"
    )
    yield mismatch.stray.source_name, Hit("B702", Severity.ERROR, message)


@rule(
    Rule(
        id="B703",
        severity=Severity.ERROR,
        title="計画書の組で、相手になる記録がない",
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
    )
)
@rule(
    Rule(
        id="B704",
        severity=Severity.ERROR,
        title="利用票の組で、相手になる記録がない",
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
    )
)
def has_partners(group: Group) -> Iterator[NamedHit]:
    """Every record has its parent, and every parent a record in each file that must hold one."""
    parents = {member.kind[0]: member for member in group.related}
    for child in group.related:
        variant = child.facts.variant
        parent = parents.get(variant.parent or "") if variant else None
        if variant is None or parent is None or not group.unit.relation:
            continue
        yield from _lacking(group.unit.relation, child, parent, variant.link)
        if child.slot.file.per_parent:
            yield from _lacking(group.unit.relation, parent, child, variant.link)


def _lacking(rule_id: str, own: Member, other: Member, link: tuple[str, ...]) -> Iterator[NamedHit]:
    """A hit where records of one file have no partner in the other."""
    mine, theirs = Keys.of(own.facts, link), Keys.of(other.facts, link)
    # The partners that seem to lack may be among the damaged records.
    if mine is None or theirs is None or other.facts.damaged:
        return
    count, places = mine.without_partner(theirs)
    if count:
        names = "・".join(mine.layout.by_id[item_id].name for item_id in link)
        message = f"この記録の相手が、「{theirs.layout.name}」のファイル（{other.shown}）にありません。{names}で探しました。"
        beside = OtherPlace(other.source_name)
        told = tuple(replace(p, safe=True, expected="1件以上", found="0件", other=beside) for p in places)
        yield own.source_name, Hit(rule_id, Severity.ERROR, message, None, count, told)
