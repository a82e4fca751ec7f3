"""What a JPEG tells besides its picture: its segments are read, the picture itself is not decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

_START = b"\xff\xd8"
_MARKER = 0xFF
_SCAN, _APP1, _APP13, _COMMENT = 0xDA, 0xE1, 0xED, 0xFE
_MOST_SEGMENTS = 512
"""At most 32 MiB: far more than any picture has before its first scan."""

_MOST_FILL = 1024

_EXIF = b"Exif\0\0"
_GPS = 0x8825
_ENTRY = 12
_BLANK = b"\0 \t\r\n"


def hidden_metadata(stream: BinaryIO) -> tuple[str, ...] | None:
    """The kinds of metadata that are not empty, in the order of the file, by names that people know.

    Colour profiles and the like, which tell of no person, are none.

    Args:
        stream: at the beginning of the file.

    Returns:
        None where it is no JPEG, or ends before its picture begins.

    Raises:
        OSError: it cannot be read.
    """
    if stream.read(2) != _START:
        return None
    kinds: dict[str, None] = {}
    for marker, payload in _segments(stream):
        if marker == _SCAN:
            return tuple(kinds)
        if kind := _kind(marker, payload):
            kinds[kind] = None
    return None


def _segments(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of every segment up to the first scan; ends where the file is broken."""
    for _ in range(_MOST_SEGMENTS):
        if stream.read(1) != bytes((_MARKER,)):
            return
        marker = _code(stream)
        if marker is None:
            return
        length = int.from_bytes(stream.read(2), "big") - 2
        payload = stream.read(length) if length > 0 else b""
        if len(payload) != length:
            return
        yield marker, payload


def _code(stream: BinaryIO) -> int | None:
    """The second byte of a marker, behind any fill bytes; None where there is none."""
    for _ in range(_MOST_FILL):
        byte = stream.read(1)
        if byte != bytes((_MARKER,)):
            return byte[0] if byte else None
    return None


def _kind(marker: int, payload: bytes) -> str:
    """What kind of metadata a segment holds; empty where it holds none."""
    if marker == _COMMENT:
        return "コメント" if payload.strip(_BLANK) else ""
    if marker == _APP13:
        return "IPTC" if payload.partition(b"\0")[2].strip(_BLANK) else ""
    if marker != _APP1:
        return ""
    if payload.startswith(_EXIF):
        return _exif(payload[len(_EXIF) :])
    return "XMP" if payload.partition(b"\0")[2].strip(_BLANK) else ""


def _exif(tiff: bytes) -> str:
    """Whether there is an entry in the first directory, and whether one leads to a place on earth."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return "Exif" if tiff.strip(_BLANK) else ""
    try:
        (offset,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, offset)
        tags = {
            struct.unpack_from(f"{order}H", tiff, offset + 2 + _ENTRY * number)[0] for number in range(count)
        }
    except struct.error:
        return "Exif"
    if not tags:
        return ""
    return "撮影した場所を含む Exif" if _GPS in tags else "Exif"
