"""What the command line says to people, in Japanese, on standard error."""

from __future__ import annotations

import contextlib
import io
import sys
from difflib import get_close_matches

import click

from careplan_csv.cli.codes import ExitCode


class Refused(Exception):
    """The command cannot go on; the text says what, where and what to do."""

    def __init__(self, text: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(text)
        self.code = code


def configure_help() -> None:
    """Japanese headings for the help pages."""
    from rich_click import rich_click

    rich_click.OPTIONS_PANEL_TITLE = "オプション"
    rich_click.COMMANDS_PANEL_TITLE = "コマンド"
    rich_click.ARGUMENTS_PANEL_TITLE = "指定するもの"
    rich_click.DEFAULT_STRING = "[既定: {}]"
    rich_click.REQUIRED_LONG_STRING = "[必須]"
    rich_click.SHOW_ARGUMENTS = False


def prepare_streams() -> None:
    """A console that cannot show a character must not end the program; redirected output is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                if stream.isatty():
                    stream.reconfigure(errors="replace")
                else:
                    stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str, code: ExitCode) -> int:
    """Print one sentence on standard error and return the exit code."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr)
    return code


def fault(error: Exception) -> int:
    """A fault of this program: its kind, never the data it met."""
    kind = type(error).__name__
    return say(
        f"この道具の誤りで止まりました（{kind}）。ファイルは変わっていません。\n"
        "お手数ですが、使ったコマンドとこの表示を、道具の開発元へ知らせてください（個人情報は送らないでください）。",
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
        name = _parameter(error)
        return f"{name}を指定してください。"
    if isinstance(error, click.BadParameter):
        choice = error.param.type if error.param else None
        if isinstance(choice, click.Choice):
            words = "、".join(map(str, choice.choices))
            return f"{_parameter(error)}に使える値は {words} です。"
        return f"{_parameter(error)}の値が正しくありません。"
    if isinstance(error, click.exceptions.NoSuchCommand):
        near = get_close_matches(error.command_name, _commands(), 1)
        hint = f"「{near[0]}」ではありませんか。" if near else f"使えるのは {'、'.join(_commands())} です。"
        return f"コマンド「{error.command_name}」はありません。{hint}"
    if isinstance(error, click.BadOptionUsage):
        return (
            f"オプション「{error.option_name}」の使い方が正しくありません（値が要るか、値を付けられません）。"
        )
    return f"コマンドの書き方が正しくありません（{error.format_message()}）。"


def _commands() -> list[str]:
    from careplan_csv.cli import COMMANDS

    return list(COMMANDS)


def _parameter(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "指定"
    if isinstance(parameter, click.Option):
        return f"オプション「{parameter.opts[0]}」"
    return f"「{parameter.human_readable_name}」"
