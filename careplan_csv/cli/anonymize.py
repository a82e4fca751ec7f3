"""careplan-csv anonymize."""

from __future__ import annotations

import csv
import io
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import expanded
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import save
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.anonymization.anonymous_files import AnonymousInputs
    from careplan_csv.anonymization.same_findings import FindingsCompared
    from careplan_csv.reading.sources import Inputs
    from careplan_csv.results import CheckResult

_SHORTEST_KEY = 16
_NEW_KEY = 32
_MOST_ATTEMPTS = 6
_MOST_NAMED = 10


@click.command("anonymize")
@click.argument("paths", nargs=-1, required=True, metavar="ファイルやフォルダー…")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="フォルダー",
    help="匿名化したファイルを書くフォルダー（無いか、空のもの）。",
)
@click.option(
    "--minimize",
    metavar="規則",
    help="その規則の指摘が残る、最も少ない組・ファイル・利用者・記録だけにします（例 B706）。",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="鍵のファイル（16バイト以上）。同じ鍵と同じファイルから、いつも同じ結果ができます。省略すると、毎回違います。",
)
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="元の値と置き換えた値の対応表（.csv）。個人情報が入るので、渡さないでください。",
)
@click.help_option("--help", help="この説明を示します。")
def command(
    paths: tuple[str, ...], out: Path, minimize: str | None, key: Path | None, table: Path | None
) -> int:
    """個人情報を置き換え、同じ指摘が同じ場所に出る CSV ファイルを作ります（ソフト会社などに渡すため）。

    サービスコード・時刻・回数・単位数・金額は、計算の指摘を残すため、元のままです。

    終了コード: 0 作り、同じ指摘が出ることを確かめた / 1 作ったが、指摘に違いがある /
    2 指定の誤り / 3 匿名化できるファイルがない / 4 careplan-csv の不具合
    """
    secret = _key(key)
    _refuse_taken(out, table)
    from careplan_csv.checker import check
    from careplan_csv.reading.sources import NoSuchPath, collect

    try:
        inputs = collect(expanded(paths))
    except NoSuchPath as error:
        raise Refused(str(error)) from error
    with told_progress("匿名化しています"):
        if minimize:
            inputs = _smallest(inputs, minimize.upper(), check(inputs))
        anonymous, comparison = _anonymous(inputs, secret)
    left_out = [*((entry.name, entry.problem) for entry in inputs.unreadable), *anonymous.left_out]
    if not anonymous.files:
        return say(
            "\n".join(["匿名化できるファイルがありません。", *_reasons(left_out)]), ExitCode.NOT_EXAMINED
        )
    _write(anonymous, out)
    if table:
        save(table, _table(anonymous))
    return say(
        "\n".join(
            [
                *_written(anonymous, comparison, out, minimize),
                *_reasons(left_out),
                *_warnings(anonymous, inputs, table),
            ]
        ),
        ExitCode.CONFORMANT if comparison.same else ExitCode.FINDINGS,
    )


def _key(path: Path | None) -> bytes:
    if path is None:
        return secrets.token_bytes(_NEW_KEY)
    try:
        key = path.read_bytes()
    except OSError as error:
        raise Refused(
            f"鍵のファイル「{printable(str(path), 200)}」を読めません（{error.strerror}）。場所を確かめてください。"
        ) from error
    if len(key) < _SHORTEST_KEY:
        raise Refused(
            f"鍵のファイル「{printable(str(path), 200)}」が短すぎます。"
            f"{_SHORTEST_KEY}バイト以上の、人に推測されない内容にしてください。"
        )
    return key


def _refuse_taken(out: Path, table: Path | None) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(
            f"{printable(str(out), 200)} は空のフォルダーではありません。別のフォルダーを指定してください。"
        )
    if table is None:
        return
    if table.exists():
        raise Refused(
            f"「{printable(str(table), 200)}」は、すでにあります。対応表には別の名前を指定してください。"
        )
    if table.suffix.lower() != ".csv":
        raise Refused("--table には、名前が .csv で終わるファイルを指定してください。")
    if out.resolve() in table.resolve().parents:
        raise Refused(
            "対応表を、渡すファイルと同じフォルダーに書くことはできません。--table に別の場所を指定してください。"
        )


def _smallest(inputs: Inputs, rule: str, result: CheckResult) -> Inputs:
    from careplan_csv.anonymization.smallest_inputs import NotFound, smallest
    from careplan_csv.checks import RULES

    if rule not in RULES:
        raise Refused(
            f"規則「{printable(rule, 20)}」はありません。一覧は「careplan-csv rules」で見られます。"
        )
    try:
        return smallest(inputs, rule, result)
    except NotFound:
        found = "、".join(sorted({finding.rule for finding in result.findings})) or "なし"
        raise Refused(
            f"規則 {rule} の指摘は、指定したファイルにありません。見つかった規則: {found}。"
        ) from None


