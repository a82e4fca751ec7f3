"""Defects of real software, which can be enabled one at a time.

The software calls the hooks of a `Defect` at a few points; the base class has hooks without effect. Only this
module names tables and items, because each defect is about a certain one.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from careplan_csv.reference.store import Stored
    from careplan_csv.standard import Layout, MonthPart

MS932 = "cp932"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record during the import.

    Attributes:
        layout: of its file.
        values: item id -> value.
        office: 事業所番号 of the importing office.
    """

    layout: Layout
    values: dict[str, str]
    office: str


class Defect:
    """No defect: every hook follows the standard.

    Attributes:
        checks_content: faulty units are refused.
        checks_receiver: units for other offices are refused.
    """

    sentence = ""
    checks_content = True
    checks_receiver = True

    def on_decode(self, data: bytes) -> bytes:
        """Change the bytes of a file before they are decoded."""
        return data

    def takes_table(self, prefix: str, month: MonthPart) -> bool:
        """Whether a kind of file is imported."""
        return True

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        """The values to store; None to skip the record."""
        return record.values

    def on_unit(self, stored: Stored | None, serial: str, *, deletion: bool) -> bool:
        """Whether a unit is applied to a key, given the stored form (2.5)."""
        return stored is None or serial >= stored.serial

    def clears(self, stored: Stored, serial: str) -> bool:
        """Whether the stored records of a key are removed before new ones are added."""
        return True

    def on_export_bytes(self, layout: Layout, data: bytes) -> bytes:
        """Change the bytes of a file before they are written."""
        return data


class DropTable(Defect):
    """Ignores a kind of file."""

    prefix = ""
    month = "none"

    def takes_table(self, prefix: str, month: MonthPart) -> bool:
        return (prefix, month.value) != (self.prefix, self.month)


class DropTable3(DropTable):
    sentence = "第3表を取り込まない。"
    prefix = "UP3KYO"


class DropTable7(DropTable):
    sentence = "第7表を取り込まない。"
    prefix, month = "UPSIKYU", "real"


class DropSupplement(DropTable):
    sentence = "利用票の利用者補足情報を取り込まない。"
    prefix, month = "UPHOSOKU", "real"


class ChangeTexts(Defect):
    """Changes every free text."""

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        texts = {item.id for item in record.layout.items if item.is_text}
        return {key: self.change(text) if key in texts else text for key, text in record.values.items()}

    def change(self, text: str) -> str:
        return text


class Truncate256(ChangeTexts):
    sentence = "自由記述を256文字で切る。"

    def change(self, text: str) -> str:
        return text[:256]


class StripLineBreaks(ChangeTexts):
    sentence = "自由記述の改行を捨てる。"

    def change(self, text: str) -> str:
        return re.sub(r"[\r\n]+", "", text)


class FullWidthKana(ChangeTexts):
    sentence = "半角カナを全角に変える。"

    def change(self, text: str) -> str:
        return re.sub(r"[｡-ﾟ]+", lambda kana: unicodedata.normalize("NFKC", kana[0]), text)


class ShiftJis(Defect):
    sentence = "MS932 ではなく狭い意味のシフトJIS として読み、①㈱髙﨑などが「?」になる。"

    _PAIR = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]")

    def on_decode(self, data: bytes) -> bytes:
        return self._PAIR.sub(lambda pair: pair[0] if _is_shift_jis(pair[0]) else b"?", data)


def _is_shift_jis(pair: bytes) -> bool:
    try:
        pair.decode("shift_jis")
    except UnicodeDecodeError:
        return False
    return True


class IgnoreCorrections(Defect):
    sentence = "すでにある計画書・利用票・実績を、後のファイル連番の組で置き換えない。"

    def on_unit(self, stored: Stored | None, serial: str, *, deletion: bool) -> bool:
        if stored and not stored.deleted and not deletion and serial > stored.serial:
            return False
        return super().on_unit(stored, serial, deletion=deletion)


class FileDateOrder(Defect):
    sentence = "ファイル連番を見ず、後から取り込んだものを正とする。"

    def on_unit(self, stored: Stored | None, serial: str, *, deletion: bool) -> bool:
        return True


class DuplicateOnReimport(Defect):
    sentence = "同じ組をもう一度取り込むと、記録が二重になる。"

    def clears(self, stored: Stored, serial: str) -> bool:
        return serial != stored.serial


class IgnoreDeletions(Defect):
    sentence = "削除のファイルを無視する。"

    def on_unit(self, stored: Stored | None, serial: str, *, deletion: bool) -> bool:
        return not deletion and super().on_unit(stored, serial, deletion=deletion)


