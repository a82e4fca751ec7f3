"""Rules on the file name as a whole: form, edition and extension (N101–N103)."""

from __future__ import annotations

from collections.abc import Iterator

from careplan_csv.checks.name_parts import PART_LABELS, PART_RULES, Named, NameRule, quoted
from careplan_csv.checks.registry import Hit, rule
from careplan_csv.findings import Rule, Severity
from careplan_csv.standard import Edition, Standard
from careplan_csv.standard.filenames import SEPARATOR, FileName, layout_of, patterns

EXTENSION = ".CSV"


def check_name(name: FileName | None, text: str, standard: Standard, csv_version: str | None) -> list[Hit]:
    """N101–N110 on one file name.

    Args:
        name: the parts of the name; None where its kind is not known.
        text: the name as it stands.
        standard: editions and versions.
        csv_version: the content's CSVバージョン; None where it is not known.

    Returns:
        One hit per fault: what fits no pattern at all is only that.
    """
    hits = list(fits_the_standard(name, text, standard, csv_version))
    if name is None or not name.csv_version:
        return hits
    layout = layout_of(name.prefix, name.csv_version, standard)
    edition = _edition(name.csv_version, standard)
    if layout is None or edition is None:
        return hits
    named = Named(name, standard, edition, layout, csv_version)
    return hits + [hit for check in NAME_RULES for hit in check(named)]


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
    return f"{version.name}（{csv_version}）" if version else csv_version


@rule(
    Rule(
        id="N101",
        severity=Severity.ERROR,
        title="標準仕様のファイル名ではない",
        why=(
            "受け取る側のソフトは、ファイル名でファイルの種類・送信元・送信先を見分けます。"
            "名前が合わないと、取り込む一覧に出ないか、取込が断られます。"
        ),
        remedy=(
            "ソフトが出力したときの名前のまま送ってください。名前を変えた覚えがなければ、"
            "ソフトの開発元に、標準仕様のファイル名で出力するよう伝えてください。"
        ),
        reference="別紙 ファイル名規約",
        friends="種類と日時が読み取れる名前は、少し違っていても種類を推し量って中身を調べます。そのときもこの規則だけを示します。",
    )
)
def fits_the_standard(
    name: FileName | None, text: str, standard: Standard, csv_version: str | None
) -> Iterator[Hit]:
    if name is None:
        known = {prefix for v in standard.editions for prefix in standard.edition(v).prefixes}
        listed = "、".join(sorted(known))
        yield _misnamed(
            f"ファイル名の先頭が、標準仕様のどの種類のファイルでもありません（{listed} のどれか）。"
        )
        return
    layout = layout_of(name.prefix, name.csv_version, standard)
    label = f"「{layout.name}」（{name.prefix}）" if layout else name.prefix
    if not name.csv_version:
        form = _form(name.prefix, _meant(csv_version, standard), standard)
        yield _misnamed(f"{label}のファイルのようですが、名前の続きが標準仕様の形（{form}）と合いません。")
        return
    if name.copied:
        yield _misnamed(
            "コピーや2回目のダウンロードで付いた「(1)」「コピー」などが、ファイル名に残っています。",
            remedy="元の名前のファイルがあればそれを使い、無ければ付け足された部分を名前から取り除いてください。",
        )
    if layout and _is_absent(name, standard, csv_version):
        edition = _edition_name(name.csv_version, standard)
        yield _misnamed(f"名前は {edition} の形ですが、この版に{label}のファイルはありません。")
    if name.prefix not in text:
        # Only letter case differs, which most receivers do not look at: as with the extension (A17).
        yield Hit("N101", Severity.WARNING, f"ファイル名の先頭「{name.prefix}」が小文字で書かれています。")


def _misnamed(message: str, remedy: str = "") -> Hit:
    return Hit("N101", Severity.ERROR, message, remedy=remedy)


def _form(prefix: str, csv_version: str, standard: Standard) -> str:
    """How a file of this kind is named in an edition, in words."""
    known = {pattern.csv_version: pattern for pattern in patterns(standard)}
    pattern = known.get(csv_version) or known[standard.newest.csv_version]
    layout = layout_of(prefix, pattern.csv_version, standard)
    parts = pattern.wanted(month=layout is not None and layout.has_month)
    return SEPARATOR.join((prefix, *(PART_LABELS.get(part, "サービスコード") for part in parts))) + EXTENSION


def _is_absent(name: FileName, standard: Standard, csv_version: str | None) -> bool:
    """Whether the edition has no such file; another edition in the content is a finding of its own."""
    edition = _edition(name.csv_version, standard)
    meant = _meant(csv_version, standard)
    same = meant in ("", name.csv_version) or meant not in standard.versions
    return same and edition is not None and name.prefix not in edition.prefixes


@rule(
    Rule(
        id="N102",
        severity=Severity.ERROR,
        title="ファイル名の版と中身のCSVバージョンが違う",
        why=(
            "版によってファイル名に入る部分が違います（3.2版はサービス種類なし、4.1版は2桁のサービス種類あり）。"
            "名前と中身の版が違うファイルは、送信元・送信先を読み違えられるか、取込が断られます。"
        ),
        remedy=(
            "ソフトの出力設定で、ファイル名と中身が同じ版になるようにして出力し直してください。"
            "設定で直らなければ、ソフトの開発元に伝えてください。"
        ),
        reference="別紙 ファイル名規約、別紙 №1 CSVバージョン",
        friends="版が読めないファイルや、CSVバージョンの書き間違い（202410 など）では、この規則は出しません。",
    )
)
def follows_the_contents_edition(named: Named) -> Iterator[Hit]:
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
    own = f"{content.name}（{content.value}）"
    yield Hit(
        "N102", Severity.ERROR, f"ファイル名は {pattern} の形ですが、中身のCSVバージョンは {own} です。"
    )


@rule(
    Rule(
        id="N103",
        severity=Severity.WARNING,
        title="拡張子が大文字の .CSV ではない",
        why="標準仕様の拡張子は大文字の .CSV です。大文字と小文字を区別するソフトでは、一覧に出ないことがあります。",
        remedy="ファイル名の終わりを、半角大文字の .CSV に直してください。",
        reference="別紙 ファイル名規約（A17）",
        friends="小文字の .csv も中身はふつうに調べます。",
    )
)
def has_the_extension(named: Named) -> Iterator[Hit]:
    extension = named.name.extension
    small = extension.upper() == EXTENSION
    if extension == EXTENSION or (small and named.name.prefix not in named.name.text):
        return
    if not extension:
        message = "拡張子がありません。"
    elif small:
        message = f"拡張子が{quoted(extension)}です（大文字の .CSV と書きます）。"
    else:
        message = f"拡張子が{quoted(extension)}です（.CSV と書きます）。"
    yield Hit("N103", Severity.WARNING, message)


NAME_RULES: tuple[NameRule, ...] = (
    follows_the_contents_edition,
    has_the_extension,
    *PART_RULES,
)
