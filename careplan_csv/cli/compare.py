"""careplan-csv compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import expanded
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.conformance.evidence_package.package import Package
    from careplan_csv.conformance.evidence_package.product_comparison import PackageCheck, Product
    from careplan_csv.conformance.evidence_package.signature import TrustedKey


@click.command("compare")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="証拠や結果…")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("careplan-compare"), help="表を書くフォルダー。"
)
@click.option(
    "--no-verify",
    is_flag=True,
    help="証拠の ZIP を確かめ直しません（書かれた判定を、確かめていないものとして並べます）。",
)
@click.option(
    "--trusted",
    type=click.Path(path_type=Path),
    metavar="フォルダー",
    help="信頼する公開鍵（.pub.pem）のフォルダー。この鍵の署名が無い「出題キット」は、自己実施として示します。",
)
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(paths: tuple[Path, ...], out: Path, no_verify: bool, trusted: Path | None, no_color: bool) -> int:
    """複数の製品やバージョンの証拠（ZIP）や結果（result.json）を確かめ、1つの表に並べます。

    終了コード: 0 すべて読め、証拠が合った / 1 読めないものや、合わない証拠があった / 2 指定の誤り / 3 何も読めない
    """
    from careplan_csv.cli.evidence import trusted_keys
    from careplan_csv.reporting.matrix import matrix_blocks, matrix_html, matrix_xlsx
    from careplan_csv.reporting.product_table import product_table

    given = [Path(path) for path in expanded([str(path) for path in paths])]
    missing = [path for path in given if not path.exists()]
    if missing:
        raise Refused(
            f"「{printable(str(missing[0]), 200)}」が見つかりません。名前と場所を確かめてください。"
        )
    products = _read(given, trusted_keys(trusted), no_verify=no_verify)
    matrix = product_table(products)
    save(out / "compare.html", matrix_html(matrix).encode("utf-8", "replace"))
    save(out / "compare.xlsx", matrix_xlsx(matrix))
    deliver(matrix_blocks(matrix), None, color=not no_color)
    deliver(f"\n表（HTML）: {out / 'compare.html'}\n表（Excel）: {out / 'compare.xlsx'}\n", None)
    unread = [product for product in products if product.problem]
    if len(unread) == len(products):
        return ExitCode.NOT_EXAMINED
    differs = [product for product in products if product.check == "differs"]
    return ExitCode.FINDINGS if unread or differs else ExitCode.CONFORMANT


def _read(paths: Sequence[Path], keys: Sequence[TrustedKey], *, no_verify: bool) -> list[Product]:
    from careplan_csv.conformance.evidence_package.product_comparison import read_products, result_files

    files = result_files(paths)
    packages = sum(path.suffix.lower() == ".zip" for path in files)
    done = 0
    with told_progress("証拠を確かめています") as told:

        def verify(package: Package) -> PackageCheck:
            nonlocal done
            told(done, packages)
            done += 1
            return _verified(package, keys)

        return read_products(files, None if no_verify else verify)


def _verified(package: Package, keys: Sequence[TrustedKey]) -> PackageCheck:
    """Whether the verdict of a package follows from its files, as `verify` says it."""
    from careplan_csv.cli.evidence import verified
    from careplan_csv.cli.verify import note_issuer
    from careplan_csv.conformance.evidence_package.package import PackageProblem
    from careplan_csv.conformance.evidence_package.product_comparison import PackageCheck, ProofCheck
    from careplan_csv.conformance.evidence_package.signature import examine

    try:
        found = verified(package)
    except PackageProblem as error:
        return PackageCheck(ProofCheck.DIFFERS, str(error))
    signed = examine(package.manifest, package.signature, keys)
    if signed.outcome == "broken":
        return PackageCheck(ProofCheck.DIFFERS, signed.sentence)
    if not found.agrees:
        return PackageCheck(ProofCheck.DIFFERS, found.differences[0])
    check = ProofCheck.OTHER_VERSION if found.other_version else ProofCheck.AGREES
    # A challenge that nobody trustworthy has signed may be the maker's own.
    return PackageCheck(check, " ".join(note_issuer(found, signed)), signed.outcome == "trusted")
