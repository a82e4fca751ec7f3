"""The command line: thin commands, each in a module of its own that is imported only when it is used."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click
from click.exceptions import Exit

from careplan_csv.cli import messages
from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.help_page import HelpPage
from careplan_csv.cli.output import stop_printing
from careplan_csv.version import __version__

COMMANDS = {
    "check": "CSV ファイルを検査し、誤りの場所と直し方を示します。",
    "assess": "事業所の種類ごとの要件を判定し、別紙6 を作ります。",
    "batch": "多くの提出物（ZIP やフォルダー）を続けて判定し、1つの表にします（都道府県向け）。",
    "serve": "このパソコンの中だけで動くページを、ブラウザーで開きます。",
    "view": "CSV の中身を、第1表や利用票などの帳票の形で示します。",
    "anonymize": "個人情報を置き換え、同じ指摘が出る CSV ファイルを作ります（ソフト会社などに渡すため）。",
    "init-vendor": "別紙6 に書く事業所・介護ソフトの情報を記入するファイルを作ります。",
    "init-profile": "都道府県が、自分の要件の表とひな型を作るための写しを作ります。",
    "init-subsidy": "補助金の申請の内容を記入するファイルを作ります。",
    "subsidy": "補助金の要件・対象の経費・額・提出書類を示します。",
    "demo": "付属の見本を判定し、別紙6 の見本を作ります。",
    "verify": "ZIP に書かれた判定が正しいかを、計算し直して確かめます。",
    "key": "証拠に署名するための鍵を作ります。",
    "compare": "複数の製品の証拠や結果を、1つの表に並べます。",
    "diff": "2つの結果を比べ、新しい指摘と、なくなった指摘を示します。",
    "interop": "2つ以上の介護ソフトの間で、実際にファイルをやり取りして確かめます。",
    "kit": "取込を確かめるためのキットを作り、実行し、比べます。",
    "rules": "検査の規則の一覧を示します。",
    "explain": "規則を詳しく説明します。",
    "layout": "ファイルの項目の一覧を示します。",
    "synth": "架空の利用者・事業所の、正しい CSV ファイルを作ります（試験用）。",
    "schema": "JSON で出力する結果の形式（JSON Schema）を示します。",
}


class Commands(click.Group):
    """Knows every command by name and imports a command's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        if ctx.resilient_parsing or not _is_called(name):
            # Only the one line of help is wanted.
            return click.Command(name, short_help=COMMANDS[name])
        module = import_module(f"careplan_csv.cli.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command


def _is_called(name: str) -> bool:
    """Whether the command stands on the command line; the list of commands asks for all of them."""
    context = click.get_current_context(silent=True)
    return context is None or name in (*context.args, *getattr(context, "_protected_args", ()), *_ARGUMENTS)


_ARGUMENTS: list[str] = []

click.Context.formatter_class = HelpPage


@click.group(cls=Commands, no_args_is_help=True, context_settings={"show_default": True})
@click.version_option(
    __version__,
    "--version",
    prog_name="careplan-csv",
    message="%(prog)s %(version)s",
    help="careplan-csv のバージョンを示します。",
)
@click.help_option("--help", help="この説明を示します。")
def group() -> None:
    """ケアプランデータ連携標準仕様の CSV ファイルを検査し、別紙6（対応状況確認書）を作ります。

    ファイルはこのパソコンの中だけで調べます。どこにも送りません。
    """


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    _ARGUMENTS[:] = arguments
    try:
        result: Any = group.main(arguments, prog_name="careplan-csv", standalone_mode=False)
    except click.UsageError as error:
        return messages.usage(error, arguments)
    except Exit as exit_:
        return int(exit_.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return messages.say("中止しました。", ExitCode.INTERRUPTED)
    except messages.Refused as refused:
        return messages.say(str(refused), refused.code)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        stop_printing()
        return ExitCode.CONFORMANT
    except MemoryError:
        return messages.say(
            "メモリーが足りないため、止まりました。調べるものを分けるか、ほかのソフトを閉じて、もう一度実行してください。",
            ExitCode.NOT_EXAMINED,
        )
    except Exception as error:
        if os.environ.get("CAREPLAN_CSV_DEBUG"):
            raise
        return messages.fault(error)
    return int(result or 0)


def main() -> NoReturn:
    """The entry point of the installed command."""
    _speak_utf8()
    _spare_threads()
    messages.prepare_streams()
    sys.exit(run(sys.argv[1:]))


def _speak_utf8() -> None:
    """Start again in UTF-8 mode where the locale is ASCII: names and options could not be read otherwise."""
    encoding = sys.getfilesystemencoding().lower().replace("-", "")
    if encoding != "utf8" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "careplan_csv", *sys.argv[1:]])


def _spare_threads() -> None:
    """Keep numpy from starting threads for linear algebra, of which there is none: 0.05 s of every command."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
