"""Which encoding a file is in. The standard says MS932 (4.3); anything else is named with its evidence.

Decoding is strict and never guessed: this diagnosis only words the finding, and decides how the
text is read when the file is plainly in another encoding.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

from careplan_csv.reading.file_kinds import FileKind, file_kind, unnamed_data

MS932 = "cp932"
UTF8 = "utf-8"

HEAD_BYTES = 1024 * 1024
"""How much of a file the diagnosis looks at."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a file's first bytes say.

    Attributes:
        encoding: Python's name; `cp932` unless something else was found.
        name: the name for people.
        evidence: why, as a clause in Japanese; empty for MS932.
        skip: bytes of a byte order mark to leave out.
        binary: what kind of file it is instead of a CSV, and the remedy for that; None for texts.
    """

    encoding: str = MS932
    name: str = "MS932（シフトJIS）"
    evidence: str = ""
    skip: int = 0
    binary: FileKind | None = None


_BOMS = (
    (codecs.BOM_UTF8, UTF8, "UTF-8（BOM 付き）", "先頭に BOM（EF BB BF）があります"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32", "先頭に BOM（FF FE 00 00）があります"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16（リトルエンディアン）", "先頭に BOM（FF FE）があります"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16（ビッグエンディアン）", "先頭に BOM（FE FF）があります"),
)
_JAPANESE = re.compile(r"[ぁ-ヺ一-鿿]")
_KANA = re.compile(r"[ぁ-ヺ]")
# UTF-8 read as MS932 is full of these; real texts are not.
_MOJIBAKE = re.compile(r"[縺繧繝蜿荳莉螟譁邨髢]|[ｦ-ﾟ]{2}")
_LEAD_SHARE = 0.25
"""The least share of lead bytes A4 and A5 in kana of EUC-JP beside kanji; as MS932 they are ､ and ･."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]|\x1b\([BJI]")


def diagnose(head: bytes) -> Diagnosis:
    """Diagnose a file by its first bytes.

    Args:
        head: at most `HEAD_BYTES` from the beginning.
    """
    binary = file_kind(head)
    if binary:
        return Diagnosis(binary=binary)
    for bom, encoding, name, evidence in _BOMS:
        if head.startswith(bom):
            return Diagnosis(encoding, name, evidence, skip=len(bom))
    other = _utf16_without_bom(head) or _iso_2022_jp(head) or _utf8(head) or _euc_jp(head)
    return other or Diagnosis(binary=unnamed_data(head))


def _utf16_without_bom(head: bytes) -> Diagnosis | None:
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(odd) < 4:
        return None
    evidence = "半角の文字ごとに 00 のバイトがあります"
    low, high = even.count(0), odd.count(0)
    for encoding, order, zeros, others in (
        ("utf-16-le", "リトルエンディアン", high, low),
        ("utf-16-be", "ビッグエンディアン", low, high),
    ):
        text = head[: len(odd) * 2].decode(encoding, "replace")
        if zeros > len(odd) * 0.05 and zeros > 8 * others and not _CONTROLS.search(text):
            return Diagnosis(encoding, f"UTF-16（{order}、BOM 無し）", evidence)
    return None


def _iso_2022_jp(head: bytes) -> Diagnosis | None:
    if not _ISO_2022_JP.search(head) or any(byte >= 0x80 for byte in head[:65536]):
        return None
    return Diagnosis("iso2022_jp_ext", "ISO-2022-JP（JISコード）", "切り替えの符号（ESC $ B など）があります")


def _strict(head: bytes, encoding: str) -> str | None:
    """Decode, forgiving only a character that the end of the head cuts in two."""
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except UnicodeDecodeError:
        return None


def _utf8(head: bytes) -> Diagnosis | None:
    text = None if head.isascii() else _strict(head, UTF8)
    if text is None or not _JAPANESE.search(text):
        return None
    as_ms932 = _strict(head, MS932)
    # A few characters of MS932 can be valid UTF-8 by chance: then the text must look wrong as MS932, too.
    if as_ms932 is not None and len(_JAPANESE.findall(text)) < 8 and not _MOJIBAKE.search(as_ms932):
        return None
    return Diagnosis(UTF8, "UTF-8（BOM 無し）", "UTF-8 として読むと日本語になります")


def _euc_jp(head: bytes) -> Diagnosis | None:
    # The lead bytes 80–9F of nearly every Japanese text in MS932 never occur in EUC-JP.
    if head.isascii() or re.search(rb"[\x80-\x8d\x90-\x9f]", head):
        return None
    text = _strict(head, "euc_jp")
    if text is None or not _JAPANESE.search(text):
        return None
    as_ms932 = _strict(head, MS932)
    if as_ms932 is not None and not _KANA.search(text):
        return None
    if as_ms932 is not None and _is_half_width_kana(as_ms932):
        return None
    return Diagnosis("euc_jp", "EUC-JP", "EUC-JP として読むと日本語になります")


def _is_half_width_kana(text: str) -> bool:
    """Whether MS932 makes sense of a text as half-width kana alone: kana of EUC-JP would be full of ･ and ､."""
    others = [character for character in text if not character.isascii()]
    marks = sum(character in "･､" for character in others)
    return all("｡" <= character <= "ﾟ" for character in others) and marks < len(others) * _LEAD_SHARE


def chardet_hint(head: bytes) -> str:
    """What chardet takes the bytes for, for the wording of a hint only; empty when it has no idea."""
    import chardet

    guess = chardet.detect(head[:20000])
    encoding = guess.get("encoding")
    plausible = ("utf", "euc", "iso-2022", "iso2022")
    return str(encoding) if encoding and encoding.lower().startswith(plausible) else ""


class HashedStream:
    """A stream that can show its first bytes before they are read, and hashes everything that is read.

    Attributes:
        head: the first bytes, at most `HEAD_BYTES`.
        size: how many bytes were read so far.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0
        self.head = self._take(HEAD_BYTES)
        self._held = self.head

    def _take(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._digest.update(data)
        self.size += len(data)
        return data

    def read(self, size: int) -> bytes:
        """The next bytes; empty only at the end."""
        if self._held:
            held, self._held = self._held, b""
            rest = self._take(size - len(held)) if size > len(held) else b""
            return held + rest
        return self._take(size)

    def sha256(self) -> str:
        """The digest of the whole stream; reads what is left."""
        while self._take(HEAD_BYTES):
            pass
        return self._digest.hexdigest()


class TextBytes:
    """The bytes of a file, in MS932 as they are or, from another encoding, as UTF-8.

    Raises nothing on bytes that do not decode: they become U+FFFD, which a rule reports.
    """

    def __init__(self, stream: HashedStream, diagnosis: Diagnosis) -> None:
        self.encoding = MS932 if diagnosis.encoding == MS932 else UTF8
        self._stream = stream
        self._skip = diagnosis.skip
        self._decoder = None
        if diagnosis.encoding not in (MS932, UTF8):
            self._decoder = codecs.getincrementaldecoder(diagnosis.encoding)("replace")

    def read(self, size: int) -> bytes:
        """At most about `size` bytes; empty only at the end."""
        while True:
            raw = self._stream.read(size)
            ended = not raw
            if self._skip:
                raw, self._skip = raw[self._skip :], 0
            if self._decoder is None:
                if raw or ended:
                    return raw
                continue
            text = self._decoder.decode(raw, final=ended)
            if text or ended:
                return text.encode(UTF8, "surrogatepass")
