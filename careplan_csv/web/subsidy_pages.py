"""The pages on subsidies: a form, and what can be said of the application that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from careplan_csv.conformance.requirements.judged_software import NoJudgement, judged_software
from careplan_csv.conformance.tomlfile import TomlFileError
from careplan_csv.reporting.pdf import PdfUnavailable
from careplan_csv.reporting.subsidy_report import amount_words, headline, write_subsidy
from careplan_csv.subsidies.application_file import read_application
from careplan_csv.subsidies.programme import Programme
from careplan_csv.subsidies.programme_file import DEFAULT, programme, programme_ids
from careplan_csv.subsidies.subsidy_calculation import DECISION, SubsidyCalculation, calculated
from careplan_csv.web.desk import Desk
from careplan_csv.web.examined_files import RESULT
from careplan_csv.web.page_frame import PageFrame, file_response, form_of, known, uploads_of
from careplan_csv.web.subsidy_form import ROWS, SubsidyForm, application_toml
from careplan_csv.web.uploads import stored

PAGE, PDF, TOML = "subsidy.html", "subsidy.pdf", "application.toml"
_TITLES = {
    PDF: "結果（PDF）",
    PAGE: "結果（ページ）",
    "subsidy.json": "結果（JSON）",
    TOML: "記入した内容（application.toml）",
}
_MORE_ROWS = 5


@dataclass
class SubsidyCase:
    """An application that was handed in.

    Attributes:
        form: with what was entered.
        judged: the result.json that counts as proof; None without one.
        problem: why something could not be made, a sentence in Japanese.
    """

    form: SubsidyForm
    programme: Programme
    found: SubsidyCalculation
    folder: Path
    judged: Path | None
    problem: str = ""

    @property
    def files(self) -> list[tuple[str, str]]:
        """What can be opened: name and title."""
        return [(name, title) for name, title in _TITLES.items() if (self.folder / name).is_file()]


class SubsidyPages:
    """Shows the form, calculates, and shows the result above the form."""

    def __init__(self, frame: PageFrame, desk: Desk) -> None:
        self._frame, self._desk = frame, desk
        self._cases: dict[str, SubsidyCase] = {}

    async def begin(self, request: Request) -> Response:
        """An empty form; `files` names the files of an office that were judged before."""
        chosen = _programme(request.query_params.get("programme", DEFAULT))
        number = request.query_params.get("files", "")
        entries = self._of_files(number)
        return self._page(
            chosen, SubsidyForm(chosen, entries), judged=number if number in self._desk.files else ""
        )

    async def calculate(self, request: Request) -> Response:
        """What was entered: more rows, or the calculation."""
        async with form_of(request) as given:
            chosen = _programme(str(given.get("programme", "")))
            judged = str(given.get("judged", ""))
            entries = {
                key: value for key, value in given.multi_items() if isinstance(value, str) and "." in key
            }
            rows = _rows(given)
            if given.get("do") == "more":
                return self._page(chosen, SubsidyForm(chosen, entries, rows + _MORE_ROWS), judged=judged)
            form = SubsidyForm(chosen, entries, rows)
            number, folder = self._desk.place()
            results = await run_in_threadpool(stored, folder / "given", uploads_of(given, "result"))
            proof = results[-1] if results else self._proof(judged)
            try:
                case = await run_in_threadpool(_case, chosen, form, folder, proof)
            except TomlFileError as error:
                return self._page(chosen, form, judged=judged, problem="\n".join(error.faults), status=400)
            except NoJudgement as error:
                told = str(error).replace("--result の", "").replace(str(proof), proof.name if proof else "")
                return self._page(chosen, form, judged="", problem=told, status=400)
            self._cases[number] = case
        return RedirectResponse(f"{self._frame.root}/subsidy/{number}", 303)

    async def result(self, request: Request) -> Response:
        """The result, and the form to change something."""
        number = request.path_params["number"]
        case = known(self._cases, number)
        return self._page(case.programme, case.form, judged=number, case=case, problem=case.problem)

    async def made(self, request: Request) -> Response:
        """A file that was made."""
        case = known(self._cases, request.path_params["number"])
        name = request.path_params["name"]
        if name not in _TITLES:
            raise HTTPException(404)
        return file_response(case.folder / name)

    def _page(
        self,
        chosen: Programme,
        form: SubsidyForm,
        *,
        judged: str,
        case: SubsidyCase | None = None,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        return self._frame.page(
            "web_subsidy.html.j2",
            status,
            chosen=chosen,
            programmes=[programme(name) for name in programme_ids()],
            form=form,
            judged=judged,
            has_proof=self._proof(judged) is not None,
            number=judged,
            case=case,
            amount=amount_words,
            headline=headline,
            decision=DECISION,
            problem=problem,
        )

    def _proof(self, number: str) -> Path | None:
        """The result.json of an earlier application, or of files that were judged."""
        if number in self._cases:
            return self._cases[number].judged
        files = self._desk.files.get(number)
        path = files.made / RESULT if files else None
        return path if path and path.is_file() else None

    def _of_files(self, number: str) -> Mapping[str, str]:
        """What is known from the form of 別紙6."""
        entries = self._desk.files[number].entries if number in self._desk.files else {}
        known_names = {
            "office.name": "applicant.office_name",
            "office.service": "applicant.service_type",
            "software.product_name": "software.product_name",
            "software.vendor_name": "software.vendor_name",
        }
        return {name: entries[source] for name, source in known_names.items() if source in entries}


def _programme(name: str) -> Programme:
    if name not in programme_ids():
        raise HTTPException(404)
    return programme(name)


def _rows(given: FormData) -> int:
    text = str(given.get("rows", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS


def _case(chosen: Programme, form: SubsidyForm, folder: Path, proof: Path | None) -> SubsidyCase:
    """Calculate, and write all files.

    Raises:
        TomlFileError: an entry is wrong, or there is none.
        NoJudgement: `proof` is no result of `assess`.
    """
    data = form.data()
    application = read_application(folder / TOML, data)
    found = calculated(application, judged_software(proof) if proof else None)
    (folder / TOML).write_text(application_toml(data), encoding="utf-8", newline="\n")
    case = SubsidyCase(form, chosen, found, folder, proof)
    for name in _TITLES:
        try:
            if name != TOML:
                write_subsidy(found, folder / name, force=True)
        except PdfUnavailable as error:
            case.problem = str(error)
    return case
