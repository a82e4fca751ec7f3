"""What all pages share: their frame, forms that are handed in, and files that are handed out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from careplan_csv.reporting.templates import environment
from careplan_csv.version import __version__
from careplan_csv.web.uploads import MOST_FILES

_MOST_FIELDS = 2_000
_MOST_FIELD = 1 << 20
One = TypeVar("One")


class Told(Exception):
    """Something that the user has to mend; the text says what, in Japanese."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class PageFrame:
    """Renders pages below the token.

    Attributes:
        root: the path of the first page, without a slash at its end.
    """

    def __init__(self, root: str) -> None:
        self.root = root

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of a template; `problem` is a sentence that is shown above it."""
        text = (
            environment()
            .get_template(template)
            .render(root=self.root, version=__version__, problem=values.pop("problem", ""), **values)
        )
        return HTMLResponse(text, status)


def form_of(request: Request) -> Any:
    """What was handed in with a form, to be used with `async with`."""
    return request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_MOST_FIELD)


def uploads_of(form: FormData, name: str) -> list[tuple[str, Any]]:
    """Name and stream of each file of a field."""
    return [
        (value.filename or "", value.file) for value in form.getlist(name) if isinstance(value, UploadFile)
    ]


def known(those: Mapping[str, One], number: str) -> One:
    """What has a number.

    Raises:
        HTTPException: nothing has it.
    """
    if number not in those:
        raise HTTPException(404)
    return those[number]


def file_response(path: Path) -> Response:
    """A file that was made, shown where a browser can show it.

    Raises:
        HTTPException: it was not made.
    """
    if not path.is_file():
        raise HTTPException(404)
    kinds = {".html": "text/html; charset=utf-8", ".toml": "text/plain; charset=utf-8"}
    kind = kinds.get(path.suffix)
    return FileResponse(path, media_type=kind, filename=None if kind else path.name)
