"""careplan-csv compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save

if TYPE_CHECKING:
    from careplan_csv.conformance.evidence_package.product_comparison import Product
    from careplan_csv.reporting.matrix import Matrix, MatrixCell

_DIRECTIONS = {"export": "出力", "import": "取込"}


@click.command("compare")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="証拠や結果…")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("careplan-compare"), help="表を書くフォルダー。"
)
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(paths: tuple[Path, ...], out: Path, no_color: bool) -> int:
    """複数の製品や版の証拠（ZIP）や結果（result.json）を、1つの表に並べます。

    終了コード: 0 すべて読めた / 1 読めないものがあった / 2 指定の誤り / 3 何も読めない
    """
    from careplan_csv.conformance.evidence_package.product_comparison import read_products
    from careplan_csv.reporting.matrix import matrix_blocks, matrix_html, matrix_xlsx

    missing = [path for path in paths if not path.exists()]
    if missing:
        raise Refused(f"「{missing[0]}」が見つかりません。名前と場所を確かめてください。")
    products = read_products(paths)
    matrix = _matrix(products)
    save(out / "compare.html", matrix_html(matrix).encode("utf-8"))
    save(out / "compare.xlsx", matrix_xlsx(matrix))
    deliver(matrix_blocks(matrix), None, color=not no_color)
    deliver(f"\n表（HTML）: {out / 'compare.html'}\n表（Excel）: {out / 'compare.xlsx'}\n", None)
    unread = [product for product in products if product.problem]
    if len(unread) == len(products):
        return ExitCode.NOT_EXAMINED
    return ExitCode.FINDINGS if unread else ExitCode.CONFORMANT


def _matrix(products: list[Product]) -> Matrix:
    from careplan_csv.reporting.matrix import Matrix

    keys = list(dict.fromkeys((cell.letter, cell.direction) for p in products for cell in p.cells))
    columns = (
        "製品",
        "事業所の種類",
        "総合判定",
        *(f"{letter} {_DIRECTIONS[d]}" for letter, d in keys),
        "注記",
    )
    rows = tuple(_row(product, keys) for product in products)
    return Matrix(
        "製品ごとの判定",
        columns,
        rows,
        ("証拠の欄: 機＝機械検証、申＝自己申告、見＝参照ソフトによる見本（製品の証明にはなりません）。", "結果ファイルの内容は、そのまま並べたものです。証拠の ZIP は careplan-csv verify で確かめ直せます。"),
    )  # fmt: skip


def _row(product: Product, keys: list[tuple[str, str]]) -> tuple[MatrixCell, ...]:
    from careplan_csv.reporting.matrix import MatrixCell
    from careplan_csv.results import Evidence, Status

    marks = {
        Evidence.MACHINE: "（機）",
        Evidence.DECLARED: "（申）",
        Evidence.SAMPLE: "（見）",
        Evidence.NONE: "",
    }
    found = {(cell.letter, cell.direction): cell for cell in product.cells}
    cells = []
    for key in keys:
        cell = found.get(key)
        if cell is None:
            cells.append(MatrixCell("－", Status.NOT_APPLICABLE))
        else:
            cells.append(MatrixCell(cell.result.label + marks[cell.evidence], cell.result))
    verdict = (
        MatrixCell(product.verdict.label, product.verdict) if product.verdict else MatrixCell("読めません")
    )
    name = f"{product.name}\n{product.source}" if product.name else product.source
    kind = f"{product.office_type}\n{product.profile}" if product.office_type else ""
    return (
        MatrixCell(name),
        MatrixCell(kind),
        verdict,
        *cells,
        MatrixCell(product.problem or product.remark),
    )
