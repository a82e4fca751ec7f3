"""The template of 別紙6: that of the package, or one that a prefecture has adapted."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careplan_csv import resources
from careplan_csv.findings import printable
from careplan_csv.reporting.letters import BadTemplate
from careplan_csv.reporting.templates import environment

if TYPE_CHECKING:
    from jinja2 import Template

FORM_TEMPLATE = "besshi6.html.j2"
_DIGITS = 12
_ERRORS_SHOWN = 200


@dataclass(frozen=True)
class FormTemplate:
    """A template.

    Attributes:
        mark: its name and the beginning of its SHA-256; empty for that of the package.
    """

    template: Template
    mark: str = ""

    @property
    def remark(self) -> str:
        """A sentence for the notes of a result; empty for the package's own template."""
        if not self.mark:
            return ""
        return f"別紙6 は、差し替えたひな型（{self.mark}）で作りました。"

    def render(self, **values: Any) -> str:
        """The page.

        Raises:
            BadTemplate: the template uses what there is not.
        """
        from jinja2 import TemplateError

        try:
            return self.template.render(**values)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            if not self.mark:
                raise
            reason = printable(str(error), _ERRORS_SHOWN)
            raise BadTemplate(f"別紙6 のひな型 {FORM_TEMPLATE} を使えません（{reason}）。") from error


def form_template(folder: Path | None = None) -> FormTemplate:
    """The template of a folder, or that of the package where the folder has none.

    Somebody else's template runs in a sandbox, and everything that it prints is escaped.

    Raises:
        BadTemplate: there is no such folder, or its template is none; names the line.
    """
    if folder is None:
        return FormTemplate(environment().get_template(FORM_TEMPLATE))
    path = folder / FORM_TEMPLATE
    if not folder.is_dir():
        raise BadTemplate(
            f"ひな型のフォルダー「{printable(str(folder), 200)}」がありません。場所を確かめてください。"
        )
    if not path.is_file():
        return FormTemplate(environment().get_template(FORM_TEMPLATE))
    from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    sandbox = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([folder, resources.folder("reports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        template = sandbox.get_template(FORM_TEMPLATE)
        digest = sha256(path.read_bytes()).hexdigest()[:_DIGITS]
    except TemplateSyntaxError as error:
        reason = printable(str(error.message), _ERRORS_SHOWN)
        raise BadTemplate(
            f"別紙6 のひな型 {FORM_TEMPLATE} の {error.lineno}行目が、Jinja の書き方に合いません（{reason}）。"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(
            f"別紙6 のひな型 {FORM_TEMPLATE} を読めません。UTF-8 で保存したファイルかを確かめてください。"
        ) from error
    return FormTemplate(template, f"{FORM_TEMPLATE}、SHA-256 {digest}")
