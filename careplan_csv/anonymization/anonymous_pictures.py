"""A picture in place of another: a grey point, with metadata of the same kinds and nothing in them."""

from __future__ import annotations

import struct

from careplan_csv.reading.jpeg import hidden_metadata
from careplan_csv.reading.sources import Source

_NO_PICTURE = b"careplan-csv: not a JPEG\n"
_TABLES = (
    b"\xff\xdb\x00C\x00"
    + bytes([16] * 64)
    + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    + b"\xff\xc4\x00\x14\x00\x01"
    + bytes(15)
    + b"\x00"
    + b"\xff\xc4\x00\x14\x10\x01"
    + bytes(15)
    + b"\x00"
)
_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x3f\xff\xd9"
_MAKE, _GPS, _ASCII, _LONG = 0x010F, 0x8825, 2, 4
_SEGMENTS = {
    "コメント": (0xFE, b"x"),
    "IPTC": (0xED, b"Photoshop 3.0\0x"),
    "XMP": (0xE1, b"http://ns.adobe.com/xap/1.0/\0x"),
}


def anonymous_picture(source: Source) -> bytes:
    """The bytes of a picture that shows nothing, and of which the same is found.

    Raises:
        OSError: the picture cannot be read.
    """
    with source.open() as stream:
        kinds = hidden_metadata(stream)
    if kinds is None:
        return _NO_PICTURE
    return b"\xff\xd8" + b"".join(map(_segment, kinds)) + _TABLES + _SCAN


def _segment(kind: str) -> bytes:
    marker, payload = _SEGMENTS.get(kind, (0xE1, b""))
    if not payload:
        payload = b"Exif\0\0" + _directory("場所" in kind)
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _directory(with_place: bool) -> bytes:
    """A first directory of one entry, or of two where there is a place on earth."""
    entries = [struct.pack("<HHI4s", _MAKE, _ASCII, 2, b"x\0\0\0")]
    if with_place:
        entries.append(struct.pack("<HHII", _GPS, _LONG, 1, 0))
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + b"".join(entries) + bytes(4)
