"""careplan-csv interop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.inputs import new_edition_option
from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save
from careplan_csv.cli.progress import ProgressDisplay, told_progress

if TYPE_CHECKING:
    from careplan_csv.conformance.harness.pair_runs import Pair
    from careplan_csv.reporting.matrix import Matrix


@click.command("interop")
@click.argument("adapters", nargs=-1, required=True, metavar="アダプター…")
@new_edition_option
@click.option("--seed", type=int, default=1, help="同じ数なら、同じ内容でやり取りします。")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("careplan-interop"), help="結果を書くフォルダー。"
)
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def command(adapters: tuple[str, ...], edition: str, seed: int, out: Path, no_color: bool) -> int:
    """2つ以上の介護ソフトの間で、計画・利用票を送り、実績を返し、内容が保たれるかを確かめます。

    すべての組を、居宅介護支援と居宅サービスの両方の役で試します。

    終了コード: 0 すべて適合 / 1 不適合・未確認 / 2 指定の誤り / 4 careplan-csv の不具合
    """
    from careplan_csv.conformance.harness.adapters import UnknownAdapter, adapter_of
    from careplan_csv.conformance.harness.pair_runs import run_pairs
    from careplan_csv.reporting.matrix import matrix_html, matrix_text, matrix_xlsx
    from careplan_csv.standard import standard

    if len(adapters) < 2:
        raise Refused("アダプターを2つ以上指定してください。")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(f"{out} は空のフォルダーではありません。別のフォルダーを指定してください。")
    known = standard()
    chosen = known.newest if edition == "auto" else known.edition(edition)
    try:
        software = [adapter_of(text) for text in adapters]
        with told_progress("介護ソフトの間でやり取りしています") as told:
            pairs = run_pairs(software, chosen, seed, out, _Pairs(told, len(software)))
    except UnknownAdapter as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(
            f"「{out}」に書けません。空きと許可を確かめるか、別の場所を指定してください。"
        ) from error
    matrices = (_square(pairs), _matrix(pairs))
    save(out / "interop.html", matrix_html(*matrices).encode("utf-8"))
    save(out / "interop.xlsx", matrix_xlsx(*matrices))
    for matrix in matrices:
        deliver(matrix_text(matrix), None, color=not no_color)
        deliver("\n", None)
    deliver(f"\n表（HTML）: {out / 'interop.html'}\n表（Excel）: {out / 'interop.xlsx'}\n", None)
    good = all(pair.result == "conformant" for pair in pairs)
    return ExitCode.CONFORMANT if good else ExitCode.FINDINGS


class _Pairs:
    """Tells the progress of the pairs: each plans once against each."""

    def __init__(self, told: ProgressDisplay, count: int) -> None:
        self._told, self._all, self._done = told, count * (count - 1), 0

    def __call__(self, planning: str, service: str) -> None:
        self._told(self._done, self._all, f"やり取りしています（{planning} → {service} → {planning}）")
        self._done += 1


def _square(pairs: list[Pair]) -> Matrix:
    """Who plans against who gives the services: one cell for each pair."""
    from careplan_csv.reporting.matrix import Matrix, MatrixCell

    names = list(dict.fromkeys(pair.planning.name for pair in pairs))
    found = {(pair.planning.name, pair.service.name): pair.result for pair in pairs}
    rows = []
    for planning in names:
        cells = [found.get((planning, service)) for service in names]
        rows.append(
            (MatrixCell(planning), *(MatrixCell(cell.label if cell else "－", cell) for cell in cells))
        )
    return Matrix(
        "介護ソフトの間のやり取り（縦が居宅介護支援、横が居宅サービスの役）",
        ("居宅介護支援の役", *names),
        tuple(rows),
    )


def _matrix(pairs: list[Pair]) -> Matrix:
    """A row for each pair: the verdict, then every file that was sent."""
    from careplan_csv.reporting.matrix import Matrix, MatrixCell

    rows = []
    for pair in pairs:
        reasons = "\n".join(f"{leg.name}: {leg.result.label} {leg.reason}" for leg in pair.legs)
        rows.append(
            (
                MatrixCell(pair.planning.name),
                MatrixCell(pair.service.name),
                MatrixCell(pair.result.label, pair.result),
                MatrixCell(reasons),
            )
        )
    return Matrix(
        "組ごとの内訳",
        ("居宅介護支援の役", "居宅サービスの役", "判定", "ファイルごとの結果"),
        tuple(rows),
        ("居宅介護支援の役が計画書と利用票を出力し、居宅サービスの役が取り込み、実績を出力して返します。",),
    )
