"""Several products side by side: what was judged, by what proof, and whether the proof was verified."""

from __future__ import annotations

from collections.abc import Sequence

from careplan_csv.conformance.evidence_package.product_comparison import Product, ProductCell, ProofCheck
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.findings import printable
from careplan_csv.reporting.judgement_tables import SIGNS
from careplan_csv.reporting.matrix import Matrix, MatrixCell
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, standard

_MARKS = {Evidence.MACHINE: "機", Evidence.DECLARED: "申", Evidence.SAMPLE: "見", Evidence.NONE: ""}
_BEFORE = ("製品", "申請者", "事業所の種類", "調べた日", "証拠の確かめ", "総合判定")
_AFTER = ("確認方法", "理由・注意")
_LONGEST = 500
_NOTES = (
    "○ 適合、× 不適合、△ 未確認、－ 対象外。機＝機械検証、申＝自己申告、見＝参照ソフトによる見本（製品の証明にはなりません）。? は、証拠が合わないため、書かれていただけの判定です。",
    "「証拠の確かめ」が「一致」のものは、証拠の ZIP に入っているファイルから、判定を計算し直しました（careplan-csv verify と同じ）。そのほかの判定は、書かれていたとおりに並べたもので、確かめていません。",
    "調べたファイルが同じ内容の製品は、「理由・注意」に示します。同じ事業所の同じデータを使ったときにも、そうなります。",
)


def product_table(products: Sequence[Product]) -> Matrix:
    """A row for each product."""
    told = [cell for p in products for cell in p.cells if cell.result is not Status.NOT_APPLICABLE]
    keys = list(dict.fromkeys((cell.letter, cell.direction) for cell in told))
    own = [f"{printable(letter, 20)} {Direction(direction).label}" for letter, direction in keys]
    return Matrix(
        "製品ごとの判定",
        (*_BEFORE, *own, *_AFTER),
        tuple(_row(product, keys) for product in products),
        _NOTES,
    )


def _row(product: Product, keys: Sequence[tuple[str, str]]) -> tuple[MatrixCell, ...]:
    found = {(cell.letter, cell.direction): cell for cell in product.cells}
    return (
        MatrixCell(_lines(product.name, product.vendor_name, product.source)),
        MatrixCell(_lines(product.applicant)),
        MatrixCell(_lines(*_office(product))),
        MatrixCell(_lines(product.checked_at[:10])),
        _check(product),
        _verdict(product),
        *(_cell(found.get(key), product.check) for key in keys),
        MatrixCell("\n".join(_methods(product.cells))),
        MatrixCell(_lines(product.problem, product.remark, *product.reasons, product.alike)),
    )


def _lines(*texts: str) -> str:
    return "\n".join(printable(text, _LONGEST) for text in texts if text)


def _check(product: Product) -> MatrixCell:
    if product.problem:
        return MatrixCell("読めません", Status.NONCONFORMANT)
    if product.check is ProofCheck.DIFFERS:
        return MatrixCell(product.check.label, Status.NONCONFORMANT)
    return MatrixCell(
        product.check.label, Status.CONFORMANT if product.check.is_verified else Status.UNVERIFIED
    )


def _verdict(product: Product) -> MatrixCell:
    """The verdict, never better than what it rests on."""
    if product.verdict is None:
        return MatrixCell("－")
    label = product.verdict.label
    if product.is_sample:
        label = f"見本（{label}）"
    elif product.verdict is Status.CONFORMANT and product.rests_on_declaration:
        label = f"{label}（自己申告を含む）"
    if product.check.is_verified:
        return MatrixCell(label, product.verdict)
    if product.check is ProofCheck.DIFFERS:
        return MatrixCell(f"証拠が合いません（書かれた判定: {label}）", Status.NONCONFORMANT)
    shown = Status.UNVERIFIED if product.verdict is Status.CONFORMANT else product.verdict
    return MatrixCell(f"{label}（確かめていない）", shown)


def _cell(cell: ProductCell | None, check: ProofCheck) -> MatrixCell:
    if cell is None:
        return MatrixCell("－", Status.NOT_APPLICABLE)
    mark = _MARKS[cell.evidence]
    text = f"{cell.result.label}（{mark}）" if mark else cell.result.label
    short = f"{SIGNS[cell.result]}{mark}"
    if check is ProofCheck.DIFFERS:
        return MatrixCell(f"書かれた判定: {text}", Status.UNVERIFIED, f"?{SIGNS[cell.result]}")
    return MatrixCell(text, cell.result, short)


def _methods(cells: Sequence[ProductCell]) -> list[str]:
    """Which kind of proof decided which cells, the strongest kind first."""
    own: dict[ProofKind, dict[str, list[str]]] = {}
    for cell in cells:
        if cell.proof is not ProofKind.NONE:
            letters = own.setdefault(cell.proof, {}).setdefault(Direction(cell.direction).label, [])
            letters.append(printable(cell.letter, 20))
    order = list(ProofKind)
    return [
        f"{kind.label}: "
        + "、".join(f"{direction} {'・'.join(letters)}" for direction, letters in own[kind].items())
        for kind in sorted(own, key=order.index)
    ]


def _office(product: Product) -> tuple[str, str]:
    """Office type and table of requirements by their names, as far as this version knows them."""
    try:
        profile = standard().profile(product.profile)
        return profile.office_type(product.office_type).name, profile.name
    except KeyError:
        return product.office_type, product.profile
