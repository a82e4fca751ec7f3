"""Faults in the files of 介護予防: annexes without their parents, and pictures (B711)."""

from __future__ import annotations

import struct

from careplan_csv.synthesis.faults.fault import ERROR, WARNING, Fault
from careplan_csv.synthesis.world.prevention_forms import IMAGE_EXTENSION, IMAGE_PREFIX
from careplan_csv.writing.unit_files import Draft, FileContents

_INFORMATION, _PLAN = ("basic_information", "UPKIHON"), ("prevention_plan", "UPYOBO_SUB")
_IMAGE_ITEM = "family_image"
_PNG = b"\x89PNG\r\n\x1a\n"
_GPS_TAG, _LONG = 0x8825, 4


def _another_person(draft: Draft) -> Draft:
    """One more record, for a person without a parent record."""
    return draft.with_records((*draft.records, {**draft.records[0], "insured_number": "0000000909"}))


def _is_image(name: str) -> bool:
    return name.startswith(IMAGE_PREFIX)


def _without_image(files: FileContents) -> FileContents:
    return {name: data for name, data in files.items() if not _is_image(name)}


def _one_more_image(files: FileContents) -> FileContents:
    second = f"_0002{IMAGE_EXTENSION}"
    return files | {
        name.replace(f"_0001{IMAGE_EXTENSION}", second): data
        for name, data in files.items()
        if _is_image(name)
    }


def _no_jpeg(files: FileContents) -> FileContents:
    return {name: _PNG if _is_image(name) else data for name, data in files.items()}


def _with_place(files: FileContents) -> FileContents:
    return {name: with_gps(data) if _is_image(name) else data for name, data in files.items()}


def with_gps(jpeg: bytes) -> bytes:
    """The picture with an Exif segment whose only entry points to an (empty) GPS directory."""
    header = b"MM\x00\x2a" + struct.pack(">I", 8)
    directory = struct.pack(">HHHIII", 1, _GPS_TAG, _LONG, 1, 26, 0)
    payload = b"Exif\0\0" + header + directory + struct.pack(">HI", 0, 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


FAULTS = (
    Fault("B711", "annex-of-a-person-without-form", base="basic_information", prefix="UPKIHON_SUB2", draft=_another_person, record=3),
    Fault("B711", "support-of-a-person-without-plan", ERROR, *_PLAN, draft=_another_person, record=3),
    Fault("B711", "image-misnamed", ERROR, *_INFORMATION, draft=lambda d: d.with_item(0, _IMAGE_ITEM, "kazoku.jpg"), record=1, item_id=_IMAGE_ITEM),
    Fault("B711", "image-absent", ERROR, *_INFORMATION, files=_without_image, record=1, item_id=_IMAGE_ITEM),
    Fault("B711", "image-not-named", ERROR, *_INFORMATION, files=_one_more_image, item_id=_IMAGE_ITEM),
    Fault("B711", "image-is-no-jpeg", ERROR, *_INFORMATION, files=_no_jpeg, item_id=_IMAGE_ITEM),
    Fault("B711", "image-tells-the-place", WARNING, *_INFORMATION, files=_with_place, item_id=_IMAGE_ITEM),
)  # fmt: skip
"""The faults of this module."""
