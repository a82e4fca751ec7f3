"""From the options on a kit to what the harness found out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused

if TYPE_CHECKING:
    from careplan_csv.conformance.checksheet.answers import Answers
    from careplan_csv.conformance.harness.observed_data import Observed
    from careplan_csv.conformance.harness.verdict import HarnessResult
    from careplan_csv.conformance.kit.kit_model import Kit
    from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
    from careplan_csv.standard import OfficeType, Profile


@dataclass(frozen=True, slots=True)
class Tried:
    """The options by which a software may have been tried."""

    kit: Path | None = None
    exported: Path | None = None
    dump: Path | None = None
    adapter: str | None = None
    answers: Path | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it.

    Attributes:
        exported: the folder of what the software wrote out, which is to be checked too.
        dump, after_faults: the folders or archives of its data; answers: the filled checksheet.
    """

    harness: HarnessResult | None = None
    exported: Path | None = None
    dump: Path | None = None
    after_faults: Path | None = None
    answers: Path | None = None

    @property
    def evidence(self) -> Mapping[Cell, CellEvidence]:
        return self.harness.cells if self.harness else {}


def try_software(options: Tried, profile: Profile, office_type: OfficeType, out: Path, *, bar: bool) -> Trial:
    """Run or compare a kit, where one was given.

    Raises:
        Refused: the options do not go together, or the kit is for something else.
    """
    given = [options.exported, options.dump, options.adapter, options.answers]
    if options.kit is None:
        if any(given):
            raise Refused("--exported、--dump、--adapter、--answers は、--kit と一緒に指定してください。")
        return Trial()
    from careplan_csv.conformance.harness.kit_run import AFTER_FAULTS, DUMP

    kit = read_kit_folder(options.kit)
    wanted = (profile.id, office_type.id, profile.csv_version)
    if (kit.profile, kit.office_type, kit.edition) != wanted:
        raise Refused(
            f"キット「{options.kit}」は、{kit.profile}・{kit.office_type}・{kit.edition} のためのものです。"
            f"{'・'.join(wanted)} のキットを「careplan-csv kit make」で作ってください。"
        )
    if options.adapter:
        if options.exported or options.dump:
            raise Refused("--adapter と、--exported・--dump は、どちらか一方だけを指定してください。")
        folder = out / "kit-run"
        harness, exported = by_adapter(kit, options.adapter, folder, resume=False, bar=bar)
        read_kit_folder(options.kit)
        harness = _answered(harness, kit, options.answers)
        return Trial(harness, exported, folder / DUMP, folder / AFTER_FAULTS, options.answers)
    harness = by_hand(kit, options.exported, options.dump, options.answers)
    return Trial(harness, options.exported, options.dump, None, options.answers)


def _answered(harness: HarnessResult, kit: Kit, answers: Path | None) -> HarnessResult:
    from careplan_csv.conformance.harness.checksheet_evidence import with_answers

    return with_answers(harness, _answers(kit, answers)) if answers else harness


def read_kit_folder(folder: Path) -> Kit:
    """The kit of a folder.

    Raises:
        Refused: it is none, or was changed.
    """
    from careplan_csv.conformance.kit.kit_folder import KitProblem, read_kit

    try:
        return read_kit(folder)
    except KitProblem as error:
        raise Refused(str(error)) from error


def by_adapter(
    kit: Kit, text: str, folder: Path, *, resume: bool, bar: bool
) -> tuple[HarnessResult, Path | None]:
    """Run a kit unattended.

    Returns:
        What was found out, and the folder of what the software wrote out (None where it wrote nothing).

    Raises:
        Refused: the adapter or the folder cannot be used.
    """
    from careplan_csv.conformance.harness.adapters import UnknownAdapter, adapter_of
    from careplan_csv.conformance.harness.kit_run import EXPORT, RunProblem, run_kit
    from careplan_csv.conformance.harness.verdict import judge

    try:
        adapter = adapter_of(text)
        progress = _line if bar and sys.stderr.isatty() else None
        seen = run_kit(kit, adapter, folder, resume=resume, progress=progress)
    except (UnknownAdapter, RunProblem) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(
            f"「{folder}」に書けません。空きと許可を確かめるか、別の場所を指定してください。"
        ) from error
    exported = folder / EXPORT
    return judge(kit, seen), exported if exported.is_dir() else None


def _line(number: int, count: int, name: str) -> None:
    end = "\n" if number + 1 == count else "\r"
    sys.stderr.write(f"\x1b[2K{number + 1}/{count} {name}{end}")
    sys.stderr.flush()


def by_hand(kit: Kit, exported: Path | None, dump: Path | None, answers: Path | None) -> HarnessResult:
    """What files and answers show that were made by hand.

    Raises:
        Refused: nothing was given, something does not exist, or it belongs to another kit.
    """
    from careplan_csv.conformance.harness.verdict import Seen, judge

    if not (exported or dump or answers):
        raise Refused("--exported、--dump、--answers のどれかを指定してください。")
    seen = Seen(
        dump=_observed(kit, dump, "--dump") if dump else None,
        exported=_observed(kit, exported, "--exported") if exported else None,
    )
    return _answered(judge(kit, seen), kit, answers)


def _observed(kit: Kit, path: Path, option: str) -> Observed:
    from careplan_csv.conformance.harness.bounds import largest_output
    from careplan_csv.conformance.harness.kit_assessment import knows_the_kit
    from careplan_csv.conformance.harness.observed_data import TooLarge, observe
    from careplan_csv.reading.sources import NoSuchPath
    from careplan_csv.standard import standard

    try:
        found = observe(str(path), standard().edition(kit.edition), largest_output(kit))
    except (NoSuchPath, TooLarge) as error:
        raise Refused(str(error)) from error
    if not knows_the_kit(kit, found):
        raise Refused(
            f"{option} の「{path}」に、このキットの利用者の記録がありません。"
            "別のキット（別の seed）の結果ではないか、キットを取り込んだ後に書き出したものかを確かめてください。"
        )
    return found


def _answers(kit: Kit, path: Path) -> Answers:
    from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
    from careplan_csv.conformance.checksheet.answers import read_answers
    from careplan_csv.conformance.harness.checksheet_evidence import check_answers

    try:
        answers = read_answers(path.read_bytes())
        check_answers(kit, answers)
    except OSError as error:
        raise Refused(f"確認表「{path}」を読めません。名前と場所を確かめてください。") from error
    except AnswersProblem as error:
        raise Refused(f"確認表「{path}」: {error}") from error
    return answers
