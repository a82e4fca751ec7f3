"""Rules on the file name as a whole: form, edition and extension (N101–N103)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from careplan_csv.checks.names.name_parts import PART_LABELS, PatternedName, name_rule, quoted
from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.rules.hits import Hit, hit
from careplan_csv.rules.registry import Stage
from careplan_csv.standard import Edition, Standard
from careplan_csv.standard.filenames import SEPARATOR, FileName, layout_of, missing_parts, patterns

EXTENSION = ".CSV"


@dataclass(frozen=True, slots=True)
class GivenName:
    """A file name as it was given.

    Attributes:
        name: its parts; None where its kind is not known.
        text: the name as it stands.
        csv_version: the content's CSVバージョン; None where it is not known.
    """

    name: FileName | None
    text: str
    standard: Standard
    csv_version: str | None


GivenNameRule: TypeAlias = Callable[[Rule, GivenName], Iterator[Hit]]

given_name_rule: Stage[GivenNameRule] = Stage()
"""Rules on any file name, whether it follows a pattern or not."""


def check_name(given: GivenName) -> list[Hit]:
    """Every rule on one file name; what follows no pattern at all is only that."""
    hits = [hit for one in given_name_rule for hit in one.run(one.rule, given)]
    name, known = given.name, given.standard
    if name is None or not name.csv_version or _absent_parts(name, known, name.csv_version):
        return hits
    layout = layout_of(name.prefix, name.csv_version, known)
    edition = _edition(name.csv_version, known)
    if layout is None or edition is None:
        return hits
    named = PatternedName(name, known, edition, layout, given.csv_version)
    return hits + [hit for one in name_rule for hit in one.run(one.rule, named)]


def _edition(csv_version: str, standard: Standard) -> Edition | None:
    """The edition that describes a CSV version."""
    version = standard.versions.get(csv_version)
    folder = version.layout if version and version.layout else csv_version
    return standard.edition(folder) if folder in standard.editions else None


def _meant(csv_version: str | None, standard: Standard) -> str:
    """The CSV version that a content's value stands for."""
    mistake = standard.mistakes.get(csv_version or "")
    return mistake.meant if mistake else csv_version or ""


def _parts(value: str, known: Standard) -> tuple[str, ...]:
    """The parts of the file names of a version, in order."""
    version = known.versions.get(value)
    if version is None:
        return ()
    return version.file_name or (known.edition(version.layout).file_name if version.layout else ())


def _edition_name(csv_version: str, standard: Standard) -> str:
    version = standard.versions.get(csv_version)
    if version is None:
        return csv_version
    # Of editions that share a value the last is the one that people know.
    return f"{version.name.rpartition('・')[2].removeprefix('第')}（{csv_version}）"


@given_name_rule(
    Rule(
        id="N101",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="標準仕様のファイル名ではない",
        compares="ファイル名を、別紙のファイル名規約の形（種類の接頭辞、サービス提供年月、送信元、送信先、年月日時分秒、拡張子）に当てはめ、当てはまる標準仕様の版があるかを見ます。",
        grades=((Severity.WARNING, "先頭の種類が小文字で書かれているだけのとき"),),
        why=(
            "受け取る側は、ファイル名でファイルの種類・送信元・送信先を見分けます。"
            "名前が合わないと、取り込む一覧に出ないか、取り込めないことがあります。"
        ),
        remedy=(
            "事業所の方: 介護ソフトが付けた名前のまま送ってください。初めからこの名前なら、ソフト会社に伝えてください。"
            "ソフト会社の方: 別紙のファイル名規約どおりの名前で出力してください。"
        ),
        reference="別紙 ファイル名規約",
        friends="種類と日時が読み取れる名前は、少し違っていても種類を推し量って中身を調べます。そのときもこの規則だけを示します。",
    )
)
def fits_the_standard(rule: Rule, given: GivenName) -> Iterator[Hit]:
    name, standard, csv_version = given.name, given.standard, given.csv_version
    if name is None:
        yield hit(
            rule,
            f"名前の先頭{quoted(_beginning(given.text))}は標準仕様にありません。"
            f"{_usual_files(standard)} などです（一覧は「careplan-csv layout」で見られます）。",
        )
        return
    layout = layout_of(name.prefix, name.csv_version, standard)
    label = f"「{layout.name}」（{name.prefix}）" if layout else name.prefix
    meant = name.csv_version or _meant(csv_version, standard)
    lacking = _absent_parts(name, standard, meant)
    if lacking or not name.csv_version:
        form = _form(name.prefix, meant, standard)
        labels = "・".join(PART_LABELS.get(part, "サービスコード") for part in lacking)
        fault = f"名前に{labels}がありません" if lacking else "名前の続きが標準仕様の形と合いません"
        yield hit(rule, f"{label}のファイルのようですが、{fault}（正しい形は {form}）。")
        return
    if name.copied:
        yield hit(
            rule,
            "コピーや2回目のダウンロードで付いた「(1)」「コピー」などが、ファイル名に残っています。",
            remedy=(
                "事業所の方: 同じ名前で印のないファイルがあれば、中身が同じかを確かめてください（違うときは、両方を残してください）。"
                "なければ、付け足された部分を名前から取り除いてください。"
            ),
            # Where the file without the mark is there too, the two are compared.
            yields_to=("B709",),
        )
    if layout and _is_absent(name, standard, csv_version):
        edition = _edition_name(name.csv_version, standard)
        yield hit(rule, f"名前は {edition}の形ですが、{edition}に{label}のファイルはありません。")
    if name.prefix not in given.text:
        # Only letter case differs, which most receivers do not look at: as with the extension (A17).
        message = f"ファイル名の先頭「{name.prefix}」が小文字で書かれています。"
        yield hit(rule, message, Severity.WARNING)


