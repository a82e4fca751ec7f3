"""What of a result is the kit itself: files that no software has written (H809)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from careplan_csv.conformance.harness.observed_data import Observed, of_files
from careplan_csv.conformance.kit.kit_model import EXPECTED, EXPECTED_EXPORT, Kit
from careplan_csv.standard import Exchange, standard
from careplan_csv.standard.filenames import parse

_CREATION, _UPDATER = "creation_date", "updating_office"
"""Items that software sets when it sends."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of the kit in one part of a result.

    Attributes:
        whole: files equal to those of the kit; traces: other contents that only the kit can have;
            sentences in Japanese.
    """

    whole: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences."""
        return (*self.whole, *self.traces)


def copies_in(kit: Kit, found: Observed | None, *, exported: bool) -> Copies:
    """Find files of the kit in a dump or an export.

    Args:
        exported: for an export, in which the software must set serial, 作成年月日 and 更新業者コード.
    """
    if found is None:
        return Copies()
    equal = tuple(_equal_files(kit, found))
    if not exported:
        return Copies(equal)
    # Entered data can be exported exactly as in the kit; only the serial shows a copy.
    traces = tuple(_traces(kit, found))
    return Copies((*equal, *traces), ()) if equal and traces else Copies((), traces)


def _equal_files(kit: Kit, found: Observed) -> Iterator[str]:
    """Files that equal those of the kit; none if they are the smaller part.

    Software that writes records in the order of the kit can write an equal small file.
    """
    known = {sha256(data).hexdigest(): path for path, data in kit.files.items()}
    equal = {name: known[digest] for name, (digest, _) in found.digests.items() if digest in known}
    whole = sum(size for _, size in found.digests.values())
    if sum(found.digests[name][1] for name in equal) * 2 < whole:
        return
    for name, path in equal.items():
        last = name.rsplit("/", 1)[-1]
        what = "期待する結果" if path.startswith(EXPECTED) else "取込用のファイル"
        yield f"{last}: キットの{what}（{path}）と、1バイトも違いません。介護ソフトが書き出したものかどうかを確かめてください。"


def _traces(kit: Kit, found: Observed) -> Iterator[str]:
    serials = {parsed.serial for path in kit.files if (parsed := parse(path.rsplit("/", 1)[-1], standard()))}
    names = [name.rsplit("/", 1)[-1] for name in found.digests]
    kept = [name for name in names if (parsed := parse(name, standard())) and parsed.serial in serials]
    if kept:
        yield f"{kept[0]} など {len(kept)}個: ファイル連番が、キットのファイルと同じです。"
    given = of_files(kit.under(EXPECTED_EXPORT), standard().edition(kit.edition))
    dates, found_dates = _values(_results(given), _CREATION), _values(_results(found), _CREATION)
    if found_dates and found_dates <= dates:
        yield "出力された実績の作成年月日が、すべてキットのものと同じです。"
    others = _values(found, _UPDATER) & (_values(given, _UPDATER) - {kit.office_number})
    if others:
        yield "出力されたファイルの更新業者コードが、送信元の事業所ではなく、キットの相手の事業所です。"


def _results(seen: Observed) -> Observed:
    """Results that software makes from imported schedules; in entered plans the date was entered too."""
    edition = standard().newest
    made = {
        table: records
        for table, records in seen.tables.items()
        if table[0] in edition.prefixes and edition.layout(table[0]).sender != Exchange.PLANNING
    }
    return Observed(made)


def _values(seen: Observed, item: str) -> set[str]:
    return {
        record[item] for records in seen.tables.values() for record in _having(records, item) if record[item]
    }


def _having(records: list[dict[str, str]], item: str) -> list[dict[str, str]]:
    return [record for record in records if item in record]


def without_copies(found: Observed | None, copies: Copies) -> Observed | None:
    """None if any file is a copy from the kit, because such data proves nothing."""
    return None if copies.whole else found
