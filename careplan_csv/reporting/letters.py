"""Letters to the office and to the software company, from templates in Markdown that anybody can replace."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careplan_csv import resources
from careplan_csv.findings import printable, visible
from careplan_csv.reporting.letter_blocks import Block, blocks_of, plain_letter
from careplan_csv.reporting.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from careplan_csv.reporting.letter_content import LetterContent

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LONGEST = 300


class Addressee(StrEnum):
    """To whom a letter goes."""

    OFFICE = "office"
    VENDOR = "vendor"

    @property
    def template(self) -> str:
        return f"letter_{self.value}.md.j2"


class BadTemplate(Exception):
    """A template of a letter cannot be used; the text says where and why."""


Writer = Callable[[Sequence[Sequence[Block]]], bytes]


def _html(letters: Sequence[Sequence[Block]]) -> bytes:
    page = environment().get_template("letter.html.j2").render(letters=letters)
    return page.encode("utf-8", "replace")


def _txt(letters: Sequence[Sequence[Block]]) -> bytes:
    text = f"\n\n{'-' * 80}\n\n".join(map(plain_letter, letters))
    # Notepad on Windows knows by the mark that it is UTF-8.
    return visible(text).replace("\n", "\r\n").encode("utf-8-sig", "replace")


def _docx(letters: Sequence[Sequence[Block]]) -> bytes:
    from careplan_csv.reporting.letter_docx import letters_docx

    return letters_docx(letters)


LETTER_WRITERS: dict[str, Writer] = {".html": _html, ".txt": _txt, ".docx": _docx}
"""What makes the file, by the end of its name."""


class LetterTemplates:
    """The templates: those of a folder where it has them, else those of the package.

    Raises:
        BadTemplate: one of them is no template.
    """

    def __init__(self, folder: Path | None = None) -> None:
        from jinja2 import TemplateSyntaxError

        if folder and not any((folder / addressee.template).is_file() for addressee in Addressee):
            names = "・".join(addressee.template for addressee in Addressee)
            raise BadTemplate(
                f"フォルダー「{printable(str(folder), 200)}」に、文書のひな型（{names}）がありません。"
            )
        self._environment = _letter_environment(folder)
        for addressee in Addressee:
            try:
                self._environment.get_template(addressee.template)
            except TemplateSyntaxError as error:
                raise BadTemplate(
                    f"文書のひな型 {addressee.template} の {error.lineno}行目が、Jinja の書き方に合いません"
                    f"（{printable(str(error.message), 200)}）。"
                ) from error
            except (OSError, UnicodeDecodeError) as error:
                raise BadTemplate(
                    f"文書のひな型 {addressee.template} を読めません。UTF-8 で保存したファイルかを確かめてください。"
                ) from error

    def letter(self, addressee: Addressee, content: LetterContent) -> list[Block]:
        """The blocks of a letter.

        Raises:
            BadTemplate: the template uses what there is not.
        """
        from jinja2 import TemplateError

        try:
            text = self._environment.get_template(addressee.template).render(letter=content)
        except (
            TemplateError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            RecursionError,
        ) as error:
            raise BadTemplate(
                f"文書のひな型 {addressee.template} から文書を作れませんでした（{printable(str(error), 200)}）。"
                "使える名前は docs/letters.md にあります。"
            ) from error
        return blocks_of(text)


def _letter_environment(folder: Path | None) -> Environment:
    from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    own = [FileSystemLoader(folder)] if folder else []
    # Somebody else's template may read what the letter tells, and nothing else.
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, FileSystemLoader(resources.folder("reports"))]),
        autoescape=False,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inert(value: Any) -> Any:
    """A value that Markdown takes for nothing but text, on one line."""
    if not isinstance(value, str):
        return value
    return _PUNCTUATION.sub(r"\\\1", printable(value, _LONGEST))
