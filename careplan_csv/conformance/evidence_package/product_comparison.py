"""Reads the results of several products or versions for a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction

_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class ProductCell:
    """One cell of a requirement table in a result."""

    letter: str
    direction: str
    result: Status
    evidence: Evidence


@dataclass(frozen=True)
class Product:
    """The result of a product from a package or a result file.

    Attributes:
        source: the displayed name of the file.
        name: product and version; empty if the file does not name them.
        problem: the reason why it could not be read; then everything else is empty.
        remark: a note for the reader, for instance that it was changed.
    """

    source: str
    name: str = ""
    office_type: str = ""
    profile: str = ""
    checked_at: str = ""
    verdict: Status | None = None
    cells: tuple[ProductCell, ...] = ()
    problem: str = ""
    remark: str = ""


def read_products(paths: Iterable[Path]) -> list[Product]:
    """Read evidence packages, result files, and folders of them; unreadable ones become products with a problem."""
    return [_product(path) for given in paths for path in _files(given)]


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    found = sorted(path for path in given.rglob("*") if path.is_file() and _is_result(path))
    return found or [given]


def _is_result(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or path.name.lower().endswith("result.json")


def _product(path: Path) -> Product:
    name = path.name if path.name != pack.RESULT else f"{path.parent.name}/{path.name}"
    try:
        data, remark = _result(path)
        return _read(name, data, remark)
    except PackageProblem as error:
        return Product(name, problem=str(error))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = "careplan-csv の判定の結果として読めません。result.json か証拠の ZIP を指定してください。"
        return Product(name, problem=problem)


def _result(path: Path) -> tuple[dict[str, Any], str]:
    """The result, and a remark on it."""
    if path.suffix.lower() == ".zip":
        package = read_package(path)
        changed = package.tampered()
        remark = (
            f"作った後で変えられています（{changed[0]}）"
            if changed
            else "careplan-csv verify で確かめ直せます"
        )
        return parse_object(package.parts[pack.RESULT]), remark
    if not path.is_file() or path.stat().st_size > _LARGEST:
        raise ValueError("no result")
    return parse_object(path.read_bytes()), "証拠のない結果ファイルです"


def _read(source: str, data: dict[str, Any], remark: str) -> Product:
    software = data.get("software") or {}
    name = " ".join(_text(software[key]) for key in ("product_name", "version") if software.get(key))
    cells = tuple(
        ProductCell(
            _text(row["letter"]), _text(row["direction"]), Status(row["result"]), Evidence(row["evidence"])
        )
        for row in data["requirements"]
    )
    if {cell.direction for cell in cells} - set(Direction):
        raise ValueError("no direction")
    return Product(
        source,
        name,
        _text(data["office_type"]),
        _text(data["profile"]),
        _text(data["checked_at"]),
        Status(data["verdict"]),
        cells,
        remark=remark,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value
