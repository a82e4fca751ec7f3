"""What a Python program uses: files as tables, the checks, the verdict, and the standard itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careplan_csv.standard import Layout, standard

if TYPE_CHECKING:
    import pandas as pd

    from careplan_csv.conformance.requirements.assessment import Assessment
    from careplan_csv.results import CheckResult

Paths = str | Path | Sequence[str | Path]


class CannotReadError(ValueError):
    """A file is not written as the standard says, so it makes no table; the text says in Japanese where."""


def layout(prefix: str, *, edition: str = "") -> Layout:
    """The items of a file.

    Args:
        prefix: how the file's name begins, for instance `UPPLAN`.
        edition: a CSV version with a layout; the newest by default.

    Raises:
        KeyError: there is no such edition or file.
    """
    known = standard()
    return known.edition(edition or known.newest.csv_version).layout(prefix)


def check(
    paths: Paths,
    *,
    edition: str = "auto",
    show_values: bool = False,
    service_codes: Paths = (),
    waivers: str | Path | None = None,
) -> CheckResult:
    """Check files, folders and ZIP archives, each file by itself and together as transmission units.

    Args:
        edition: `auto`, or the CSV version that every file should have.
        show_values: put values into the findings as they are, instead of their shapes.
        service_codes: the user's own tables of service codes.
        waivers: a list of waivers (`careplan-waivers.toml`): what it accepts is marked, and no verdict changes.

    Raises:
        NoSuchPath: a path leads nowhere.
        ServiceCodeFileError: a table of service codes cannot be used.
        TomlFileError: the list of waivers cannot be used.
    """
    from careplan_csv.checker import check as run
    from careplan_csv.reading.service_codes import load_service_codes
    from careplan_csv.reading.sources import collect

    masters = [Path(path) for path in _listed(service_codes)]
    master = load_service_codes(masters) if masters else None
    known = None
    if waivers is not None:
        from careplan_csv.waivers.waiver_list import read_waivers

        known = read_waivers(Path(waivers), date.today())
    inputs = collect([str(path) for path in _listed(paths)])
    result = run(inputs, edition=edition, show_values=show_values, master=master)
    if known is None:
        return result
    from careplan_csv.waivers.waiving import waived_result

    return waived_result(result, known, date.today())


def assess(
    paths: Paths, office_type: str, *, profile: str = "yamaguchi-r6", edition: str = "auto"
) -> Assessment:
    """Judge exported files against the requirements for an office type; imports stay unverified.

    Args:
        office_type: its id or name, for instance `居宅介護支援`.
        profile: the table of requirements.

    Raises:
        NoSuchPath: a path leads nowhere.
        KeyError: there is no such profile or office type.
    """
    from careplan_csv.conformance.requirements.assessment import assess as judge

    known = standard().profile(profile)
    kind = known.office_type(office_type)
    return judge(check(paths, edition=edition), known, kind)


def read(path: str | Path, *, edition: str = "") -> pd.DataFrame:
    """A file as a table: one row per record, one column of strings per item, shape (records, items).

    Empty values are empty strings. `attrs` holds `edition`, `prefix` and the parts of the file's name
    (`month`, `sender_office`, `sender_kind`, `receiver_office`, `receiver_kind`, `serial`).

    Args:
        edition: a CSV version with a layout; by default that of the first record.

    Raises:
        CannotReadError: the name fits no file of the standard, some byte is no MS932, or some record has
            not the items of the layout.
        OSError: the file cannot be opened or read.
    """
    import pandas as pd

    from careplan_csv.checker.settings import Settings
    from careplan_csv.reading.blocks import blocks
    from careplan_csv.reading.encoding import Diagnosis, HashedStream, TextBytes
    from careplan_csv.reading.table import Table
    from careplan_csv.standard.filenames import parse

    data = Path(path).read_bytes()
    known = standard()
    name = parse(Path(path).name, known)
    _decoded(data)
    version = edition or data[:6].decode("ascii", "replace")
    settings = Settings(known)
    found = settings.layout_of(settings.edition_of(version, name), name)
    if name is None or found is None:
        raise CannotReadError(f"「{Path(path).name}」は、標準仕様のファイル名ではありません。")
    parts: list[dict[str, Any]] = []
    for block in blocks(TextBytes(HashedStream(io.BytesIO(data)), Diagnosis())):
        table = Table(block, found, "cp932")
        if not table.sound.all():
            line = int(table.record_lines((~table.sound).nonzero()[0][:1])[0])
            raise CannotReadError(
                f"{line:,}行目の記録の項目の数か引用符が、{found.name}のものではありません。"
            )
        parts.append({item.id: table.text(item.id).to_pandas() for item in found.items})
    columns = {
        item.id: pd.concat([part[item.id] for part in parts], ignore_index=True).astype("str")
        if parts
        else pd.Series([], dtype="str")
        for item in found.items
    }
    frame = pd.DataFrame(columns)
    frame.attrs = {
        "edition": found.csv_version,
        "prefix": found.prefix,
        "month": name.month,
        "sender_office": name.sender_office,
        "sender_kind": name.sender_kind,
        "receiver_office": name.receiver_office,
        "receiver_kind": name.receiver_kind,
        "serial": name.serial,
    }
    return frame


def _listed(paths: Paths) -> list[str | Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


def _decoded(data: bytes) -> None:
    """Make sure that every byte is MS932."""
    try:
        data.decode("cp932")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{line:,}行目に、MS932（シフトJIS）でない文字があります。"
        raise CannotReadError(message) from error
