"""Submissions as a prefecture receives them: most of them right, some of them not what was asked for."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from careplan_csv.standard import standard
from careplan_csv.synthesis.world.calendars import calendar_of
from careplan_csv.synthesis.world.generator import generate
from careplan_csv.synthesis.world.offices import HOME_CARE_PLANNING

_USERS_OF_AN_OFFICE = 2
_DATE = (2025, 5, 1, 9, 0, 0)
_ENCRYPTED = 0x1

Contents = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class MadeSubmission:
    """A submission.

    Attributes:
        flaw: the id of what is wrong with it; empty for nothing.
        office: 事業所番号 of the applicant, as the list has it.
    """

    name: str
    data: bytes
    office: str
    flaw: str = ""


def _zipped(contents: Contents) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return stream.getvalue()


def _cut(contents: Contents) -> bytes:
    whole = _zipped(contents)
    return whole[: len(whole) // 2]


def _from_a_spreadsheet(contents: Contents) -> bytes:
    return _zipped({name: _saved_again(data) for name, data in contents.items()})


def _saved_again(data: bytes) -> bytes:
    """What a spreadsheet makes of a file: numbers lose their zeros, texts their quotes."""
    rows = csv.reader(io.StringIO(data.decode("cp932"), newline=""))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell.lstrip("0") or "0" if cell.isdigit() else cell for cell in row])
    return stream.getvalue().encode("cp932")


def _in_utf8(contents: Contents) -> bytes:
    return _zipped({name: data.decode("cp932").encode("utf-8") for name, data in contents.items()})


def _without_table_7(contents: Contents) -> bytes:
    return _zipped({name: data for name, data in contents.items() if not name.startswith("UPSIKYU")})


def _a_document_only(contents: Contents) -> bytes:
    return _zipped({"申請書.docx": b"PK\x05\x06" + bytes(18)})


def _zip_in_a_zip(contents: Contents) -> bytes:
    return _zipped({"提出.zip": _zipped(contents)})


def _with_a_password(contents: Contents) -> bytes:
    """Marked as encrypted in both headers of every member: no reader opens it without a password."""
    data = bytearray(_zipped(contents))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= _ENCRYPTED
            at = data.find(signature, at + 1)
    return bytes(data)


FLAWS: Mapping[str, Callable[[Contents], bytes]] = {
    "cut": _cut,
    "spreadsheet": _from_a_spreadsheet,
    "utf-8": _in_utf8,
    "no-table-7": _without_table_7,
    "document-only": _a_document_only,
    "zip-in-zip": _zip_in_a_zip,
    "password": _with_a_password,
}
"""What is wrong with the files of a submission, by its id."""
OTHER_TYPE, COPY = "other-office-type", "copy-of-another"
"""Submissions of which the files are right, and somebody else's."""


def submissions(count: int, seed: int = 0) -> Iterator[MadeSubmission]:
    """So many submissions of planning offices; every flaw once where there is room, and the rest right.

    The same arguments give the same bytes.
    """
    exports = list(islice(_exports(count, seed), count))
    flaws = [*FLAWS, OTHER_TYPE, COPY]
    for number, (office, contents, results) in enumerate(exports):
        flaw = flaws[number] if number < len(flaws) and count > len(flaws) else ""
        name = f"{number + 1:05d}_{office}.zip"
        if flaw == OTHER_TYPE:
            data = _zipped(results)
        elif flaw == COPY:
            data = _zipped(exports[number + 1][1])
        else:
            data = FLAWS.get(flaw, _zipped)(contents)
        yield MadeSubmission(name, data, office, flaw)


def _exports(count: int, seed: int) -> Iterator[tuple[str, dict[str, bytes], dict[str, bytes]]]:
    """Office number, its files, and the results that service offices sent to it."""
    edition = standard().newest
    # Of every four offices that plan, one is a community support centre.
    offices = count + count // 2 + 2
    own: dict[str, dict[str, bytes]] = defaultdict(dict)
    results: dict[str, dict[str, bytes]] = defaultdict(dict)
    months = (calendar_of(edition).month,)
    for unit in generate(offices * _USERS_OF_AN_OFFICE, months, offices, seed, edition.csv_version):
        if unit.route.sender_kind == HOME_CARE_PLANNING:
            own[unit.route.sender] |= unit.files()
        elif unit.route.receiver_kind == HOME_CARE_PLANNING:
            results[unit.route.receiver] |= unit.files()
    for office, files in own.items():
        yield office, files, results[office]


def office_list(made: list[MadeSubmission]) -> bytes:
    """The list of the applicants as a prefecture would keep it (UTF-8 with a byte order mark)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["事業所番号", "事業所名", "事業所の種類", "提出物"])
    for number, one in enumerate(made, 1):
        writer.writerow([one.office, f"架空事業所{number}", "居宅介護支援", one.name])
    return stream.getvalue().encode("utf-8-sig")
