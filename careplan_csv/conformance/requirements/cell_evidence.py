"""What a cell of a requirement table rests on, whoever found it out."""

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
    """What was found out about one cell.

    Attributes:
        files, records: how many were examined for it.
        reason: why the result is what it is, a sentence in Japanese; empty where nothing needs saying.
        means: how it was found out, for instance 再出力; empty where the exported files alone decide.
        rule: of the family H, where something is wrong or not shown; empty elsewhere.
        proof: what it rests on, and whose it is.
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
    """What somebody says of imports, as evidence."""
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
    """The evidence of an import: what was found out by trying it, else the maker's word, else nothing.

    Args:
        given: found by other means than the exported files, for instance by the harness. One with
            `Evidence.NONE` says that nothing could be found out, and does not displace a declaration.
    """
    found, said = given.get(cell), declared(vendor).get(cell)
    if found and (found.evidence is not Evidence.NONE or said is None):
        return found
    return said or IMPORT_UNKNOWN


def of_export(cell: Cell, files: CellEvidence, given: Mapping[Cell, CellEvidence]) -> CellEvidence:
    """The evidence of an export: the files decide; what was found by other means can only make it worse."""
    found = given.get(cell)
    if found and WORST_FIRST.index(found.result) < WORST_FIRST.index(files.result):
        return found
    return files
