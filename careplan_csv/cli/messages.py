"""What the command line says to people, in Japanese, on standard error."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Sequence
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


def usage(error: click.UsageError, arguments: Sequence[str]) -> int:
    """A wrong command line, worded in Japanese."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and error.ctx:
        return say(f"コマンドを指定してください。\n\n{error.ctx.get_help()}", ExitCode.USAGE)
    # The parser itself does not tell which command it was parsing.
    command = error.ctx.command_path if error.ctx else " ".join(["careplan-csv", *_called(arguments)])
    return say(f"{_sentence(error, arguments)}\n使い方は「{command} --help」で見られます。", ExitCode.USAGE)


def _called(arguments: Sequence[str]) -> list[str]:
    """The command on a command line: its name, or those of its group and of itself."""
    from careplan_csv.cli import COMMANDS, group

    names = [argument for argument in arguments if not argument.startswith("-")][:2]
    if not names or names[0] not in COMMANDS:
        return []
    called = group.get_command(click.Context(group), names[0])
    return names if isinstance(called, click.Group) and names[1:] else names[:1]


def _sentence(error: click.UsageError, arguments: Sequence[str]) -> str:
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
            before, after = (" " if sign.isascii() else "" for sign in (words[0], words[-1]))
            return f"{_parameter(error)}に使える値は{before}{words}{after}です。"
        return f"{_parameter(error)}{_wanted(choice)}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        names = _names(error.ctx)
        near = get_close_matches(error.command_name, names, 1)
        hint = f"「{near[0]}」ではありませんか。" if near else f"使えるのは {'、'.join(names)} です。"
        return f"コマンド「{error.command_name}」はありません。{hint}"
    if isinstance(error, click.BadOptionUsage):
        name = error.option_name
        if any(argument.startswith(f"{name}=") for argument in arguments):
            return f"オプション「{name}」に値は付けられません。「{name}」とだけ書いてください。"
        return f"オプション「{name}」の後に、値を書いてください。"
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


def _names(context: click.Context | None) -> list[str]:
    """The commands that could have been meant."""
    command = context.command if context else None
    return command.list_commands(context) if context and isinstance(command, click.Group) else []


_EXAMPLES = {
    "check": "careplan-csv check 出力フォルダー",
    "compare": "careplan-csv compare A社.zip B社.zip",
    "explain": "careplan-csv explain F405",
    "layout": "careplan-csv layout UPPLAN",
    "diff": "careplan-csv diff 前の結果.json 後の結果.json",
    "interop": "careplan-csv interop A/adapter.toml B/adapter.toml",
    "kit compare": "careplan-csv kit compare キット --exported 出力フォルダー",
    "kit run": "careplan-csv kit run キット --adapter adapter.toml",
    "key make": "careplan-csv key make 自社",
    "subsidy": "careplan-csv subsidy application.toml",
    "verify": "careplan-csv verify 証拠.zip",
    "view": "careplan-csv view 出力フォルダー --out 帳票.html",
}


def _example(error: click.UsageError) -> str:
    """How the command is written, for whoever left out what it is about."""
    command = _EXAMPLES.get(error.ctx.command_path.partition(" ")[2]) if error.ctx else None
    is_argument = isinstance(error, click.MissingParameter) and not isinstance(error.param, click.Option)
    return f"例: {command}" if command and is_argument else ""


def _parameter(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "指定"
    if isinstance(parameter, click.Option):
        return f"オプション「{parameter.opts[0]}」"
    # The names of arguments in the help are words of this program: 「ファイルやフォルダー…」.
    return parameter.human_readable_name.strip("[]").removesuffix("…")
