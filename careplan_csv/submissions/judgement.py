"""One submission judged as `assess` or `verify` would, with what an office and its software company get to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from careplan_csv.checker import check
from careplan_csv.conformance.requirements.assessment import Assessment, assess
from careplan_csv.findings import Severity
from careplan_csv.reading.sources import NoSuchPath, collect
from careplan_csv.results import CheckResult, Status
from careplan_csv.standard import Direction, Need, OfficeType, Profile, standard
from careplan_csv.standard.filenames import month_part
from careplan_csv.submissions.office_list import ListedOffice, OfficeList
from careplan_csv.submissions.outcome import Attention, SubmissionOutcome
from careplan_csv.submissions.received import Submission, SubmissionKind

if TYPE_CHECKING:
    from careplan_csv.conformance.evidence_package.package import Package
    from careplan_csv.conformance.evidence_package.verification import Verification
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.reporting.letters import LetterTemplates

Verify: TypeAlias = "Callable[[Package], Verification]"

_REASONS = 5
_PROBLEMS = 3


@dataclass(frozen=True)
class BatchOrder:
    """What is asked for of every submission; it goes to worker processes, so that it holds plain values only.

    Attributes:
        profile: id of the table of requirements.
        offices: the list of applicants; empty where there is none.
        listed: whether there is a list, in which every submission should be.
        out: where the results go.
        with_pdf: make 別紙6 as PDF too.
        until: the day by which an answer is due, for the letters.
        rules: the mark of the rule set: with other rules, everything is judged anew.
        today: the date on the letters.
        profile_file: where the profile is, if it is not one of the package.
    """

    profile: str
    offices: OfficeList
    listed: bool
    out: str
    with_pdf: bool
    until: date | None
    rules: str
    today: date
    profile_file: str = ""

    @cached_property
    def mark(self) -> str:
        """Changes when anything is asked for that changes an outcome."""
        return repr((self.profile, self.offices, self.listed, self.with_pdf, self.until, self.rules))


OUTCOME = "outcome.json"
"""Where the outcome of a submission is kept, beside its results."""


@dataclass(frozen=True)
class Judging:
    """Judges submissions; it is sent to other processes, so that it holds plain values and named functions only."""

    order: BatchOrder
    verify: Verify

    def __call__(self, submission: Submission, key: str) -> SubmissionOutcome:
        """Judge one submission, and keep the outcome beside its results.

        Raises:
            CannotWrite: the results cannot be written.
        """
        from careplan_csv.reporting.writing import write_file

        outcome = judged(submission, self.order, key, self.verify)
        own = Path(self.order.out) / folder_of(submission.number)
        own.mkdir(parents=True, exist_ok=True)
        write_file(own / OUTCOME, outcome.to_json().encode("utf-8"))
        return outcome


def judged(submission: Submission, order: BatchOrder, key: str, verify: Verify) -> SubmissionOutcome:
    """Judge one submission and write its results; what is wrong with it is in the outcome.

    Args:
        key: kept with the outcome.
        verify: how an evidence package is verified.

    Raises:
        CannotWrite: the results cannot be written.
    """
    if order.profile not in standard().profiles:
        # This process has not seen the file yet.
        standard().add_profile(Path(order.profile_file))
    outcome = SubmissionOutcome(submission.number, submission.label, key, submission.kind.value)
    if submission.kind is SubmissionKind.PACKAGE:
        return _package(submission, order, outcome, verify)
    try:
        result = check(collect([submission.path]))
    except NoSuchPath as error:
        return outcome.noticing(Attention.UNREADABLE, str(error))
    return _export(submission, order, outcome, result)


def folder_of(number: int) -> str:
    """The folder of a submission's results: a number, for a name could be somebody's."""
    return f"{number:05d}"


def _export(
    submission: Submission, order: BatchOrder, outcome: SubmissionOutcome, result: CheckResult
) -> SubmissionOutcome:
    outcome = _counted(outcome, result)
    problems = [f"{one.file}: {one.problem}" for one in result.inputs if one.problem]
    if not result.examined:
        nothing = "CSV ファイルがありません。" if not problems else "調べられるファイルがありません。"
        ask = "介護ソフトから出力した CSV を ZIP かフォルダーにまとめて、出し直してもらってください。"
        return outcome.noticing(Attention.UNREADABLE, nothing + ask, *problems[:_PROBLEMS])
    if problems:
        outcome = outcome.noticing(Attention.UNREADABLE, *problems[:_PROBLEMS])
    profile = standard().profile(order.profile)
    senders = [number for number, _ in _senders(result)]
    listed = order.offices.of(submission.name, senders)
    found = office_type_of(result, profile)
    office_type = _chosen(profile, listed, found)
    outcome = _as_listed(outcome, order, listed, found, profile, senders)
    if office_type is None:
        return outcome.noticing(
            Attention.NOT_AS_LISTED,
            "事業所の種類が、ファイルからは1つに決まりません。一覧に「事業所の種類」を書いてください。",
        )
    assessment = assess(result, profile, office_type)
    return _finished(outcome, order, assessment, None)


def _counted(outcome: SubmissionOutcome, result: CheckResult) -> SubmissionOutcome:
    counts = result.counts
    return replace(
        outcome,
        files=len(result.examined),
        records=sum(report.records or 0 for report in result.examined),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        hashes=tuple(report.sha256 for report in result.examined if report.sha256 and report.records),
    )


def _senders(result: CheckResult) -> list[tuple[str, int]]:
    return Counter(r.sender_office for r in result.examined if r.sender_office).most_common()


def office_type_of(result: CheckResult, profile: Profile) -> OfficeType | None:
    """The office type that could have sent the most files that the profile asks of it."""
    kinds = standard().edition(profile.csv_version).kinds
    votes: Counter[str] = Counter()
    for report in result.examined:
        kind = kinds.get(report.sender_kind)
        for office_type in profile.office_types:
            asked = any(
                report.kind in row.prefixes
                and month_part(report.month) is row.month
                and row.needs[office_type.id, Direction.EXPORT] is not Need.NONE
                for row in profile.requirements
            )
            votes[office_type.id] += asked and (kind is None or office_type.sends(kind))
    best = [one for one in profile.office_types if votes[one.id] and votes[one.id] == max(votes.values())]
    return best[0] if len(best) == 1 else None


def _chosen(profile: Profile, listed: ListedOffice | None, found: OfficeType | None) -> OfficeType | None:
    """What the list says counts; what the files say is compared with it."""
    return profile.office_type(listed.office_type) if listed and listed.office_type else found


def _as_listed(
    outcome: SubmissionOutcome,
    order: BatchOrder,
    listed: ListedOffice | None,
    found: OfficeType | None,
    profile: Profile,
    senders: list[str],
) -> SubmissionOutcome:
    if order.listed and listed is None:
        return outcome.noticing(
            Attention.NOT_AS_LISTED,
            f"一覧にない提出物です（送信元の事業所番号: {'、'.join(senders[:_PROBLEMS]) or 'なし'}）。",
        )
    if listed is None:
        return outcome
    if listed.office_type and found and found.id != listed.office_type:
        outcome = outcome.noticing(
            Attention.NOT_AS_LISTED,
            f"一覧（{listed.row}行目）では{profile.office_type(listed.office_type).name}ですが、ファイルは{found.name}のものです。",
        )
    if senders and listed.number not in senders:
        outcome = outcome.noticing(
            Attention.OTHER_SENDER,
            f"ファイルの送信元（{'、'.join(senders[:_PROBLEMS])}）は、申請者の事業所番号 {listed.number}（一覧 {listed.row}行目）と違います。",
        )
    return outcome


def _package(
    submission: Submission, order: BatchOrder, outcome: SubmissionOutcome, verify: Verify
) -> SubmissionOutcome:
    from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
    from careplan_csv.conformance.evidence_package.signature import examine

    try:
        package = read_package(Path(submission.path))
        found = verify(package)
    except PackageProblem as error:
        return outcome.noticing(Attention.UNREADABLE, str(error))
    assessment = found.replayed.assessment
    outcome = _counted(outcome, assessment.check)
    signed = examine(package.manifest, package.signature, ())
    if not found.agrees:
        outcome = outcome.noticing(Attention.DOUBTFUL_PROOF, *found.differences[:_PROBLEMS])
    if signed.outcome == "broken":
        outcome = outcome.noticing(Attention.DOUBTFUL_PROOF, signed.sentence)
    if found.other_version:
        outcome = outcome.noticing(Attention.OTHER_VERSION, *found.other_version[:_PROBLEMS])
    applicant = assessment.vendor.applicant.office_number if assessment.vendor else ""
    senders = [*assessment.senders, *([applicant] if applicant else [])]
    listed = order.offices.of(submission.name, senders)
    profile = assessment.profile
    outcome = _as_listed(outcome, order, listed, assessment.office_type, profile, senders)
    return _finished(outcome, order, assessment, found.replayed.harness)


def _finished(
    outcome: SubmissionOutcome, order: BatchOrder, assessment: Assessment, harness: HarnessResult | None
) -> SubmissionOutcome:
    verdict = assessment.verdict
    attention = {
        Status.NONCONFORMANT: Attention.NONCONFORMANT,
        Status.CONFORMANT: Attention.NONE,
    }.get(verdict, Attention.UNVERIFIED)
    outcome = replace(
        outcome,
        verdict=verdict.value,
        verdict_label=assessment.verdict_label,
        office_type=assessment.office_type.id,
        office_type_name=assessment.office_type.name,
        offices=assessment.senders,
    )
    outcome = outcome.noticing(attention, *assessment.reasons[:_REASONS])
    for doubt, remark in _doubts(assessment):
        outcome = outcome.noticing(doubt, remark, first=True)
    return replace(outcome, written=tuple(_write(outcome.number, order, assessment, harness)))


def _doubts(assessment: Assessment) -> Iterator[tuple[Attention, str]]:
    if assessment.is_sample:
        yield (
            Attention.DOUBTFUL_PROOF,
            "参照ソフト（見本）の結果です。介護ソフトの証拠にはなりません。介護ソフトで確かめた証拠を求めてください。",
        )
    if any(cell.rule == "H809" for cell in assessment.requirements):
        yield (
            Attention.DOUBTFUL_PROOF,
            "キットのファイルが、そのまま結果として使われています（H809）。介護ソフトで確かめ直してもらってください。",
        )
    if len(assessment.senders) > 1:
        offices = "、".join(assessment.senders[:_PROBLEMS])
        yield (
            Attention.OTHER_SENDER,
            f"送信元の事業所が {len(assessment.senders)}か所あります（{offices}）。事業所ごとに出し直してもらってください。",
        )


@cache
def _templates() -> LetterTemplates:
    """Compiled once for all submissions."""
    from careplan_csv.reporting.letters import LetterTemplates

    return LetterTemplates(None)


def _write(
    number: int, order: BatchOrder, assessment: Assessment, harness: HarnessResult | None
) -> Iterator[str]:
    """Write 別紙6, the result and the letters; gives their names, relative to the folder of results."""
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.json_report import assessment_json
    from careplan_csv.reporting.letter_content import letter_content
    from careplan_csv.reporting.letters import LETTER_WRITERS, Addressee
    from careplan_csv.reporting.pdf import html_to_pdf
    from careplan_csv.reporting.writing import write_file

    own = Path(order.out) / folder_of(number)
    own.mkdir(parents=True, exist_ok=True)
    html = render_html(assessment, harness)
    contents = {
        "besshi6.html": html.encode("utf-8"),
        "result.json": assessment_json(assessment, harness).encode("utf-8"),
    }
    content = letter_content(assessment.check, assessment, order.today, order.until)
    letters = [_templates().letter(addressee, content) for addressee in Addressee]
    contents["letter.html"] = LETTER_WRITERS[".html"](letters)
    if order.with_pdf:
        contents["besshi6.pdf"] = html_to_pdf(html, created_at=assessment.check.checked_at)
    for name, data in contents.items():
        write_file(own / name, data)
        yield f"{folder_of(number)}/{name}"
