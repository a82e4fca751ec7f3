"""What the result.json of `assess` says of the software, as proof of a requirement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careplan_csv.conformance import strict_json
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.findings import printable
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, OfficeType, Profile, standard

_MOST_BYTES = 200_000_000
_VERDICTS = (Status.CONFORMANT, Status.NONCONFORMANT, Status.UNVERIFIED)


class NoJudgement(Exception):
    """A file is no result of `assess`; the text says what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class JudgedCell:
    """One cell of a result: a file as the tables write it (`UPHOSOKU(000000)`), a direction, and what was found."""

    file: str
    direction: Direction
    is_required: bool
    result: Status
    evidence: Evidence
    proof: ProofKind
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedSoftware:
    """A verdict of `assess`.

    Attributes:
        is_sample: whether it is that of the reference software, which proves nothing.
        is_declared: whether it rests on declarations.
        product_name, product_version: as in the result; may be empty.
        cells: every cell that the office type needs.
    """

    profile: Profile
    office_type: OfficeType
    verdict: Status
    is_sample: bool
    is_declared: bool
    product_name: str
    product_version: str
    cells: Sequence[JudgedCell]


def judged_software(path: Path, option: str = "--result") -> JudgedSoftware:
    """Read a result.json of `assess`.

    Args:
        option: the option that named the file, for the message.

    Raises:
        NoJudgement: it cannot be read, or is no such result.
    """
    try:
        return _judged(_data(path))
    except _NoResult as error:
        raise NoJudgement(
            f"{option} の「{printable(str(path), 200)}」を使えません（{error}）。"
            "「careplan-csv assess」が作ったフォルダーの result.json を指定してください。"
        ) from error


class _NoResult(Exception):
    """Why a file is no result of `assess`, a phrase in Japanese."""


def _judged(data: Mapping[str, Any]) -> JudgedSoftware:
    known = standard()
    try:
        verdict = Status(data["verdict"])
        profile = known.profile(data["profile"])
        office_type = next(one for one in profile.office_types if one.id == data["office_type"])
        cells = [_cell(cell) for cell in data["requirements"]]
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise _NoResult("「careplan-csv assess」の結果ではありません") from error
    is_sample = data.get("sample", False)
    if verdict not in _VERDICTS or not isinstance(is_sample, bool):
        raise _NoResult("「careplan-csv assess」の結果ではありません")
    needed = [cell for cell in cells if cell.result is not Status.NOT_APPLICABLE]
    return JudgedSoftware(
        profile=profile,
        office_type=office_type,
        verdict=verdict,
        is_sample=is_sample,
        is_declared=any(map(_is_declared, needed)),
        product_name=_of_product(data, "product_name"),
        product_version=_of_product(data, "version"),
        cells=needed,
    )


def _cell(cell: Mapping[str, Any]) -> JudgedCell:
    """Raises KeyError, TypeError or ValueError if something is missing or of another kind."""
    file, reason = cell["file"], cell.get("reason", "")
    if not isinstance(file, str) or not isinstance(reason, str):
        raise TypeError
    return JudgedCell(
        file=file,
        direction=Direction(cell["direction"]),
        is_required=cell["required"] is True,
        result=Status(cell["result"]),
        evidence=Evidence(cell["evidence"]),
        # Results of the first version name no kind of proof.
        proof=ProofKind(cell["proof"]["kind"]) if "proof" in cell else ProofKind.NONE,
        reason=reason,
    )


def _of_product(data: Mapping[str, Any], key: str) -> str:
    software = data.get("software")
    value = software.get(key, "") if isinstance(software, dict) else ""
    return value if isinstance(value, str) else ""


def _data(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise _NoResult("ファイルがないか、ふつうのファイルではありません")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _NoResult("大きすぎます")
        return strict_json.parse_object(path.read_bytes())
    except OSError as error:
        raise _NoResult("ファイルを開けません") from error
    except ValueError as error:
        raise _NoResult("JSON として読めません") from error


def _is_declared(cell: JudgedCell) -> bool:
    return cell.is_required and cell.evidence is Evidence.DECLARED and cell.result is Status.CONFORMANT