def _anonymous(inputs: Inputs, key: bytes) -> tuple[AnonymousInputs, FindingsCompared]:
    """The first attempt that shows the same findings, else the one that differs least."""
    from careplan_csv.anonymization.anonymous_files import Anonymization
    from careplan_csv.anonymization.same_findings import compared

    best: tuple[AnonymousInputs, FindingsCompared] | None = None
    for number, anonymous in enumerate(Anonymization(inputs, key).attempts(), 1):
        comparison = compared(anonymous, best[1].original if best else None)
        if best is None or comparison.different < best[1].different:
            best = anonymous, comparison
        if comparison.same or number == _MOST_ATTEMPTS:
            break
    assert best is not None
    return best


def _write(anonymous: AnonymousInputs, out: Path) -> None:
    """Write all files, or none: they come to their place as a whole folder."""
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".careplan-", dir=out.parent) as folder:
            whole = Path(folder) / "whole"
            whole.mkdir()
            for file in (*anonymous.files, *anonymous.pictures):
                path = whole / file.source.name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(file.data)
            with suppress(FileNotFoundError):
                out.rmdir()
            os.replace(whole, out)
    except OSError as error:
        raise Refused(
            f"「{printable(str(out), 200)}」に書けません（{error.strerror or '入出力の誤り'}）。"
            "書き込みの許可と空き容量を確かめてください。"
        ) from error


def _table(anonymous: AnonymousInputs) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["種類", "元の値", "置き換えた値"])
    for value, pseudonym in anonymous.pseudonyms.table:
        writer.writerow([value.kind.value, _inert(value.text), _inert(pseudonym)])
    return text.getvalue().encode("utf-8-sig", "replace")


def _inert(text: str) -> str:
    from careplan_csv.reporting.finding_csv import inert

    return inert(text)


def _reasons(left_out: list[tuple[str, str]]) -> list[str]:
    if not left_out:
        return []
    lines = [f"匿名化しなかったファイル: {len(left_out):,}個"]
    lines += [f"  {printable(name, 120)}: {reason}" for name, reason in left_out[:_MOST_NAMED]]
    if len(left_out) > _MOST_NAMED:
        lines.append(f"  ほか {len(left_out) - _MOST_NAMED:,}個")
    return lines


def _written(
    anonymous: AnonymousInputs, comparison: FindingsCompared, out: Path, minimize: str | None
) -> list[str]:
    count = sum(comparison.before.values())
    pictures = f"、画像 {len(anonymous.pictures):,}個" if anonymous.pictures else ""
    lines = [f"{printable(str(out), 200)} に {len(anonymous.files):,}個のファイル{pictures}を書きました。"]
    if minimize:
        others = sorted({told[1] for told in comparison.before} - {minimize.upper()})
        lines.append(
            f"規則 {minimize.upper()} の指摘が残る、最も少ない記録だけにしました。"
            + (f"ほかを除いたため、{'、'.join(others)} の指摘も出ます。" if others else "")
        )
    if comparison.same:
        lines.append(f"前後で、同じ場所に同じ指摘が出ることを確かめました（指摘 {count:,}件）。")
        return lines
    lines.append(
        f"指摘に違いがあります（なくなった指摘 {len(comparison.lost):,}件、増えた指摘 {len(comparison.new):,}件）。"
        "渡す相手に、そのことを伝えてください。"
    )
    lines += [f"  なくなった指摘: {told[1]}（{told[0]}）" for told in comparison.lost[:_MOST_NAMED]]
    lines += [f"  増えた指摘: {told[1]}（{told[0]}）" for told in comparison.new[:_MOST_NAMED]]
    return lines


def _warnings(anonymous: AnonymousInputs, inputs: Inputs, table: Path | None) -> list[str]:
    lines = []
    if anonymous.pseudonyms.shift.months_stay:
        lines.append("CSVバージョンの違う月が混ざっているため、対象年月と利用日は、元のままです。")
    if inputs.ignored:
        lines.append(f"CSV でも画像でもないファイル {len(inputs.ignored):,}個は、書いていません。")
    lines.append("渡す前に、ファイルを開いて、個人情報が残っていないことを確かめてください。")
    if table:
        lines.append(f"対応表 {printable(str(table), 200)} には個人情報があります。渡さないでください。")
    return lines
