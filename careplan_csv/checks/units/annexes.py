"""The rule on 基本情報 and 予防計画書 (B711): annexes with their parents, and pictures as they are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.collected.kept import Kept
from careplan_csv.checks.collected.keys import changes_of, places_in, table_of
from careplan_csv.checks.records.block_records import Records
from careplan_csv.checks.units.pictures import Pictures
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.findings import Consequence, Rule, Severity, printable
from careplan_csv.reading import arrays
from careplan_csv.reading.jpeg import hidden_metadata
from careplan_csv.reading.sources import Origin, Source
from careplan_csv.rules.collectors import Collector
from careplan_csv.rules.hits import Place, hit

_BRANCH = re.compile(r"_[0-9]{4}\.jpg\Z", re.IGNORECASE)


def _names_of(records: Records) -> Kept | None:
    item_id = records.table.layout.image_item
    return changes_of(records.of_own_month, (item_id,)) if item_id else None


PICTURE_NAMES = Collector(_names_of)
"""The names of pictures, with their places; nothing where the layout has none."""


@dataclass(frozen=True)
class Parent:
    """A file that names pictures.

    Attributes:
        stem: how the names of its pictures begin, in lower case.
        names: a pyarrow table of the names (`name`, lower case) with `record` and `line`, in their order.
    """

    facts: FileFacts
    stem: str
    names: Any

    @classmethod
    def of(cls, facts: FileFacts) -> Parent | None:
        """None where the file names no pictures, or its own name is wrong."""
        name, layout, kept = facts.name, facts.layout, facts.kept(PICTURE_NAMES)
        if kept is None or layout is None or name is None or not name.csv_version or name.copied:
            return None
        rest = name.text.removesuffix(name.extension)[len(layout.prefix) :]
        table = table_of(kept)
        column = pc.utf8_lower(pc.utf8_trim_whitespace(table[layout.image_item]))
        names = pa.table({"name": column, "record": table["record"], "line": table["line"]})
        return cls(
            facts,
            (layout.image_prefix + rest).lower(),
            names.filter(pc.not_equal(names["name"], arrays.strings([""])[0])),
        )

    def hit(
        self, rule: Rule, message: str, severity: Severity | None = None, rows: Any = None, remedy: str = ""
    ) -> NamedHit:
        """A hit on the item that names the pictures; `rows` are the names that it is about."""
        layout = self.facts.layout
        item = layout.by_id[layout.image_item] if layout else None
        count = 1
        places: Iterable[Place] = ()
        if rows is not None:
            count, places = len(rows), places_in(rows)
        return self.facts.source.name, hit(
            rule, message, severity, item=item, count=count, places=places, remedy=remedy
        )


ANNEXES = Rule(
    id="B711",
    severity=Severity.ERROR,
    consequence=Consequence.LOST,
    title="利用者基本情報・予防計画書の別表や画像が、親の記録と合わない",
    compares="別表のキーを親の記録と、基本情報に書かれた画像の名前を、一緒にある画像と比べます。画像が JPEG か、撮影の情報が残っていないかも見ます。",
    grades=(
        (Severity.WARNING, "画像に撮影の情報が残っているとき、または画像を読めないとき"),
        (Severity.INFO, "ファイルを1つずつ指定したため、画像が無いとき"),
    ),
    why=(
        "別表（SUB）は親の記録に、家族構成の画像は基本情報に書かれたファイル名に結び付きます。"
        "合わないと、取り込めないか、別の人の画像になることがあります。"
        "画像に撮影の情報が残っていると、自宅の場所などの個人情報が気付かないうちに相手に伝わります。"
    ),
    remedy=(
        "事業所の方: 親のファイルと別表・画像を、介護ソフトが付けた名前のまま、すべて一緒に送ってください。"
        "ソフト会社の方: 同じファイル連番で一緒に出力し、画像は JPEG で、親のファイルに書いた名前と同じ名前にしてください。"
    ),
    reference="§3.3、§3.4、別紙 利用者基本情報 №62",
    friends="家族構成の画像は任意です。画像ファイル名が空の利用者基本情報に、画像は要りません。",
)


@between_rule(ANNEXES, keeps=(PICTURE_NAMES,))
def pictures_are_there(rule: Rule, together: Together) -> Iterator[NamedHit]:
    pictures = together.pictures
    parents = [parent for facts in together.files if (parent := Parent.of(facts))]
    for parent in parents:
        yield from _named_pictures(rule, parent, pictures)
    yield from _surplus(rule, parents, pictures)


def _named_pictures(rule: Rule, parent: Parent, pictures: Pictures) -> Iterator[NamedHit]:
    """Every name is one of the standard's, and stands for a picture that is there and tells nothing else."""
    column = parent.names["name"]
    well_named = pc.match_substring_regex(column, f"^{re.escape(parent.stem)}_[0-9]{{4}}\\.jpg$")
    given = pc.is_in(column, value_set=arrays.strings(list(pictures.by_name)))
    wrong = parent.names.filter(pc.invert(well_named))
    absent = parent.names.filter(pc.and_(well_named, pc.invert(given)))
    if len(wrong):
        message = (
            "画像ファイル名が規約と違います（親のファイル名の先頭を UPKIHON_IMAGE に替え、"
            "「_枝番4桁.jpg」を付けた名前にします）。"
        )
        remedy = (
            "事業所の方: 介護ソフトが付けた名前のまま送り、初めからこの名前なら、ソフト会社に伝えてください。"
            f"ソフト会社の方: 画像の名前を {parent.stem.upper()}_0001.jpg のように直し、"
            "親のファイルの「家族構成 画像ファイル名」にも同じ名前を出力してください。"
        )
        yield parent.hit(rule, message, rows=wrong, remedy=remedy)
    if len(absent):
        chosen = parent.facts.source.origin in (Origin.NAMED, Origin.STREAM)
        severity = Severity.INFO if chosen else Severity.ERROR
        remedy = (
            "事業所の方: 画像も調べるには、フォルダーか ZIP ごと指定してください。"
            if chosen
            else "事業所の方: 介護ソフトが一緒に出力した画像を、同じフォルダーに入れてください。画像が出力されないときは、ソフト会社に伝えてください。ソフト会社の方: 書かれた名前の画像を一緒に出力し、画像が無ければ、この項目を空にしてください。"
        )
        yield parent.hit(rule, "書かれた名前の画像がありません。", severity, absent, remedy)
    for name in pc.unique(parent.names.filter(pc.and_(well_named, given))["name"]).to_pylist():
        yield from _content(rule, parent, _nearest(pictures.by_name[name], parent), pictures)


