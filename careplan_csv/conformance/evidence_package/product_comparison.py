"""Reads the results of several products or versions for a comparison, and says what each rests on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.package import Package, PackageProblem, read_package
from careplan_csv.conformance.evidence_package.replay import vendor_of
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, standard

_LARGEST = 64 << 20
_REASONS_KEPT = 5
_MOST_ROWS = 200
"""Rows of a table of requirements: 出力 and 取込 of each file."""
_ALIKE_TOLD = 3
_EMPTY_FILE = hashlib.sha256(b"").hexdigest()


class ProofCheck(StrEnum):
    """Whether it was verified that a verdict follows from its files."""

    AGREES = "agrees"
    OTHER_VERSION = "other_version"
    DIFFERS = "differs"
    SKIPPED = "skipped"
    NO_PACKAGE = "no_package"

    @property
    def label(self) -> str:
        return _CHECK_LABELS[self.value]

    @property
    def is_verified(self) -> bool:
        """Whether the verdict may be shown as it is written."""
        return self in (ProofCheck.AGREES, ProofCheck.OTHER_VERSION)


_CHECK_LABELS = {
    "agrees": "一致",
    "other_version": "一致（別のバージョンの証拠）",
    "differs": "合わない",
    "skipped": "確かめていない（--no-verify）",
    "no_package": "確かめていない（結果ファイルだけ）",
}


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """What became of verifying a package.

    Attributes:
        remark: what does not agree, or what the reader must know; a sentence.
        trusted: a trusted key tells who issued it: without one, a challenge may be the maker's own.
    """

    outcome: ProofCheck
    remark: str = ""
    trusted: bool = False


Verifier = Callable[[Package], PackageCheck]
"""Verifies a package."""


@dataclass(frozen=True, slots=True)
class ProductCell:
    """One cell of a requirement table in a result; `proof` is the kind of proof, where the result tells it."""

    letter: str
    direction: str
    result: Status
    evidence: Evidence
    proof: ProofKind = ProofKind.NONE
    is_required: bool = False


@dataclass(frozen=True)
class Product:
    """The result of a product from a package or a result file.

    Attributes:
        source: the displayed name of the file.
        name: product and version; empty if the file does not name them.
        vendor_name: its maker; applicant: the office that applies; both empty if the file does not name them.
        problem: the reason why it could not be read; then everything else is empty.
        reasons: why the verdict is not 適合, each a sentence.
        check: whether the verdict was verified; remark: what did not agree, or another note for the reader.
        is_sample: the reference software of this program was run.
        inputs: SHA-256 of the examined files.
        alike: which other products have the same files, a sentence.
    """

    source: str
    name: str = ""
    vendor_name: str = ""
    applicant: str = ""
    office_type: str = ""
    profile: str = ""
    checked_at: str = ""
    verdict: Status | None = None
    cells: tuple[ProductCell, ...] = ()
    problem: str = ""
    reasons: tuple[str, ...] = ()
    check: ProofCheck = ProofCheck.NO_PACKAGE
    remark: str = ""
    is_sample: bool = False
    inputs: frozenset[str] = frozenset()
    alike: str = ""

    @property
    def rests_on_declaration(self) -> bool:
        """Whether a required cell is 適合 only because somebody declares it."""
        return any(
            cell.is_required and cell.evidence is Evidence.DECLARED and cell.result is Status.CONFORMANT
            for cell in self.cells
        )


def read_products(paths: Iterable[Path], verify: Verifier | None = None) -> list[Product]:
    """Read evidence packages, result files, and folders of them; unreadable ones become products with a problem.

    Args:
        verify: verifies each package; None to take what is written.
    """
    return _compared([_product(path, verify) for path in result_files(paths)])


def result_files(paths: Iterable[Path]) -> list[Path]:
    """The packages and result files that some paths stand for."""
    return [path for given in paths for path in _files(given)]


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    found = sorted(path for path in given.rglob("*") if path.is_file() and _is_result(path))
    return found or [given]


def _is_result(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or path.name.lower().endswith("result.json")


def _product(path: Path, verify: Verifier | None) -> Product:
    name = path.name if path.name != pack.RESULT else f"{path.parent.name}/{path.name}"
    try:
        if path.suffix.lower() == ".zip":
            return _of_package(name, read_package(path), verify)
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise ValueError("no result")
        alone = _read(name, parse_object(path.read_bytes()))
        return replace(alone, cells=tuple(map(_of_own_kit, alone.cells)))
    except PackageProblem as error:
        return Product(name, problem=str(error))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = "careplan-csv の判定の結果として読めません。result.json か証拠の ZIP を指定してください。"
        return Product(name, problem=problem)


def _of_package(name: str, package: Package, verify: Verifier | None) -> Product:
    product = _read(name, parse_object(package.parts[pack.RESULT]))
    vendor = vendor_of(package, standard().profile(product.profile))
    applicant = vendor.applicant if vendor else None
    office = " ".join(filter(None, (applicant.office_name, applicant.office_number))) if applicant else ""
    found = verify(package) if verify else PackageCheck(ProofCheck.SKIPPED)
    cells = product.cells if found.trusted else tuple(map(_of_own_kit, product.cells))
    return replace(product, applicant=office, check=found.outcome, remark=found.remark, cells=cells)


def _of_own_kit(cell: ProductCell) -> ProductCell:
    """A cell as it counts where nobody trusted says who issued the challenge."""
    return replace(cell, proof=ProofKind.SELF_RUN) if cell.proof is ProofKind.CHALLENGE else cell


def _read(source: str, data: dict[str, Any]) -> Product:
    software = data.get("software") or {}
    name = " ".join(_text(software[key]) for key in ("product_name", "version") if software.get(key))
    rows = data["requirements"]
    if len(rows) > _MOST_ROWS:
        raise ValueError("no table of requirements has so many rows")
    cells = tuple(map(_cell, rows))
    if {cell.direction for cell in cells} - set(Direction):
        raise ValueError("no direction")
    hashes = (row.get("sha256") for row in data.get("inputs", ()))
    return Product(
        source,
        name,
        vendor_name=_text(software.get("vendor_name") or ""),
        office_type=_text(data["office_type"]),
        profile=_text(data["profile"]),
        checked_at=_text(data["checked_at"]),
        verdict=Status(data["verdict"]),
        cells=cells,
        reasons=tuple(_text(reason) for reason in data.get("reasons", ())[:_REASONS_KEPT]),
        is_sample=bool(data.get("sample")),
        inputs=frozenset(_text(one) for one in hashes if one and one != _EMPTY_FILE),
    )


def _cell(row: dict[str, Any]) -> ProductCell:
    proof = row.get("proof") or {}
    return ProductCell(
        _text(row["letter"]),
        _text(row["direction"]),
        Status(row["result"]),
        Evidence(row["evidence"]),
        ProofKind(proof.get("kind", ProofKind.NONE)),
        row.get("need") == Need.REQUIRED,
    )


def _compared(products: list[Product]) -> list[Product]:
    """The products, each with the others that were judged by the same files."""
    owners: dict[str, list[int]] = defaultdict(list)
    for number, product in enumerate(products):
        for digest in product.inputs:
            owners[digest].append(number)
    shared: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for numbers in owners.values():
        for number in numbers:
            for other in numbers:
                shared[number][other] += number != other
    return [
        replace(product, alike=_alike(products, shared[number], len(product.inputs)))
        for number, product in enumerate(products)
    ]


def _alike(products: list[Product], shared: dict[int, int], own: int) -> str:
    told = [
        f"{count:,}個は「{products[number].name or '製品名なし'}」（{products[number].source}）"
        for number, count in shared.items()
        if count
    ]
    more = f"、ほか {len(told) - _ALIKE_TOLD:,}個の製品" if len(told) > _ALIKE_TOLD else ""
    listed = "、".join(told[:_ALIKE_TOLD])
    return f"調べたファイル {own:,}個のうち、{listed}{more}と同じ内容です。" if told else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value
