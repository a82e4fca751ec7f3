"""The command line: `python -m careplan_csv.reference --store FILE.db [--defect NAME] COMMAND …`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from careplan_csv.japanese import system_reason
from careplan_csv.reference.defects import defect, defects
from careplan_csv.reference.office import Misused, OwnOffice, UnitRefused
from careplan_csv.standard import standard

if TYPE_CHECKING:
    from careplan_csv.reference.store import Store

HELP = """\
使い方: python -m careplan_csv.reference --store FILE.db [--defect NAME] COMMAND …

  reset --office 事業所番号 --kind サービス種類 --office-type TYPE --edition CSVバージョン
                     空にして、どの事業所の介護ソフトかを決めます。
                     TYPE: {office_types}
  import FOLDER      受け取った組を取り込みます。
  load FOLDER        自分の事業所のデータを入れます（送信先は、ファイル名のもの）。
  export UNIT OUT    送る組を、フォルダー OUT に書きます（UNIT: plan、schedule、result など）。
  dump OUT           取り込んだものをすべて、フォルダー OUT に書きます。
  defects            わざと入れられる欠陥の一覧を示します。

終了コード: 0 できた、2 使い方が違う、3 取り込まなかった、4 careplan-csv の不具合
"""


class Code(IntEnum):
    """The exit code of a command."""

    DONE = 0
    USAGE = 2
    REFUSED = 3
    FAULT = 4


class Parser(argparse.ArgumentParser):
    """A parser with Japanese messages."""

    def format_help(self) -> str:
        return HELP.format(office_types="、".join(standard().office_types))

    def error(self, message: str) -> NoReturn:
        if "--defect" in message:
            raise Misused("その名前の欠陥はありません。「defects」で一覧を見られます。")
        raise Misused("コマンドの書き方が正しくありません。「--help」で使い方を見られます。")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; it raises `Misused`."""
    top = Parser(prog="careplan_csv.reference", allow_abbrev=False)
    top.add_argument("--store", type=Path)
    top.add_argument("--defect", default="", choices=["", *defects()])
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)
    reset = commands.add_parser("reset")
    reset.add_argument("--office", required=True)
    reset.add_argument("--kind", required=True)
    reset.add_argument("--office-type", required=True)
    reset.add_argument("--edition", required=True)
    for name in ("import", "load"):
        commands.add_parser(name).add_argument("folder", type=Path)
    export = commands.add_parser("export")
    export.add_argument("unit")
    export.add_argument("out", type=Path)
    commands.add_parser("dump").add_argument("out", type=Path)
    commands.add_parser("defects")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # The harness reads UTF-8, whatever the code page of the console is.
        getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="backslashreplace")
    try:
        _run(parser().parse_args(arguments))
    except Misused as error:
        return _say(str(error), Code.USAGE)
    except UnitRefused as error:
        return _say(f"取り込みませんでした。\n{error}", Code.REFUSED)
    except Exception as error:
        return _fault(error)
    return Code.DONE


def _run(asked: argparse.Namespace) -> None:
    if asked.command == "defects":
        print("\n".join(f"{name}\t{sentence}" for name, sentence in defects().items()))
        return
    if asked.store is None:
        raise Misused("--store でデータベースのファイルを指定してください。")
    # Loading the store takes time, and the list of defects does not need it.
    from careplan_csv.reference.store import Store

    store = Store(asked.store)
    try:
        _command(asked, store)
    finally:
        store.close()


def _command(asked: argparse.Namespace, store: Store) -> None:
    switched_on = defect(asked.defect)
    match asked.command:
        case "reset":
            _reset(asked, store)
        case "import":
            from careplan_csv.reference.importer import import_units

            _warn(import_units(asked.folder, store, switched_on))
        case "load":
            from careplan_csv.reference.importer import load_units

            _warn(load_units(asked.folder, store))
        case "export":
            from careplan_csv.reference.exporter import export

            print(f"{export(asked.unit, store, asked.out, switched_on)}組を書きました。")
        case "dump":
            from careplan_csv.reference.dump import dump

            print(f"{dump(store, asked.out)}ファイルを書きました。")


def _reset(asked: argparse.Namespace, store: Store) -> None:
    known = standard()
    if asked.office_type not in known.office_types:
        raise Misused(f"--office-type に使える値は {'、'.join(sorted(known.office_types))} です。")
    if asked.edition not in known.editions:
        raise Misused(f"--edition に使える値は {'、'.join(known.editions)} です。")
    with store.transaction():
        store.reset(OwnOffice(asked.office, asked.kind, asked.office_type, asked.edition))


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        print(warning, file=sys.stderr)


def _say(text: str, code: Code) -> int:
    print(text, file=sys.stderr)
    return code


def _fault(error: Exception) -> int:
    """Report an exception: unreadable files as wrong usage, others as a fault of this program, without data."""
    if isinstance(error, OSError):
        return _say(f"ファイルを読み書きできません（{system_reason(error)}）。", Code.USAGE)
    return _say(f"careplan-csv の不具合で止まりました（{type(error).__name__}）。", Code.FAULT)


if __name__ == "__main__":
    sys.exit(main())