def _nearest(sources: Sequence[Source], parent: Parent) -> Source:
    """The picture in the folder of its parent, else the first."""
    folder = parent.facts.source.folder
    return next((source for source in sources if source.folder == folder), sources[0])


def _content(rule: Rule, parent: Parent, source: Source, pictures: Pictures) -> Iterator[NamedHit]:
    """Whether a picture is a JPEG, and tells nothing besides."""
    pictures.concerned.add(source.name)
    label = f"画像 {printable(source.file_name, 120)} "
    try:
        with source.open() as stream:
            kinds = hidden_metadata(stream)
    except OSError:
        yield parent.hit(rule, f"{label}を読めないため、調べていません。", Severity.WARNING)
        return
    if kinds is None:
        remedy = "事業所の方: 画像を JPEG で保存し直してください（名前の終わりを変えるだけでは JPEG になりません）。"
        yield parent.hit(rule, f"{label}が JPEG ではありません。", remedy=remedy)
    elif kinds:
        message = (
            f"{label}に、撮影の場所・日時などの情報（{'、'.join(kinds)}）が残っています。"
            "撮影した場所や日時、作った人などの個人情報が、相手に伝わるおそれがあります。"
        )
        remedy = (
            "事業所の方: 画像の情報を消して保存し直してください"
            "（Windows では、プロパティの「詳細」の「プロパティや個人情報を削除」で消せます）。"
        )
        yield parent.hit(rule, message, Severity.WARNING, remedy=remedy)


def _surplus(rule: Rule, parents: Sequence[Parent], pictures: Pictures) -> Iterator[NamedHit]:
    """Pictures that bear a name of the standard, but that no file names."""
    if not parents:
        return
    stems = {parent.stem: parent for parent in parents}
    folders = {parent.facts.source.folder: parent for parent in reversed(parents)}
    beginnings = tuple({p.facts.layout.image_prefix.lower() for p in parents if p.facts.layout})
    for source in pictures.given:
        name = source.file_name.lower()
        if source.name in pictures.concerned or not name.startswith(beginnings):
            continue
        own = stems.get(_BRANCH.sub("", name))
        parent = own or folders.get(source.folder)
        # A damaged file may have lost the record that names it.
        if parent is None or parent.facts.damaged or parent.facts.source.folder != source.folder:
            continue
        pictures.concerned.add(source.name)
        # Any other name could hold a person's name.
        shown = printable(source.file_name, 120) if source.file_name.isascii() else "（規約外の名前）"
        label = f"画像 {shown} "
        remedy = "事業所の方: だれの画像かを確かめ、要らない画像は取り除いてください。"
        if own:
            yield own.hit(rule, f"{label}は、どの記録にも書かれていない余分な画像です。", remedy=remedy)
        else:
            # The error, if it is one, is not this file's.
            message = f"{label}に対応する利用者基本情報のファイルがありません。"
            yield parent.hit(rule, message, Severity.WARNING, remedy=remedy)
