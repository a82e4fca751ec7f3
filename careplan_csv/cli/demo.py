"""careplan-csv demo."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from careplan_csv.cli.assess import show, write_results
from careplan_csv.cli.inputs import check_paths
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save
from careplan_csv.cli.trying import by_adapter

_SAMPLE = ("valid", "202407", "planning")
_PROFILE, _OFFICE_TYPE, _SEED = "yamaguchi-r6", "planning", 1
_KIT, _KIT_MARK = "kit", "kit.json"
_RUN, _RUN_MARK = "kit-run", "run.json"
"""What a demo writes besides the form, and the file by which it knows its own folders."""


@click.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("careplan-demo"), help="別紙6 を書くフォルダー。"
)
@click.help_option("--help", help="この説明を示します。")
def command(out: Path) -> int:
    """付属の見本を検査し、参照ソフトで取込まで確かめて、別紙6 の見本を作ります。"""
    from careplan_csv import resources
    from careplan_csv.reporting.text import check_text

    _clear(out)
    deliver("1. 付属の見本（居宅介護支援事業所が出力したファイル）を検査します。\n\n", None)
    sample = resources.folder("sample_data").joinpath(*_SAMPLE)
    deliver(check_text(check_paths([str(sample)], edition="auto")), None, color=True)
    deliver("\n2. 取込のキットを作り、参照ソフトで出力と取込を確かめます（15秒ほどかかります）。\n", None)
    _try_reference(out)
    return 0


def _clear(out: Path) -> None:
    """Take away what an earlier demo left; anything else of that name is not ours to remove."""
    for part, mark in ((_KIT, _KIT_MARK), (_RUN, _RUN_MARK)):
        folder = out / part
        if folder.exists() and not (folder / mark).is_file():
            raise Refused(f"{folder} があります。--out で別のフォルダーを指定してください。")
        shutil.rmtree(folder, ignore_errors=True)


def _try_reference(out: Path) -> None:
    """Make a kit, run the reference software through it, and write 別紙6."""
    from careplan_csv.checks.registry import rule_set_version
    from careplan_csv.conformance.kit.making import make_kit
    from careplan_csv.conformance.trying import assess_with
    from careplan_csv.reporting.kit_files import kit_files
    from careplan_csv.standard import standard

    profile = standard().profile(_PROFILE)
    kit = make_kit(profile, profile.office_type(_OFFICE_TYPE), standard().edition(profile.csv_version), _SEED)
    for path, data in kit_files(kit, rule_set_version()).items():
        save(out / _KIT / path, data)
    harness, exported = by_adapter(kit, "reference", out / _RUN, resume=False, bar=True)
    result = check_paths([str(exported)] if exported else [], edition="auto", bar=False)
    assessment = assess_with(harness, result)
    written = write_results(assessment, out, harness)
    show(assessment, harness, [f"キット: {out / _KIT}", *written], "text", color=True)
