"""Draw the pictures of docs/gallery from invented data: `python docs/gallery.py` (`make docs`).

Chromium draws them. Without it the pictures stay as they are, and this says so. A picture is drawn anew where its page
or its size has changed: which page it was drawn from stands in pages.txt, so that `make docs` changes nothing twice.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from careplan_csv.checker import check
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.conformance.declaration.vendor import Applicant, Software, Vendor
from careplan_csv.conformance.requirements.assessment import assess
from careplan_csv.forms.documents import DocumentKind
from careplan_csv.forms.located_records import read_records
from careplan_csv.reading.sources import collect
from careplan_csv.reporting.besshi6 import render_html
from careplan_csv.reporting.finding_list import FindingList
from careplan_csv.reporting.finding_page import write_page
from careplan_csv.reporting.form_page import page_of_records, write_forms
from careplan_csv.reporting.form_sheet import FormLook
from careplan_csv.reporting.selection import Selection
from careplan_csv.results import CheckResult
from careplan_csv.standard import standard
from careplan_csv.synthesis.world.generator import generate
from careplan_csv.synthesis.world.months import consecutive_months

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "gallery"
DRAWN_FROM = FOLDER / "pages.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MOMENT = "2026-04-01T09:00:00+09:00"
"""Pages tell when they were made: always at this moment, so that equal pages are equal."""

RULE_SET = "0" * 12
"""So that the pictures need not be drawn anew whenever the words of a rule change."""

_SAMPLES = Path("sample_data")
_FAULTY = ("F405", "F417", "R501", "B705")
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page.

    Attributes:
        page: makes the HTML.
        size: of the window, in pixels.
    """

    page: Callable[[], str]
    size: tuple[int, int]


def form() -> str:
    """利用票 and 別表 of an invented person."""
    with tempfile.TemporaryDirectory() as made:
        known = standard()
        start = known.versions[known.newest.csv_version].applies_from
        for unit in generate(3, consecutive_months(start, 1), None, 1, known.newest.csv_version):
            for name, data in unit.files().items():
                (Path(made) / name).write_bytes(data)
        with _checked(Path(made)) as (result, every):
            page = page_of_records(read_records(result, every), MOMENT, FormLook(show_values=True))
    schedules = (one for one in page.compared if one.document.kind is DocumentKind.SCHEDULE)
    stream = io.BytesIO()
    write_forms(replace(page, compared=[next(schedules)], unread=(), remarks=()), stream)
    return stream.getvalue().decode("utf-8")


def findings() -> str:
    """The report on files with some faults."""
    folders = [path for rule in _FAULTY for path in sorted((_SAMPLES / "faulty").glob(f"{rule}-*"))[:1]]
    stream = io.BytesIO()
    with _checked(*folders) as (result, every):
        write_page(FindingList(result, Selection(), every), stream)
    return stream.getvalue().decode("utf-8")


def besshi6() -> str:
    """別紙6 of an invented office."""
    profile = standard().profile("yamaguchi-r6")
    vendor = Vendor(
        applicant=Applicant(
            corporation_name="見本会（架空）", office_name="みほん居宅介護支援事業所（架空）"
        ),
        software=Software(product_name="見本ケア（架空）", version="1.0"),
    )
    with _checked(_SAMPLES / "valid" / "202407" / "planning") as (result, _):
        return render_html(assess(result, profile, profile.office_types[0], vendor), generated_at=MOMENT)


PICTURES = {
    "form": Picture(form, (1100, 1060)),
    "findings": Picture(findings, (1100, 1250)),
    "besshi6": Picture(besshi6, (820, 1010)),
}
"""The pictures by the name of their file."""


@contextmanager
def _checked(*folders: Path) -> Iterator[tuple[CheckResult, PlaceList]]:
    """What a check of some folders found, and every place."""
    with PlaceList() as every:
        result = check(collect([str(folder) for folder in folders]), every=every)
        yield replace(result, checked_at=MOMENT, rule_set=RULE_SET), every


def _digest(picture: Picture, page: str) -> str:
    return hashlib.sha256(f"{picture.size}{page}".encode()).hexdigest()


def draw(browser: str, page: str, size: tuple[int, int], out: Path) -> None:
    """Have the browser draw a page.

    Raises:
        OSError, subprocess.SubprocessError: it did not.
    """
    with tempfile.TemporaryDirectory() as folder:
        html, png = Path(folder) / "page.html", Path(folder) / "page.png"
        html.write_text(page, encoding="utf-8")
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(
                f"--user-data-dir={folder}/browser",
                "--virtual-time-budget=9000",
                "--run-all-compositor-stages-before-draw",
                f"--screenshot={png}",
            ),
            *(f"--window-size={size[0]},{size[1]}", html.as_uri()),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
        shutil.copyfile(png, out)


def main() -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("No Chromium is installed: the pictures of docs/gallery stay as they are.", file=sys.stderr)
        return
    # Pages name the files as seen from here.
    os.chdir(ROOT)
    FOLDER.mkdir(exist_ok=True)
    known = (
        dict(line.split()[:2] for line in DRAWN_FROM.read_text().splitlines()) if DRAWN_FROM.is_file() else {}
    )
    for name, picture in PICTURES.items():
        page, out = picture.page(), FOLDER / f"{name}.png"
        digest = _digest(picture, page)
        if known.get(out.name) != digest or not out.is_file():
            draw(browser, page, picture.size, out)
            known[out.name] = digest
    DRAWN_FROM.write_text("".join(f"{name} {digest}\n" for name, digest in sorted(known.items())))


if __name__ == "__main__":
    main()
