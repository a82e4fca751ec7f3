"""A faulty and a right example of every rule, taken from the faults of the samples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from careplan_csv.findings import printable
from careplan_csv.synthesis.faulting import BASES, Fault, Files, make
from careplan_csv.synthesis.faults import FAULTS

_LONGEST = 240
_NOTHING = "（ありません）"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a fault looks like: lines of a file, or names of files. `where` says which."""

    where: str
    bad: str
    good: str


def shown(rule_id: str) -> Shown | None:
    """The first fault of a rule beside what it was made from; None where the samples have none."""
    fault = next((fault for fault in FAULTS if fault.rule == rule_id), None)
    return _compared(fault) if fault else None


def _compared(fault: Fault) -> Shown:
    made, base = make(fault), BASES[fault.base]().files()
    for name, data in made.files.items():
        if name in base and data != base[name]:
            bad, good = _first_difference(data, base[name])
            return Shown(name, bad, good)
    return Shown("ファイルの名前", _names(made.files, base), _names(base, made.files))


def _first_difference(data: bytes, other: bytes) -> tuple[str, str]:
    for bad, good in zip_longest(data.split(b"\r\n"), other.split(b"\r\n")):
        if bad != good:
            return _line(bad), _line(good)
    return _line(data), _line(other)


def _line(raw: bytes | None) -> str:
    if not raw:
        return _NOTHING
    encoding = "utf-8" if raw.startswith(b"\xef\xbb\xbf") else "cp932"
    return printable(raw.decode(encoding, "backslashreplace"), _LONGEST)


def _names(files: Files, other: Files) -> str:
    """The names that the other side does not have; all where they are the same."""
    own = [name for name in files if name not in other] or list(files)
    return "\n".join(printable(name, _LONGEST) for name in own)
