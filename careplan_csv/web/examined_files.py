"""Files that were handed in, checked, with everything that is made of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.checker import check
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.conformance.declaration.vendor import Vendor
from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
from careplan_csv.conformance.evidence_package.vendor_proof import VendorProof
from careplan_csv.conformance.requirements.assessment import Assessment, assess
from careplan_csv.forms.located_records import read_records
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.finding_list import FindingList
from careplan_csv.reporting.finding_reports import write_report
from careplan_csv.reporting.form_page import page_of_records, write_forms
from careplan_csv.reporting.selection import Selection
from careplan_csv.results import CheckResult
from careplan_csv.standard import OfficeType, Profile
from careplan_csv.submissions.judgement import office_type_of

if TYPE_CHECKING:
    from careplan_csv.web.tools import WebTools

REPORT, SHEET, FORMS, LETTER = "findings.html", "findings.xlsx", "forms.html", "letter.html"
BESSHI6, BESSHI6_PDF, RESULT = "besshi6.html", "besshi6.pdf", "result.json"
_TITLES = {
    REPORT: "指摘の一覧（ページ）",
    SHEET: "指摘の一覧（Excel）",
    FORMS: "中身（第1表・利用票などの帳票）",
    LETTER: "事業所とソフト会社への文書",
    BESSHI6_PDF: "別紙6（PDF）",
    BESSHI6: "別紙6（ページ）",
    RESULT: "結果（JSON）",
}


@dataclass
class ExaminedFiles:
    """What was handed in at once, and what is known of it.

    Attributes:
        given: the folder with the files; made: the folder with what was made of them.
        office_type: what the files say; None where that is not clear.
        vendor: applicant and software, once somebody has filled them in.
        problem: why something could not be made, a sentence in Japanese.
    """

    given: Path
    made: Path
    profile: Profile
    result: CheckResult
    office_type: OfficeType | None = None
    assessment: Assessment | None = None
    vendor: Vendor | None = None
    entries: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def files(self) -> list[tuple[str, str]]:
        """What can be opened: name and title."""
        return [(name, title) for name, title in _TITLES.items() if (self.made / name).is_file()]


def examined(given: Path, made: Path, profile: Profile) -> ExaminedFiles:
    """Check the files of a folder and write the reports on them.

    Raises:
        OSError: the reports cannot be written.
        CannotWrite: the same.
    """
    made.mkdir(parents=True, exist_ok=True)
    with PlaceList() as every:
        result = check(collect([str(given)]), every=every)
        listing = FindingList(result, Selection(), every, None)
        for name in (REPORT, SHEET):
            write_report(listing, made / name, "utf-8", force=True)
        read = read_records(result, every)
    if read.records:
        stream = io.BytesIO()
        write_forms(page_of_records(read, result.checked_at), stream)
        (made / FORMS).write_bytes(stream.getvalue())
    found = ExaminedFiles(given, made, profile, result, office_type_of(result, profile))
    if found.office_type:
        found.assessment = assess(result, profile, found.office_type)
    _write_letter(found)
    return found


def _write_letter(found: ExaminedFiles) -> None:
    from careplan_csv.reporting.letter_content import letter_content
    from careplan_csv.reporting.letters import LETTER_WRITERS, Addressee, LetterTemplates

    content = letter_content(found.result, found.assessment, date.today(), None)
    letters = [LetterTemplates(None).letter(addressee, content) for addressee in Addressee]
    (found.made / LETTER).write_bytes(LETTER_WRITERS[".html"](letters))


def fill_in(
    found: ExaminedFiles, office_type: OfficeType, vendor: Vendor, evidence: Path | None, tools: WebTools
) -> None:
    """Judge the files for an office type, and write 別紙6 with applicant and software.

    Args:
        evidence: the software company's package; None where there is none.
    """
    from careplan_csv.reporting.besshi6 import render_html
    from careplan_csv.reporting.json_report import assessment_json
    from careplan_csv.reporting.pdf import PdfUnavailable, html_to_pdf

    found.problem = ""
    proof = VendorProof()
    if evidence is not None:
        try:
            proof = tools.prove(read_package(evidence), found.profile.id, office_type.id, vendor, ())
        except PackageProblem as error:
            found.problem = f"ソフト会社の証拠: {error}"
    found.office_type, found.vendor = office_type, vendor
    found.assessment = assess(
        found.result, found.profile, office_type, vendor, taken_over=proof.cells, remarks=proof.notes
    )
    html = render_html(found.assessment, None)
    (found.made / BESSHI6).write_bytes(html.encode("utf-8"))
    (found.made / RESULT).write_bytes(assessment_json(found.assessment, None).encode("utf-8"))
    try:
        (found.made / BESSHI6_PDF).write_bytes(html_to_pdf(html, created_at=found.result.checked_at))
    except PdfUnavailable as error:
        found.problem = str(error)
    _write_letter(found)
