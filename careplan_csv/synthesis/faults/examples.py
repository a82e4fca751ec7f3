"""A wrong and a correct example for every rule, from the faults of the samples."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import zip_longest

from careplan_csv.findings import printable
from careplan_csv.standard import standard
from careplan_csv.standard.filenames import layout_of, parse
from careplan_csv.synthesis.faults.fault import BASES, Fault, make, text_of
from careplan_csv.synthesis.faults.fault_list import FAULTS
from careplan_csv.writing.unit_files import FileContents

_LONGEST = 240
_MOST_ITEMS = 5
_BLANK = "（空の行）"
_WITHOUT_BLANKS = "（空の行を出力しない）"
_ABSENT = "（この行がない）"
_LEFT_OUT = "（この記録を出力しない）"


@dataclass(frozen=True, slots=True)
class Shown:
    """An example of a fault: lines of a file, or names of files. `where` names the file.

    Attributes:
        bad, good: the wrong and the correct text, under the titles `bad_title` and `good_title`.
        changed: the items that differ between the two lines, each with its right and its wrong value.
    """

    where: str
    bad: str
    good: str
    bad_title: str = "誤り"
    good_title: str = "正しい"
    changed: tuple[str, ...] = ()


def shown(rule_id: str) -> Shown | None:
    """The first fault of a rule and the valid original; None if the samples have no such fault."""
    fault = next((fault for fault in FAULTS if fault.rule == rule_id), None)
    return _compared(fault) if fault else None


def _compared(fault: Fault) -> Shown:
    made, base = make(fault), BASES[fault.base]().files()
    if fault.example:
        bad, good = fault.example
        return Shown(made.file, text_of(bad), text_of(good))
    for name, data in made.files.items():
        if name in base and data != base[name]:
            bad, good = _first_difference(data, base[name])
            return Shown(name, bad, good, changed=_changed_items(name, data, base[name]))
    if fault.rename:
        return Shown("ファイルの名前", _names(made.files, base), _names(base, made.files))
    return Shown(
        "ファイルの名前",
        _names(made.files, {}),
        printable(made.file, _LONGEST),
        "一緒に調べたファイル",
        "この規則が見つかったファイル",
    )


def _changed_items(name: str, data: bytes, other: bytes) -> tuple[str, ...]:
    """The items of the first line that differs, where both lines have every item of the layout."""
    pairs = zip_longest(_lines(data), _lines(other), fillvalue=b"")
    bad, good = next(((bad, good) for bad, good in pairs if bad != good), (b"", b""))
    parsed = parse(name, standard())
    if parsed is None:
        return ()
    layout = layout_of(parsed.prefix, parsed.csv_version, standard())
    try:
        rows = [next(csv.reader([line.decode("cp932", "replace")]), []) for line in (bad, good)]
    except csv.Error:
        # Other line ends are the fault itself.
        return ()
    if layout is None or any(len(row) != len(layout.items) for row in rows):
        return ()
    return tuple(
        f"{item.label}: {_value(right)} → {_value(wrong)}"
        for item, wrong, right in zip(layout.items, *rows, strict=True)
        if wrong != right
    )[:_MOST_ITEMS]


def _value(text: str) -> str:
    return printable(text, 60) if text else "（空）"


def _first_difference(data: bytes, other: bytes) -> tuple[str, str]:
    lines, others = (_lines(content) for content in (data, other))
    for bad, good in zip_longest(lines, others):
        if bad == b"":
            return _BLANK, _WITHOUT_BLANKS
        if bad != good:
            return _line(bad, _ABSENT), _line(good, _LEFT_OUT)
    return _line(data, _ABSENT), _line(other, _LEFT_OUT)


def _lines(content: bytes) -> list[bytes]:
    return content.removesuffix(b"\r\n").split(b"\r\n") if content else []


def _line(raw: bytes | None, absent: str) -> str:
    if raw is None:
        return absent
    if not raw:
        return _BLANK
    encoding = "utf-8" if raw.startswith(b"\xef\xbb\xbf") else "cp932"
    return printable(raw.decode(encoding, "backslashreplace"), _LONGEST)


def _names(files: FileContents, other: FileContents) -> str:
    """The names that the other side does not have; all names if there are none."""
    own = [name for name in files if name not in other] or list(files)
    return "\n".join(printable(name, _LONGEST) for name in own)