def _beginning(text: str) -> str:
    """What a name has in place of a prefix."""
    return re.split(r"[_.]", text, maxsplit=1)[0]


def _usual_files(standard: Standard) -> str:
    """The files that are exchanged every month, as a reminder of how names begin."""
    edition = standard.edition(standard.newest.csv_version)
    layouts = map(edition.layout, edition.prefixes)
    monthly = [layout for layout in layouts if any(variant.exact_duplicates for variant in layout.variants)]
    return "、".join(f"{layout.name}は {layout.prefix}" for layout in monthly)


def _absent_parts(name: FileName, standard: Standard, csv_version: str) -> tuple[str, ...]:
    """Which parts of an edition's file name are not there at all.

    Of a name that is right otherwise, a month that is absent is told of as a wrong month.
    """
    missing = missing_parts(name.parts, _wanted(name.prefix, csv_version, standard))
    return () if name.csv_version and missing == ("month",) else missing


def _wanted(prefix: str, csv_version: str, standard: Standard) -> tuple[str, ...]:
    """The parts of a file's name in an edition, in order."""
    known = {pattern.csv_version: pattern for pattern in patterns(standard)}
    pattern = known.get(csv_version) or known[standard.newest.csv_version]
    layout = layout_of(prefix, pattern.csv_version, standard)
    return pattern.wanted(month=layout is not None and layout.has_month)


def _form(prefix: str, csv_version: str, standard: Standard) -> str:
    """How a file of this kind is named in an edition, in words."""
    parts = _wanted(prefix, csv_version, standard)
    return SEPARATOR.join((prefix, *(PART_LABELS.get(part, "サービスコード") for part in parts))) + EXTENSION


def _is_absent(name: FileName, standard: Standard, csv_version: str | None) -> bool:
    """Whether the edition has no such file; another edition in the content is a finding of its own."""
    edition = _edition(name.csv_version, standard)
    meant = _meant(csv_version, standard)
    same = meant in ("", name.csv_version) or meant not in standard.versions
    return same and edition is not None and name.prefix not in edition.prefixes


@name_rule(
    Rule(
        id="N102",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="ファイル名の形と、中身のCSVバージョンが違う",
        compares="ファイル名の形から分かる標準仕様の版と、1件目の記録のCSVバージョンを比べます。",
        why=(
            "標準仕様の版によって、ファイル名に入る部分が違います（3.2版はサービス種類なし、4.1版は2桁のサービス種類あり）。"
            "名前の形と中身のCSVバージョンが違うファイルは、送信元・送信先を読み違えられるか、取り込めないことがあります。"
        ),
        remedy=(
            "事業所の方: 介護ソフトの出力の設定（標準仕様の版）を確かめて出力し直し、同じときはソフト会社に伝えてください。"
            "ソフト会社の方: ファイル名と CSVバージョンを、同じ標準仕様の版のものにしてください。"
        ),
        reference="別紙 ファイル名規約、別紙 №1 CSVバージョン",
        friends="CSVバージョンが読めないファイルや、書き間違い（202410 など）のファイルは、ほかの規則で示します。",
    )
)
def follows_the_contents_edition(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    known = named.standard
    content = known.versions.get(_meant(named.content, known))
    # Versions without a folder of their own have unknown file names: nothing is said of them.
    if content is None or content.layout is None:
        return
    if named.name.csv_version in (content.value, content.layout):
        return
    # Editions may name their files alike; then the name says nothing of the edition.
    if _parts(named.name.csv_version, known) == _parts(content.value, known):
        return
    pattern = _edition_name(named.name.csv_version, known)
    own = _edition_name(content.value, known)
    yield hit(rule, f"ファイル名は {pattern}の形ですが、中身は {own}です。")


@name_rule(
    Rule(
        id="N103",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="拡張子が大文字の .CSV ではない",
        compares="ファイル名の拡張子が、半角大文字の .CSV かを見ます。",
        why="標準仕様の拡張子は大文字の .CSV です。大文字と小文字を区別する介護ソフトでは、一覧に出ないことがあります。",
        remedy=(
            "事業所の方: ファイル名の終わりを、半角大文字の .CSV に直してください（.CSV.txt のように続くときは、.txt を消してください）。"
            "ソフト会社の方: 半角大文字の .CSV で出力してください。"
        ),
        reference="別紙 ファイル名規約（A17）",
        friends="小文字の .csv や .CSV.txt のファイルも、中身はふつうに調べます。",
    )
)
def has_the_extension(rule: Rule, named: PatternedName) -> Iterator[Hit]:
    extension = named.name.extension
    small = extension.upper() == EXTENSION
    if extension == EXTENSION or (small and named.name.prefix not in named.name.text):
        return
    if not extension:
        message = "拡張子がありません。"
    elif small:
        message = f"拡張子が{quoted(extension)}です（正しくは大文字の .CSV）。"
    else:
        message = f"拡張子が{quoted(extension)}です（正しくは .CSV）。"
    yield hit(rule, message)
