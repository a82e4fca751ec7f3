"""The diagnosis of encodings: what is named, and above all what is left alone."""

from __future__ import annotations

import io
import zipfile

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


def _zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "remedy"),
    [
        (_zipped("a.CSV"), "ZIP", "展開"),
        (_zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel", "表計算"),
        (_zipped("[Content_Types].xml", "word/document.xml"), "Word", "印刷"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "古い形式", "表計算"),
        (b"%PDF-1.7", "PDF", "印刷"),
        (b"\xff\xd8\xff\xe0", "JPEG", "画像の名前"),
        (b"\x89PNG\r\n\x1a\n", "PNG", "画像の名前"),
        (b"BM\x36\x00\x0c\x00\0\0\0\0\x36", "BMP", "画像の名前"),
        (b"RIFF\x00\x01\x02\x03WEBPVP8", "WebP", "画像の名前"),
        (b"<!DOCTYPE html><html><body>login</body></html>", "HTML", "ログイン"),
        (b"\xef\xbb\xbf\r\n <HTML lang=ja>", "HTML", "ログイン"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html>', "HTML", "ログイン"),
        (b'{"error": "unauthorized"}', "JSON", "ログイン"),
        (bytes(5000), "00（NUL）", "途中で失敗"),
        (bytes(1), "00（NUL）", "途中で失敗"),
        (bytes(range(32)) * 10, "データ", "出力し直し"),
    ],
)
def test_files_that_are_no_csv_are_named_with_the_remedy_for_that(
    data: bytes, name: str, remedy: str
) -> None:
    kind = diagnose(data).binary
    assert kind is not None
    assert name in kind.name
    assert remedy in kind.remedy


@pytest.mark.parametrize(
    "text", ["BM1234,1", "MM,1", "<1>,2", "{1},2", "RIFF", '202407,"<html>"', "(c)-lh5-", ",,,\r\n"]
)
def test_texts_that_only_begin_like_another_kind(text: str) -> None:
    assert diagnose(text.encode("cp932")).binary is None


def test_the_digest_is_that_of_the_whole_file() -> None:
    import hashlib

    data = b"\xef\xbb\xbf" + TEXT.encode() * 50_000
    stream = HashedStream(io.BytesIO(data))
    text = TextBytes(stream, diagnose(stream.head))
    assert not text.read(10).startswith(b"\xef")
    assert stream.sha256() == hashlib.sha256(data).hexdigest()
    assert stream.size == len(data)
