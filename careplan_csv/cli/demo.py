"""careplan-csv demo: from a challenge to an office's form, with a product that exists only here."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.output import deliver, save

_MARK = ".careplan-demo"
"""The file by which a demo knows a folder of its own."""
_SAMPLE = ("valid", "202407", "planning")
_OFFICE_TYPE, _ISSUER = "planning", "見本県"

_PRODUCT = '''"""見本ケア: a product for the demo only. Inside it is the reference software of careplan-csv."""

import sys

from careplan_csv.reference.__main__ import main

sys.exit(main(sys.argv[1:]))
'''
_SOFTWARE = """[software]
product_name = "見本ケア（架空）"
version = "1.0"
vendor_name = "見本システム（架空）"
daytime_support = true
commercial_product = false
"""
_APPLICANT = """[applicant]
corporation_name = "見本会（架空）"
office_name = "みほん居宅介護支援事業所（架空）"
office_number = "3579900014"
service_type = "居宅介護支援"
"""
_COMMANDS = {
    "reset": ["reset", "--office", "{office}", "--kind", "{office_kind}", "--office-type", "{office_type}", "--edition", "{edition}"],
    "load": ["load", "{unit}"],
    "import": ["import", "{unit}"],
    "export": ["export", "{kind}", "{out}"],
    "dump": ["dump", "{out}"],
}  # fmt: skip


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("careplan-demo"),
    help="作ったものを書くフォルダー。",
)
@click.help_option("--help", help="この説明を示します。")
def command(out: Path) -> int:
    """架空の製品「見本ケア」で、出題から別紙6 までをひととおり実演します。"""
    _clear(out)
    _write_product(out)
    for title, arguments in _steps(out):
        _step(title, arguments)
    deliver(
        f"\n別紙6: {out / 'besshi6.pdf'}（画面で見るには {out / 'besshi6.html'}）\n"
        "「見本ケア」は、この実演だけの架空の製品です（中身は careplan-csv の参照ソフトです）。\n",
        None,
    )
    return 0


def _steps(out: Path) -> list[tuple[str, list[str]]]:
    """What is shown, in order: a heading, and the command."""
    from careplan_csv import resources

    sample = str(resources.folder("sample_data").joinpath(*_SAMPLE))
    kit, answers, evidence = str(out / "出題キット"), str(out / "答え.json"), str(out / "答案.zip")
    judged, trusted = str(out / "判定済み.zip"), str(out / "公開鍵")
    office = ["--office-type", _OFFICE_TYPE]
    product = ["--vendor", str(out / "product/vendor.toml"), "--adapter", str(out / "product/adapter.toml")]
    made, issuer = ["--sign", str(out / "ソフト会社.pem")], ["--sign", str(out / "見本県.pem")]
    return [
        (
            "ソフト会社と県が、署名の鍵を作ります。",
            ["key", "make", str(out / "ソフト会社"), "--no-passphrase"],
        ),
        ("", ["key", "make", str(out / "見本県"), "--no-passphrase"]),
        (
            "県が、答えの入っていない出題キットを作ります。",
            ["kit", "make", "--challenge", "--issuer", _ISSUER, *office, "--answers", answers, "--out", kit],
        ),
        (
            "ソフト会社が、出題キットで製品を動かし、署名した答案を作ります（20秒ほどかかります）。",
            [
                "assess",
                *office,
                *product,
                "--kit",
                kit,
                "--evidence",
                evidence,
                *made,
                "--out",
                str(out / "答案"),
            ],
        ),
        (
            "県が、答えと照らし合わせて判定し、署名します。",
            ["verify", evidence, "--challenge", answers, "--trusted", trusted, "--out", judged, *issuer],
        ),
        ("事業所が、介護ソフトから出力したファイルを調べます。", ["check", sample]),
        (
            "事業所が、判定済みの証拠を使って別紙6 を作ります。",
            [
                *("assess", sample, *office, "--vendor", str(out / "vendor.toml")),
                *("--vendor-evidence", judged, "--trusted", trusted, "--out", str(out), "--force"),
            ],
        ),
    ]


def _step(title: str, arguments: Sequence[str]) -> None:
    """Show a command and run it; only the answers to a challenge are 未確認 on the way."""
    from careplan_csv.cli import run

    heading = f"\n■ {title}\n" if title else ""
    deliver(f"{heading}> careplan-csv {' '.join(arguments)}\n", None)
    code = run(list(arguments))
    is_answer = arguments[0] == "assess" and "--adapter" in arguments
    if code != 0 and not (is_answer and code == 1):
        raise Refused("実演が途中で止まりました。上の説明を見てください。")
    if arguments[0] == "key":
        _trust(Path(arguments[2]))


def _trust(name: Path) -> None:
    """Lay the public key among those that are trusted."""
    public = name.with_name(f"{name.name}.pub.pem")
    save(name.parent / "公開鍵" / public.name, public.read_bytes())


def _clear(out: Path) -> None:
    """Take away what an earlier demo left; anything else is not ours to remove."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / _MARK).is_file():
        raise Refused(f"{out} は空のフォルダーではありません。--out で別のフォルダーを指定してください。")
    shutil.rmtree(out, ignore_errors=True)


def _write_product(out: Path) -> None:
    start = [sys.executable, "-B", "{adapter}/mihon_care.py", "--store", "{work}/mihon.db"]
    commands = [f"{name} = {json.dumps([*start, *words])}" for name, words in _COMMANDS.items()]
    adapter = "\n".join(['name = "見本ケア（架空） 1.0"', "[commands]", *commands, ""])
    for path, text in (
        (_MARK, "careplan-csv demo が作ったフォルダーです。\n"),
        ("product/mihon_care.py", _PRODUCT),
        ("product/adapter.toml", adapter),
        ("product/vendor.toml", _SOFTWARE),
        ("vendor.toml", _APPLICANT + _SOFTWARE),
    ):
        save(out / path, text.encode("utf-8"))
