"""From the paths on the command line to a checked result, with a progress bar when it takes long."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from pathlib import Path

    from careplan_csv.checker.place_list import PlaceList
    from careplan_csv.checker.run import Advance
    from careplan_csv.reading.service_codes import ServiceCodes
    from careplan_csv.results import CheckResult


def editions() -> list[str]:
    """The values of --edition."""
    from careplan_csv.standard import standard

    return ["auto", *standard().editions]


class EditionChoice(click.ParamType[str]):
    """`auto` or an edition of schemas/; the list is read only when a value is given."""

    name = "値"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in editions():
            meant = _meant(str(value))
            hint = f"{meant} のことですか。" if meant else ""
            raise Refused(
                f"オプション「--edition」に「{printable(str(value), 40)}」は使えません。{hint}"
                f"使える値は {'、'.join(editions())} です。"
            )
        return str(value)


def _meant(value: str) -> str | None:
    """The CSV version that somebody means who writes a known mistake, or the number of an edition such as 4.1."""
    from careplan_csv.standard import standard

    known = standard()
    plain = unicodedata.normalize("NFKC", value).strip().removeprefix("第").removesuffix("版").strip()
    if plain in known.editions:
        return plain
    if plain in known.mistakes:
        return str(known.mistakes[plain].meant)
    for version in reversed(list(known.versions.values())):
        names = re.findall(r"[0-9]+(?:\.[0-9]+)?", version.name)
        if plain in (*names, version.value):
            return version.layout
    return None


def _edition_option(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--edition", type=EditionChoice(), default="auto", show_default=False, help=text)


edition_option = _edition_option(
    "検査に使う CSVバージョン。省略すると（auto）、ファイルに書かれた値に従います。"
)
"""--edition of the commands that read files."""
new_edition_option = _edition_option("作るファイルの CSVバージョン。省略すると（auto）、最新のものです。")
"""--edition of the commands that make files."""
kit_edition_option = _edition_option("作るファイルの CSVバージョン。省略すると（auto）、要件の表のものです。")
shown_edition_option = _edition_option("表示する CSVバージョン。省略すると（auto）、最新のものです。")


def check_paths(
    paths: Sequence[str],
    *,
    edition: str,
    name: str | None = None,
    show_values: bool = False,
    bar: bool = True,
    masters: Sequence[Path] = (),
    every: PlaceList | None = None,
) -> CheckResult:
    """Check what was named on the command line.

    Raises:
        Refused: a path does not exist, standard input has no name, or a master of service codes is unusable.
    """
    if "-" in paths and not name:
        raise Refused("標準入力（-）を調べるときは、--name でファイル名を指定してください。")
    from careplan_csv.checker import check
    from careplan_csv.reading.sources import NoSuchPath, collect

    try:
        inputs = collect(expanded(paths), stream_name=name)
    except NoSuchPath as error:
        raise Refused(str(error)) from error
    master = _master(masters)
    with told_progress("検査しています", shown=bar) as told:

        def tell(advance: Advance) -> None:
            files = f"（{advance.done_files:,}／{advance.all_files:,}個）" if advance.all_files > 1 else ""
            told(advance.done_bytes, advance.all_bytes, f"検査しています{files}")

        return check(
            inputs, edition=edition, show_values=show_values, progress=tell, master=master, every=every
        )


_PATTERN = re.compile(r"[*?\[]")


def expanded(paths: Sequence[str]) -> list[str]:
    """Paths with patterns such as `*.CSV` replaced by what they stand for: not every shell does that.

    Raises:
        Refused: a pattern stands for nothing.
    """
    import glob

    found: list[str] = []
    for path in paths:
        if path == "-" or not _PATTERN.search(path) or os.path.lexists(path):
            found.append(path)
            continue
        matching = sorted(glob.glob(path))
        if not matching:
            raise Refused(
                f"「{printable(path, 200)}」に当たるファイルがありません。名前と場所を確かめてください。"
            )
        found += matching
    return found


def _master(paths: Sequence[Path]) -> ServiceCodes | None:
    """The masters of service codes, or None when there are none."""
    if not paths:
        return None
    from careplan_csv.reading.service_codes import ServiceCodeFileError, load_service_codes

    try:
        return load_service_codes(paths)
    except ServiceCodeFileError as error:
        raise Refused(str(error)) from error
