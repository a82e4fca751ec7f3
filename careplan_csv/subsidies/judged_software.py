"""What the result.json of `assess` says of the software, as proof of a requirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careplan_csv.conformance import strict_json
from careplan_csv.findings import printable
from careplan_csv.results import Status
from careplan_csv.standard import OfficeType, Profile, standard

_MOST_BYTES = 200_000_000
_VERDICTS = (Status.CONFORMANT, Status.NONCONFORMANT, Status.UNVERIFIED)


class NoJudgement(Exception):
    """A file is no result of `assess`; the text says what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class JudgedSoftware:
    """A verdict of `assess`.

    Attributes:
        is_sample: whether it is that of the reference software, which proves nothing.
        is_declared: whether it rests on declarations.
        product_name: as in the result; may be empty.
    """

    profile: Profile
    office_type: OfficeType
    verdict: Status
    is_sample: bool
    is_declared: bool
    product_name: str


def judged_software(path: Path) -> JudgedSoftware:
    """Read a result.json of `assess`.

    Raises:
        NoJudgement: it cannot be read, or is no such result.
    """
    data = _data(path)
    known = standard()
    profile_id, type_id, verdict = data.get("profile"), data.get("office_type"), data.get("verdict")
    cells = data.get("requirements")
    is_right = (
        isinstance(cells, list)
        and all(isinstance(cell, dict) for cell in cells)
        and profile_id in known.profiles
        and verdict in [status.value for status in _VERDICTS]
        and isinstance(data.get("sample", False), bool)
    )
    profile = known.profile(str(profile_id)) if is_right else None
    office_type = next((one for one in profile.office_types if one.id == type_id), None) if profile else None
    if profile is None or office_type is None or not isinstance(cells, list):
        raise _no_judgement(path, "「careplan-csv assess」の結果ではありません")
    software = data.get("software")
    product = software.get("product_name", "") if isinstance(software, dict) else ""
    return JudgedSoftware(
        profile=profile,
        office_type=office_type,
        verdict=Status(str(verdict)),
        is_sample=bool(data.get("sample", False)),
        is_declared=any(map(_is_declared, cells)),
        product_name=product if isinstance(product, str) else "",
    )


def _data(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise _no_judgement(path, "ファイルがないか、ふつうのファイルではありません")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _no_judgement(path, "大きすぎます")
        return strict_json.parse_object(path.read_bytes())
    except OSError as error:
        raise _no_judgement(path, "ファイルを開けません") from error
    except ValueError as error:
        raise _no_judgement(path, "JSON として読めません") from error


def _is_declared(cell: Mapping[str, Any]) -> bool:
    return (
        cell.get("required") is True
        and cell.get("evidence") == "declared"
        and cell.get("result") == Status.CONFORMANT.value
    )


def _no_judgement(path: Path, reason: str) -> NoJudgement:
    return NoJudgement(
        f"--result の「{printable(str(path), 200)}」を使えません（{reason}）。"
        "「careplan-csv assess」が作ったフォルダーの result.json を指定してください。"
    )
