"""What a file is that is no CSV although its name says so, told by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file, and what to do when one stands in a CSV's place."""

    name: str
    remedy: str


_EXPORT = "介護ソフトから CSV を出力し直し、そのファイルを渡してください。"
_WORKBOOK = f"表計算ソフトで保存し直したファイルは取り込めません。{_EXPORT}Excel などでは開かないでください。"
_PACKED = (
    "圧縮したファイルの名前が .CSV になっています。"
    "名前の終わりを元の拡張子（.zip など）に戻し、展開した CSV を渡してください。"
)
_DOCUMENT = f"印刷や文書の保存ではなく、{_EXPORT}"
_PICTURE = f"画像の名前が .CSV になっています。{_EXPORT}"
_PAGE = (
    "ダウンロードに失敗したときの画面（ログインや誤りの表示）が保存されたものと思われます。"
    "もう一度ログインして、ダウンロードし直してください。"
)
_ZEROS = (
    "コピーや保存の途中で失敗したファイルと思われます（ディスクや USB メモリーの故障でも起こります）。"
    f"{_EXPORT}"
)
_DATA = f"{_EXPORT}同じものが出力されるときは、ソフト会社に伝えてください。"

_ZIP = FileKind("ZIP 形式の圧縮ファイル", _PACKED)
_OFFICE_PARTS = {
    b"xl/": FileKind("Excel のブック（XLSX）", _WORKBOOK),
    b"word/": FileKind("Word の文書", _DOCUMENT),
    b"ppt/": FileKind("PowerPoint の文書", _DOCUMENT),
    b"mimetypeapplication/vnd.oasis": FileKind("OpenDocument の文書", _WORKBOOK),
}
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "古い形式の Excel・Word などの文書、またはパスワード付きの文書", _WORKBOOK),
    (b"%PDF-", "PDF", _DOCUMENT),
    (b"{\\rtf", "リッチテキストの文書（RTF）", _DOCUMENT),
    (b"\xff\xd8\xff", "JPEG 画像", _PICTURE),
    (b"\x89PNG\r\n", "PNG 画像", _PICTURE),
    (b"GIF8", "GIF 画像", _PICTURE),
    (b"II*\x00", "TIFF 画像", _PICTURE),
    (b"MM\x00*", "TIFF 画像", _PICTURE),
    (b"\x1f\x8b", "gzip 形式の圧縮ファイル", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip 形式の圧縮ファイル", _PACKED),
    (b"Rar!\x1a\x07", "RAR 形式の圧縮ファイル", _PACKED),
    (b"MSCF\x00\x00\x00\x00", "CAB 形式の圧縮ファイル", _PACKED),
    (b"SQLite format 3\x00", "データベースのファイル", _DATA),
    (b"MZ", "Windows のプログラム", _DATA),
    (b"\x7fELF", "プログラム", _DATA),
)  # fmt: skip
_BITMAP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_LATER = (
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), FileKind("WebP 画像", _PICTURE)),
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|avif)", re.DOTALL), FileKind("HEIC 画像", _PICTURE)),
    (re.compile(rb".{2}-lh[0-9d]-", re.DOTALL), FileKind("LZH 形式の圧縮ファイル", _PACKED)),
    (_BITMAP, FileKind("BMP 画像", _PICTURE)),
)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|meta|title|frameset)\b|<!--", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b", re.IGNORECASE)
_JSON = re.compile(rb'(?:\{\s*"|\[\s*\{\s*")')
_SAMPLE = 4096
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x1a\x1b")
_MOST_CONTROLS = 0.1


def file_kind(head: bytes) -> FileKind | None:
    """The kind of file whose first bytes these are; None for what may be a CSV file."""
    if head.startswith(b"PK\x03\x04"):
        return next((kind for part, kind in _OFFICE_PARTS.items() if part in head), _ZIP)
    for signature, name, remedy in _SIGNATURES:
        if head.startswith(signature):
            return FileKind(name, remedy)
    later = next((kind for pattern, kind in _LATER if pattern.match(head)), None)
    return later or _zeros(head) or _page(head)


def _zeros(head: bytes) -> FileKind | None:
    if head and not head.strip(b"\0"):
        return FileKind("中身がすべて 00（NUL）のファイル", _ZEROS)
    return None


def _page(head: bytes) -> FileKind | None:
    text = head.lstrip(_BLANK)
    if _HTML.match(text) or (_XML.match(text) and _HTML.search(text[:_SAMPLE])):
        return FileKind("Web ページ（HTML）", _PAGE)
    if _XML.match(text):
        return FileKind("XML のファイル", _WORKBOOK if b"urn:schemas-microsoft-com" in head else _DATA)
    return FileKind("JSON のファイル", _PAGE) if _JSON.match(text) else None


def unnamed_data(head: bytes) -> FileKind | None:
    """Data of no kind that is known here: full of control characters, as no text is."""
    sample = head[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if len(sample) >= 16 and controls > len(sample) * _MOST_CONTROLS:
        return FileKind("画像やプログラムなどのデータ", _DATA)
    return None
