"""What the command line says to people, in Japanese, on standard error."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from difflib import get_close_matches
from typing import Any

import click

from careplan_csv.cli.codes import ExitCode
from careplan_csv.findings import printable, visible


class Refused(Exception):
    """The command cannot go on; the text says what, where and what to do."""

    def __init__(self, text: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(text)
        self.code = code


def prepare_streams() -> None:
    """A console that cannot show a character must not end the program; redirected output is UTF-8."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Whoever closed it does not want to see anything; the exit code still tells.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                if stream.isatty():
                    stream.reconfigure(errors="replace")
                else:
                    stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str, code: ExitCode) -> int:
    """Print one sentence on standard error and return the exit code."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(visible(text), file=sys.stderr)
    return code


def fault(error: Exception) -> int:
    """A fault of this program: its kind, never the data it met."""
    kind = type(error).__name__
    return say(
        f"careplan-csv の不具合で止まりました（{kind}）。調べたファイルは変わっていません。\n"
        "お手数ですが、使ったコマンドとこの表示を、careplan-csv の開発者に知らせてください（個人情報は送らないでください）。",
        ExitCode.FAULT,
    )


def usage(error: click.UsageError) -> int:
    """A wrong command line, worded in Japanese."""
    context = error.ctx
    command = context.command_path if context else "careplan-csv"
    return say(f"{_sentence(error)}\n使い方は「{command} --help」で見られます。", ExitCode.USAGE)


def _sentence(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        near = get_close_matches(error.option_name, list(error.possibilities or ()), 1)
        hint = f"「{near[0]}」ではありませんか。" if near else ""
        return f"オプション「{error.option_name}」はありません。{hint}"
    if isinstance(error, click.MissingParameter):
        return f"{_parameter(error)}を指定してください。{_example(error)}"
    if isinstance(error, click.BadParameter):
        choice = error.param.type if error.param else None
        if isinstance(choice, click.Choice):
            words = "、".join(map(str, choice.choices))
            return f"{_parameter(error)}に使える値は {words} です。"
        return f"{_parameter(error)}{_wanted(choice)}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        near = get_close_matches(error.command_name, _commands(), 1)
        hint = f"「{near[0]}」ではありませんか。" if near else f"使えるのは {'、'.join(_commands())} です。"
        return f"コマンド「{error.command_name}」はありません。{hint}"
    if isinstance(error, click.BadOptionUsage):
        return (
            f"オプション「{error.option_name}」の使い方が正しくありません（値が要るか、値を付けられません）。"
        )
    if surplus := _SURPLUS.match(error.format_message()):
        return f"余分な指定「{printable(surplus[1])}」があります。空白のある名前は引用符で囲んでください。"
    return "コマンドの書き方が正しくありません。"


_SURPLUS = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
"""How click words it; it has no class of its own for that."""


def _wanted(kind: click.ParamType[Any] | None) -> str:
    """What value a parameter takes."""
    if isinstance(kind, click.IntRange):
        least = "" if kind.min is None else f"{kind.min} 以上 "
        most = "" if kind.max is None else f"{kind.max} 以下"
        return f"には {least}{most}".rstrip() + "の整数を指定してください。"
    if isinstance(kind, click.types.IntParamType):
        return "には整数を指定してください。"
    return "の値が正しくありません。"


_EXAMPLES = {
    "check": "careplan-csv check 出力フォルダー",
    "compare": "careplan-csv compare A社.zip B社.zip",
    "explain": "careplan-csv explain F405",
    "layout": "careplan-csv layout UPPLAN",
    "verify": "careplan-csv verify 証拠.zip",
}


def _example(error: click.UsageError) -> str:
    """How the command is written, for whoever left out what it is about."""
    command = _EXAMPLES.get(error.ctx.info_name or "") if error.ctx else None
    is_argument = isinstance(error, click.MissingParameter) and not isinstance(error.param, click.Option)
    return f"例: {command}" if command and is_argument else ""


def _commands() -> list[str]:
    from careplan_csv.cli import COMMANDS

    return list(COMMANDS)


def _parameter(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "指定"
    if isinstance(parameter, click.Option):
        return f"オプション「{parameter.opts[0]}」"
    # The names of arguments in the help are words of this program: 「ファイルやフォルダー…」.
    return parameter.human_readable_name.strip("[]").removesuffix("…")
