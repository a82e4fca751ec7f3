"""The evidence on a cell of a requirement table, from whatever source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careplan_csv.conformance.declaration.vendor import Vendor
from careplan_csv.conformance.requirements.proof import NO_PROOF, Proof, ProofKind
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction

Cell = tuple[str, Direction]
"""A cell of the table: the letter of its row and its direction."""


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """The evidence on one cell.

    Attributes:
        files, records: how many were examined for it.
        reason: the reason of the result, a sentence in Japanese; empty if it needs none.
        means: how the result was obtained, for instance 再出力; empty if the exported files alone decide.
        rule: a rule of the family H, if something is wrong or not shown; otherwise empty.
        proof: the kind of proof, and who provided it.
    """

    result: Status
    evidence: Evidence
    reason: str = ""
    files: int = 0
    records: int = 0
    means: str = ""
    rule: str = ""
    proof: Proof = NO_PROOF


IMPORT_UNKNOWN = CellEvidence(
    Status.UNVERIFIED,
    Evidence.NONE,
    "取込は、出力されたファイルからは分かりません。ソフト会社に、取込キットで確かめた結果か自己申告を求め、"
    "vendor.toml の [declared] に記入してください。",
    rule="H803",
)

WORST_FIRST = (Status.NONCONFORMANT, Status.UNVERIFIED, Status.CONFORMANT, Status.NOT_APPLICABLE)


def declared(vendor: Vendor | None) -> dict[Cell, CellEvidence]:
    """The declarations on imports in vendor.toml, as evidence."""
    if vendor is None:
        return {}
    proof = Proof(ProofKind.DECLARED, vendor.declarant, vendor.declared_on)
    return {
        (letter, Direction.IMPORT): CellEvidence(
            Status.CONFORMANT if declaration.able else Status.NONCONFORMANT,
            Evidence.DECLARED,
            f"{vendor.declarant}が「{'取り込めます' if declaration.able else '取り込めません'}」と申告しています。",
            rule="" if declaration.able else "H803",
            proof=proof,
        )
        for letter, declaration in vendor.declared.items()
    }


def of_import(cell: Cell, given: Mapping[Cell, CellEvidence], vendor: Vendor | None) -> CellEvidence:
    """The evidence on an import: the result of a test, else the declaration, else `IMPORT_UNKNOWN`.

    Args:
        given: results from other sources than the exported files, for instance from the harness. A result
            with `Evidence.NONE` means that the test gave no answer; then a declaration is used.
    """
    found, declaration = given.get(cell), declared(vendor).get(cell)
    if found and (found.evidence is not Evidence.NONE or declaration is None):
        return found
    return declaration or IMPORT_UNKNOWN


def of_export(cell: Cell, files: CellEvidence, given: Mapping[Cell, CellEvidence]) -> CellEvidence:
    """The evidence on an export: the files decide; a result from another source can only make it worse."""
    found = given.get(cell)
    if found and WORST_FIRST.index(found.result) < WORST_FIRST.index(files.result):
        return found
    return files
