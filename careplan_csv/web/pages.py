"""The pages, and what they do with what is handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from careplan_csv import resources
from careplan_csv.conformance.declaration.vendor import TomlFileError, read_vendor
from careplan_csv.standard import Profile, standard
from careplan_csv.submissions.office_list import OfficeList, OfficeListError, read_office_list
from careplan_csv.web.applicant_form import form_sections, vendor_toml
from careplan_csv.web.batch_run import BatchRun
from careplan_csv.web.desk import Desk
from careplan_csv.web.examined_files import examined, fill_in
from careplan_csv.web.guard import MOST_BYTES, TooLarge
from careplan_csv.web.page_frame import PageFrame, Told, file_response, form_of, known, uploads_of
from careplan_csv.web.subsidy_pages import SubsidyPages
from careplan_csv.web.uploads import shown, stored

_ASSETS = {"web.css": "text/css", "web.js": "text/javascript"}
_GIB = 1024**3


def application(token: str, desk: Desk) -> Starlette:
    """All pages below the token."""
    frame = PageFrame(f"/{token}")
    pages, subsidies = _Pages(frame, desk), SubsidyPages(frame, desk)
    routes = [
        Route("/", pages.home),
        Route("/static/{name}", pages.asset),
        Route("/files", pages.hand_in, methods=["POST"]),
        Route("/files/{number}", pages.files),
        Route("/files/{number}/form", pages.fill_in, methods=["POST"]),
        Route("/files/{number}/made/{name}", pages.made),
        Route("/subsidy", subsidies.begin),
        Route("/subsidy", subsidies.calculate, methods=["POST"]),
        Route("/subsidy/{number}", subsidies.result),
        Route("/subsidy/{number}/made/{name}", subsidies.made),
        Route("/submissions", pages.submit, methods=["POST"]),
        Route("/submissions/{number}", pages.submissions),
        Route("/submissions/{number}/made/{name:path}", pages.submission_made),
    ]
    handlers: dict[Any, Callable[[Request, Exception], Any]] = {
        Told: pages.told,
        TooLarge: pages.too_large,
        HTTPException: pages.not_there,
        ClientDisconnect: pages.gone,
        Exception: pages.fault,
    }
    return Starlette(routes=[Mount(f"/{token}", routes=routes)], exception_handlers=handlers)


class _Pages:
    def __init__(self, frame: PageFrame, desk: Desk) -> None:
        self._frame = frame
        self._root = frame.root
        self._desk = desk

    async def home(self, request: Request) -> Response:
        profiles = [standard().profile(name) for name in standard().profiles]
        return self._frame.page(
            "web_home.html.j2", profiles=profiles, usual=self._desk.tools.profile, most=MOST_BYTES
        )

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise HTTPException(404)
        data = (resources.folder("reports") / name).read_bytes()
        return Response(data, media_type=_ASSETS[name])

    async def hand_in(self, request: Request) -> Response:
        async with form_of(request) as form:
            profile = _profile(form)
            number, folder = self._desk.place()
            paths = await run_in_threadpool(stored, folder / "given", uploads_of(form, "files"))
            if not paths:
                raise Told("ファイルが選ばれていません。介護ソフトから出力した CSV を選んでください。")
            found = await run_in_threadpool(examined, folder / "given", folder / "made", profile)
            self._desk.files[number] = found
        return RedirectResponse(f"{self._root}/files/{number}", 303)

    async def files(self, request: Request) -> Response:
        return self._files_page(request.path_params["number"])

    def _files_page(self, number: str, problem: str = "", status: int = 200) -> HTMLResponse:
        found = known(self._desk.files, number)
        names = sorted(report.file.partition("/")[2] or report.file for report in found.result.inputs)
        return self._frame.page(
            "web_files.html.j2",
            status,
            number=number,
            found=found,
            names=[shown(name) for name in names],
            sections=form_sections(found.entries),
            problem=problem or found.problem,
        )

    async def fill_in(self, request: Request) -> Response:
        number = request.path_params["number"]
        found = known(self._desk.files, number)
        async with form_of(request) as form:
            found.entries = {
                key: value for key, value in form.multi_items() if isinstance(value, str) and "." in key
            }
            try:
                office_type = found.profile.office_type(str(form.get("office_type", "")))
            except KeyError:
                return self._files_page(number, "事業所の種類を選んでください。", 400)
            try:
                vendor = read_vendor(vendor_toml(found.entries).encode(), found.profile)
            except TomlFileError as error:
                return self._files_page(number, str(error), 400)
            given = uploads_of(form, "evidence")
            evidence = await run_in_threadpool(stored, found.made.parent / "evidence", given)
            last = evidence[-1] if evidence else None
            await run_in_threadpool(fill_in, found, office_type, vendor, last, self._desk.tools)
            toml = vendor_toml(found.entries)
            (found.made / "vendor.toml").write_text(toml, encoding="utf-8", newline="\n")
        return RedirectResponse(f"{self._root}/files/{number}#besshi6", 303)

    async def made(self, request: Request) -> Response:
        found = known(self._desk.files, request.path_params["number"])
        name = request.path_params["name"]
        if name not in {*(name for name, _ in found.files), "vendor.toml"}:
            raise HTTPException(404)
        return file_response(found.made / name)

    async def submit(self, request: Request) -> Response:
        async with form_of(request) as form:
            profile = _profile(form)
            number, folder = self._desk.place()
            paths = await run_in_threadpool(stored, folder / "given", uploads_of(form, "files"))
            if not paths:
                raise Told("提出物が選ばれていません。届いた ZIP を選んでください。")
            lists = await run_in_threadpool(stored, folder / "list", uploads_of(form, "list"))
            try:
                offices = read_office_list(lists[-1], profile) if lists else OfficeList()
            except OfficeListError as error:
                raise Told(str(error).replace(str(lists[-1]), lists[-1].name)) from error
            run = BatchRun(folder / "given", folder / "made", profile, offices, bool(lists))
            run.start(self._desk.tools.verify)
            self._desk.batches[number] = run
        return RedirectResponse(f"{self._root}/submissions/{number}", 303)

    async def submissions(self, request: Request) -> Response:
        number = request.path_params["number"]
        run = known(self._desk.batches, number)
        matrix = await run_in_threadpool(run.matrix)
        return self._frame.page(
            "web_submissions.html.j2", number=number, run=run, matrix=matrix, broad=True, problem=run.problem
        )

    async def submission_made(self, request: Request) -> Response:
        run = known(self._desk.batches, request.path_params["number"])
        name = request.path_params["name"]
        if name.removesuffix(".pdf") + ".html" in {
            one for outcome in run.outcomes for one in outcome.written
        }:
            # Made when somebody asks for it: sixty of them at once would take long.
            await run_in_threadpool(run.make_pdf, name)
            return file_response(run.made / name)
        if name not in {"table.xlsx", *(name for outcome in run.outcomes for name in outcome.written)}:
            raise HTTPException(404)
        return file_response(run.made / name)

    async def told(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Told)
        return self._frame.page(
            "web_message.html.j2", error.status, title="確かめてください", text=str(error)
        )

    async def too_large(self, request: Request, error: Exception) -> Response:
        text = f"一度に渡せるのは、合わせて {MOST_BYTES // _GIB} GB までです。分けて渡すか、careplan-csv batch を使ってください。"
        return self._frame.page("web_message.html.j2", 413, title="大きすぎます", text=text)

    async def not_there(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = "このページはありません。はじめのページから、やり直してください。"
        return self._frame.page("web_message.html.j2", error.status_code, title="見つかりません", text=text)

    async def gone(self, request: Request, error: Exception) -> Response:
        return Response(status_code=400)

    async def fault(self, request: Request, error: Exception) -> Response:
        text = f"careplan-csv の不具合で、続けられませんでした（{type(error).__name__}）。渡したファイルは、このパソコンの外に出ていません。"
        return self._frame.page("web_message.html.j2", 500, title="不具合", text=text)


def _profile(form: FormData) -> Profile:
    name = str(form.get("profile", ""))
    if name not in standard().profiles:
        raise Told("要件の表を選んでください。")
    return standard().profile(name)


__all__ = ["Desk", "application"]
