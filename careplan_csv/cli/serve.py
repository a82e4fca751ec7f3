"""careplan-csv serve."""

from __future__ import annotations

import webbrowser

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.evidence import vendor_proof_of, verified
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.profiles import USUAL_PROFILE


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(1024, 65535), help="ポート番号。省略すると、空いている番号を使います。"
)
@click.option("--no-open", is_flag=True, help="ブラウザーを開かずに、アドレスだけを示します。")
@click.help_option("--help", help="この説明を示します。")
def command(port: int | None, no_open: bool) -> int:
    """このパソコンの中だけで動くページを、ブラウザーで開きます（ファイルはどこにも送りません）。

    終えるときは、この画面で Ctrl+C を押します。1時間使わないと、自動で終わります。

    終了コード: 0 終わった / 2 指定の誤り / 4 careplan-csv の不具合
    """
    try:
        from careplan_csv.web.server import PortTaken, serve
        from careplan_csv.web.tools import WebTools
    except ImportError as error:
        raise Refused(
            'ページを動かす部品がありません。pip install "careplan-csv[web]" で入れてください。'
        ) from error

    def opened(address: str) -> None:
        found = False if no_open else webbrowser.open(address)
        how = "ブラウザーで開きました。" if found else "ブラウザーで、次のアドレスを開いてください。"
        say(
            f"{how}\n{address}\nこのアドレスは、ほかの人に教えないでください。終えるときは Ctrl+C を押します。",
            ExitCode.CONFORMANT,
        )

    try:
        serve(WebTools(verified, vendor_proof_of, USUAL_PROFILE), opened, port or 0)
    except PortTaken:
        raise Refused(
            f"ポート {port} は、ほかのプログラムが使っています。別の番号にするか、--port を付けずに実行してください。"
        ) from None
    except KeyboardInterrupt:
        pass
    return say("終わりました。渡されたファイルは消しました。", ExitCode.CONFORMANT)