class SwapCreationDate(Defect):
    sentence = "作成年月日と、計画作成（変更）日（無ければ次の日付）を取り違える。"

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        own = "creation_date"
        dates = [item.id for item in record.layout.items if item.format == "ymd" and item.id != own]
        if own not in record.values or not dates:
            return record.values
        other = "plan_date" if "plan_date" in dates else dates[0]
        values = record.values
        return {**values, own: values[other], other: values[own]}


class LoseLeadingZeros(Defect):
    sentence = "番号・コード・時刻の先頭の 0 が落ちる。"

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        texts = {item.id for item in record.layout.items if item.is_text}
        return {
            key: value if key in texts or not value.isdecimal() else value.lstrip("0") or "0"
            for key, value in record.values.items()
        }


class Blank(Defect):
    """Ignores an item."""

    item = ""

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        return {key: "" if key == self.item else value for key, value in record.values.items()}


class MergeSatellites(Blank):
    sentence = "サテライト枝番を捨てる。"
    item = "satellite_no"


class SkipTais(Blank):
    sentence = "TAISコードを捨てる。"
    item = "tais_code"


class MoveTimes(Defect):
    sentence = "第6表のサービス開始時刻が1時間後ろにずれる。"

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        time = record.values.get("start_time", "")
        if not re.fullmatch(r"([01]\d|2[0-3])[0-5]\d", time):
            return record.values
        return {**record.values, "start_time": f"{(int(time[:2]) + 1) % 24:02d}{time[2:]}"}


class NoThirdOfficeRecords(Defect):
    sentence = "第6表のうち、ほかの事業所のサービスの記録を取り込まない。"

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        other = record.layout.prefix == "UPPLAN" and record.values["provider_office"] != record.office
        return None if other else record.values


class TakeForeign(Defect):
    sentence = "送信先を確かめず、他の事業所あての組も取り込む。"
    checks_receiver = False


class AcceptFaulty(Defect):
    sentence = "検査せずに、読めるところだけを取り込む（そろっていない組も）。"
    checks_content = False

    def on_record(self, record: Incoming) -> dict[str, str] | None:
        # Texts from another encoding can have characters that cannot be encoded.
        return {k: value.encode(MS932, "replace").decode(MS932) for k, value in record.values.items()}


class WriteBom(Defect):
    sentence = "出力するファイルの先頭に UTF-8 の BOM を付ける。"

    def on_export_bytes(self, layout: Layout, data: bytes) -> bytes:
        return b"\xef\xbb\xbf" + data


class HeaderRecord(Defect):
    sentence = "出力するファイルの1行目に項目名を書く。"

    def on_export_bytes(self, layout: Layout, data: bytes) -> bytes:
        names = ",".join(item.name for item in layout.items)
        return names.encode(MS932, "replace") + b"\r\n" + data


class UnquotedExport(Defect):
    sentence = "出力する自由記述を引用符で囲まない。"

    def on_export_bytes(self, layout: Layout, data: bytes) -> bytes:
        from careplan_csv.writing.writer import encoded

        records = csv.reader(io.StringIO(data.decode(MS932), newline=""))
        return encoded("".join(",".join(record) + "\r\n" for record in records))


_DEFECTS: dict[str, type[Defect]] = {
    "drop-table-3": DropTable3,
    "drop-table-7": DropTable7,
    "drop-supplement": DropSupplement,
    "no-third-office-records": NoThirdOfficeRecords,
    "truncate-256": Truncate256,
    "strip-line-breaks": StripLineBreaks,
    "full-width-kana": FullWidthKana,
    "shift-jis": ShiftJis,
    "lose-leading-zeros": LoseLeadingZeros,
    "swap-creation-date": SwapCreationDate,
    "move-times": MoveTimes,
    "merge-satellites": MergeSatellites,
    "skip-tais": SkipTais,
    "ignore-corrections": IgnoreCorrections,
    "file-date-order": FileDateOrder,
    "duplicate-on-reimport": DuplicateOnReimport,
    "ignore-deletions": IgnoreDeletions,
    "take-foreign": TakeForeign,
    "accept-faulty": AcceptFaulty,
    "write-bom": WriteBom,
    "header-record": HeaderRecord,
    "unquoted-export": UnquotedExport,
}


def defects() -> Mapping[str, str]:
    """Name -> description, a sentence in Japanese."""
    return {name: kind.sentence for name, kind in _DEFECTS.items()}


def defect(name: str) -> Defect:
    """The defect with a name; no defect for the empty name.

    Raises:
        KeyError: there is no such defect.
    """
    return _DEFECTS[name]() if name else Defect()
