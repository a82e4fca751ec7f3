"""careplan-csv key: make a pair of keys for signing evidence."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.evidence import PASSPHRASE
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import save_new

_PRIVATE_ONLY = 0o600


@click.group("key", no_args_is_help=True)
@click.help_option("--help", help="この説明を示します。")
def command() -> None:
    """証拠に署名するための鍵を作ります。"""


@command.command("make", short_help="秘密鍵と公開鍵を作ります。")
@click.argument("name", type=click.Path(path_type=Path), metavar="名前")
@click.option(
    "--no-passphrase", is_flag=True, help="秘密鍵にパスフレーズを付けません（CI など、人がいないところ用）。"
)
@click.help_option("--help", help="この説明を示します。")
def make(name: Path, no_passphrase: bool) -> int:
    """秘密鍵（名前.pem）と公開鍵（名前.pub.pem）を作ります（Ed25519）。

    公開鍵は、証拠を確かめる人（都道府県・事業所）に、証拠とは別の確かな方法で渡してください。
    """
    from careplan_csv.conformance.evidence_package.signature import PUBLIC_SUFFIX, make_key

    private_path = name.with_name(f"{name.name}.pem")
    public_path = name.with_name(f"{name.name}{PUBLIC_SUFFIX}")
    for path in (private_path, public_path):
        if path.exists():
            raise Refused(f"{path} は、すでにあります。上書きはしません。別の名前を指定してください。")
    private, public = make_key(b"" if no_passphrase else _new_passphrase())
    save_new(private_path, private, force=False)
    os.chmod(private_path, _PRIVATE_ONLY)
    save_new(public_path, public, force=False)
    say(
        f"{private_path}（秘密鍵。だれにも渡さないでください）と、{public_path}（公開鍵。渡すもの）を作りました。",
        ExitCode.CONFORMANT,
    )
    return ExitCode.CONFORMANT


def _new_passphrase() -> bytes:
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE].encode("utf-8")
    if not sys.stdin.isatty():
        raise Refused(
            f"パスフレーズを、環境変数 {PASSPHRASE} に入れてください。付けないときは --no-passphrase を指定してください。"
        )
    first = getpass.getpass("新しい鍵のパスフレーズ: ")
    if not first or first != getpass.getpass("もう一度: "):
        raise Refused("パスフレーズが空か、2回の入力が違います。もう一度実行してください。")
    return first.encode("utf-8")
