"""Where a kit is written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import save

if TYPE_CHECKING:
    from careplan_csv.conformance.kit.kit_model import Kit


def refuse_used(out: Path) -> None:
    """Say that a kit goes only into an empty folder.

    Raises:
        Refused: there is something else.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(f"{out} は空のフォルダーではありません。別のフォルダーを指定してください。")


def write_kit(kit: Kit, out: Path, *, long_sheet: bool = False) -> None:
    """Write everything of a kit into a folder.

    Raises:
        Refused: it cannot be written.
    """
    from careplan_csv.checks import rule_set_version
    from careplan_csv.conformance.checksheet.short_sheet import Length
    from careplan_csv.reporting.kit_files import kit_files

    length = Length.LONG if long_sheet else Length.SHORT
    for path, data in kit_files(kit, rule_set_version(), length).items():
        save(out / path, data)
