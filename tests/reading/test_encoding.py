"""The diagnosis of encodings: what is named, and above all what is left alone."""

from __future__ import annotations

import io

import pytest

from careplan_csv.reading.encoding import Diagnosis, HashedStream, TextBytes, diagnose

TEXT = '202407,"架空 太郎","訪問介護をご利用になり、安心して暮らせるようにします。"\r\n'


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("euc_jp", "euc_jp"),
        ("iso2022_jp", "iso2022_jp_ext"),
        ("cp932", "cp932"),
    ],
)
def test_encodings_are_named_and_read(encoding: str, found: str) -> None:
    data = (TEXT * 20).encode(encoding)
    diagnosis = diagnose(data)
    assert diagnosis.encoding == found
    text = TextBytes(HashedStream(io.BytesIO(data)), diagnosis)
    read = b""
    while piece := text.read(100):
        read += piece
    assert read.decode(text.encoding) == TEXT * 20


@pytest.mark.parametrize(
    "text",
    [
        "ﾐｷ",
        "ｶｸｳ ﾀﾛｳ",
        "ﾐｷ,ﾐｷ,ﾐｷ,ﾐｷ,ﾐｷ,ﾐｷ,ﾐｷ,ﾐｷ",
        "髙﨑①㈱",
        "髙橋",
        "202407,142042",
        "",
        "薔薇",
        "鑑",
        "齊藤 鴎",
    ],
)
def test_ms932_is_left_alone(text: str) -> None:
    assert diagnose(text.encode("cp932")) == Diagnosis()


def test_every_pair_of_half_width_kana_is_ms932() -> None:
    kana = [chr(code) for code in range(0xFF66, 0xFF9E)]
    wrong = [a + b for a in kana for b in kana if diagnose(f'"{a}{b}"\r\n'.encode("cp932")) != Diagnosis()]
    assert wrong == []


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04" + bytes(50), b"%PDF-1.7", b"\xff\xd8\xff\xe0", bytes(range(32)) * 10],
)
def test_files_that_are_no_text(data: bytes) -> None:
    assert diagnose(data).binary


def test_the_digest_is_that_of_the_whole_file() -> None:
    import hashlib

    data = b"\xef\xbb\xbf" + TEXT.encode() * 50_000
    stream = HashedStream(io.BytesIO(data))
    text = TextBytes(stream, diagnose(stream.head))
    assert not text.read(10).startswith(b"\xef")
    assert stream.sha256() == hashlib.sha256(data).hexdigest()
    assert stream.size == len(data)
