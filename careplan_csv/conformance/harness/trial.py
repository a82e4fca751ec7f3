"""A trial of software with an import kit: run through an adapter, or compared from files made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from careplan_csv.conformance.checksheet.answer_workbook import AnswersProblem
from careplan_csv.conformance.checksheet.answers import Answers, read_answers
from careplan_csv.conformance.harness.adapters import UnknownAdapter, adapter_of
from careplan_csv.conformance.harness.bounds import largest_output
from careplan_csv.conformance.harness.checksheet_evidence import check_answers, with_answers
from careplan_csv.conformance.harness.harness_result import HarnessResult, Seen
from careplan_csv.conformance.harness.kit_assessment import knows_the_kit
from careplan_csv.conformance.harness.kit_run import EXPORT, RunProblem, RunProgress, run_kit
from careplan_csv.conformance.harness.observed_data import Observed, TooLarge, observe
from careplan_csv.conformance.harness.run_plan import AFTER_FAULTS, DUMP
from careplan_csv.conformance.harness.verdict import judge
from careplan_csv.conformance.kit.kit_folder import KitProblem, read_kit
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.requirements.cell_evidence import Cell, CellEvidence
from careplan_csv.reading.sources import NoSuchPath
from careplan_csv.standard import standard


class TrialProblem(Exception):
    """A trial that cannot be made; the text says what, where and what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of a trial, and its files.

    Attributes:
        harness: None without a kit.
        exported: the folder of the exports, which must be checked too.
        dump, after_faults: the folders or archives of the data; answers: the filled-in checksheet.
    """

    harness: HarnessResult | None = None
    exported: Path | None = None
    dump: Path | None = None
    after_faults: Path | None = None
    answers: Path | None = None

    @property
    def evidence(self) -> Mapping[Cell, CellEvidence]:
        """The evidence on cells of the requirement table."""
        return self.harness.cells if self.harness else {}


def opened_kit(folder: Path) -> Kit:
    """The kit of a folder.

    Raises:
        TrialProblem: it is no kit, or was changed.
    """
    try:
        return read_kit(folder)
    except KitProblem as error:
        raise TrialProblem(str(error)) from error


def adapter_trial(
    kit: Kit,
    kit_folder: Path,
    adapter: str,
    folder: Path,
    answers: Path | None = None,
    *,
    resume: bool = False,
    progress: RunProgress | None = None,
) -> Trial:
    """Run a kit unattended.

    Args:
        kit_folder: the folder of the kit.
        adapter: an adapter.toml, or the name of the reference software.
        folder: the folder of the run.

    Raises:
        TrialProblem: the adapter, the folder or the answers cannot be used, or the kit was changed.
    """
    try:
        seen = run_kit(kit, adapter_of(adapter), folder, resume=resume, progress=progress)
    except (UnknownAdapter, RunProblem) as error:
        raise TrialProblem(str(error)) from error
    except OSError as error:
        raise TrialProblem(
            f"「{folder}」に書けません。空きと許可を確かめるか、別の場所を指定してください。"
        ) from error
    # The software could have changed the files of the kit.
    opened_kit(kit_folder)
    exported = folder / EXPORT
    return Trial(
        _answered(judge(kit, seen), answers),
        exported if exported.is_dir() else None,
        folder / DUMP,
        folder / AFTER_FAULTS,
        answers,
    )


def manual_trial(kit: Kit, exported: Path | None, dump: Path | None, answers: Path | None) -> Trial:
    """Compare files and answers that were made by hand with a kit.

    Raises:
        TrialProblem: nothing was given, something does not exist, or it belongs to another kit.
    """
    if not (exported or dump or answers):
        raise TrialProblem("--exported、--dump、--answers のどれかを指定してください。")
    seen = Seen(
        dump=_observed(kit, dump, "--dump") if dump else None,
        exported=_observed(kit, exported, "--exported") if exported else None,
    )
    return Trial(_answered(judge(kit, seen), answers), exported, dump, None, answers)


def _observed(kit: Kit, path: Path, option: str) -> Observed:
    try:
        found = observe(str(path), standard().edition(kit.edition), largest_output(kit))
    except (NoSuchPath, TooLarge) as error:
        raise TrialProblem(str(error)) from error
    if not knows_the_kit(kit, found):
        raise TrialProblem(
            f"{option} の「{path}」に、このキットの利用者の記録がありません。"
            "別のキット（作り方の数が違うもの）の結果ではないか、キットを取り込んだ後に書き出したものかを確かめてください。"
        )
    return found


def _answered(harness: HarnessResult, answers: Path | None) -> HarnessResult:
    return with_answers(harness, _answers(harness.kit, answers)) if answers else harness


def _answers(kit: Kit, path: Path) -> Answers:
    try:
        answers = read_answers(path.read_bytes())
        check_answers(kit, answers)
    except OSError as error:
        raise TrialProblem(f"確認表「{path}」を読めません。名前と場所を確かめてください。") from error
    except AnswersProblem as error:
        raise TrialProblem(f"確認表「{path}」: {error}") from error
    return answers
