"""careplan-csv init-profile."""

from __future__ import annotations

import re
from pathlib import Path

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import save_new
from careplan_csv.cli.profiles import USUAL_PROFILE
from careplan_csv.findings import printable

_ID = re.compile("[a-z0-9][a-z0-9.-]{0,39}")
_TEMPLATES = ("besshi6.html.j2", "letter_office.md.j2", "letter_vendor.md.j2")


@click.command("init-profile")
@click.argument("path", type=click.Path(path_type=Path), metavar="ファイル")
@click.option("--from", "source", default=USUAL_PROFILE, metavar="名前", help="もとにする要件の表。")
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="フォルダー",
    help="別紙6 と文書のひな型の写しも、このフォルダーに作ります。",
)
@click.help_option("--help", help="この説明を示します。")
def command(path: Path, source: str, template: Path | None) -> int:
    """都道府県が、自分の要件の表（--profile に指定するファイル）とひな型を作るための写しを作ります。"""
    from careplan_csv import resources
    from careplan_csv.standard import standard

    known = standard().profiles
    if source not in known:
        raise Refused(f"オプション「--from」に使える値は {'、'.join(known)} です。")
    if path.suffix != ".yaml" or not _ID.fullmatch(path.stem) or path.stem in known:
        raise Refused(
            f"「{printable(str(path), 200)}」は使えません。名前は、半角の小文字・数字・「-」「.」で書き、"
            ".yaml で終え、もとからある要件の表と違うものにしてください（例 kanagawa-r8.yaml）。"
        )
    text = (resources.folder("schemas") / "profiles" / f"{source}.yaml").read_text(encoding="utf-8")
    own = re.sub(rf"^id: {re.escape(source)}$", f"id: {path.stem}", text, count=1, flags=re.MULTILINE)
    save_new(path, own.encode("utf-8"), force=False)
    written = [str(path)]
    for name in _TEMPLATES if template else ():
        assert template is not None
        save_new(template / name, (resources.folder("reports") / name).read_bytes(), force=False)
        written.append(str(template / name))
    listed = "、".join(printable(name, 200) for name in written)
    how = f"careplan-csv assess フォルダー --office-type 居宅介護支援 --profile {path}"
    how += f" --template {template}" if template else ""
    return say(
        f"{listed} を作りました。直してから、「{printable(how, 400)}」で使ってください。", ExitCode.CONFORMANT
    )
