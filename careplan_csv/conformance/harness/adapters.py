"""adapter.toml: the commands that run software without a user."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv import reference
from careplan_csv.conformance.tomlfile import TomlFileError, read_toml

REFERENCE = "reference"
REFERENCE_MODULE = reference.__name__
"""The module that starts the reference software."""

COMMANDS = ("reset", "load", "import", "export", "dump")
NEEDED = ("reset", "import")
PLACEHOLDERS = {
    "reset": (),
    "load": ("unit",),
    "import": ("unit",),
    "export": ("kind", "out"),
    "dump": ("out",),
}
COMMON = ("office", "office_kind", "office_type", "edition", "work", "adapter")
"""Placeholders that every command may use; `work` is the working folder, `adapter` that of adapter.toml."""

_PLACEHOLDER = re.compile(r"\{\{(?P<literal>\w+)\}\}|\{\s*(?P<word>[^\W\d][\w-]*)\s*\}")
"""`{word}`, and `{{word}}` for braces that are meant as such."""
_ADVICE = "書き方は docs/harness.md にあります。"
_USUAL_TIMEOUT = 60.0
_LONGEST_TIMEOUT = 3600.0
_USUAL_REFUSED = (3,)


@dataclass(frozen=True)
class Adapter:
    """The commands that run a software.

    Attributes:
        name: the displayed name.
        commands: command -> its arguments with placeholders; `load`, `export` and `dump` are optional.
        folder: of adapter.toml, for the placeholder `adapter`.
        timeout: seconds for each command.
        refused: exit codes of `import` for a refused unit.
        environment: environment variables in addition to those of this process.
        sha256: of adapter.toml; empty for the reference software, which has no such file.
    """

    name: str
    commands: Mapping[str, tuple[str, ...]]
    folder: Path
    timeout: float = _USUAL_TIMEOUT
    refused: tuple[int, ...] = _USUAL_REFUSED
    environment: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""

    def arguments(self, command: str, values: Mapping[str, str]) -> list[str]:
        """The arguments of a command with the placeholders filled in; no shell is used."""
        filled = {**values, "adapter": str(self.folder)}
        return [_fill(argument, filled) for argument in self.commands[command]]


def _fill(argument: str, values: Mapping[str, str]) -> str:
    """Fill in all placeholders at once, so that braces in a value stay unchanged."""

    def filled(match: re.Match[str]) -> str:
        if match["literal"]:
            return "{" + match["literal"] + "}"
        return values.get(match[0][1:-1], match[0])

    return _PLACEHOLDER.sub(filled, argument)


class UnknownAdapter(Exception):
    """An adapter that cannot be used; the text says why, in Japanese."""


def adapter_of(text: str) -> Adapter:
    """The adapter for an option: `reference`, `reference:NAME` with a defect, or the path of a file.

    Raises:
        UnknownAdapter: there is no such file or defect, or the file is faulty.
    """
    if text == REFERENCE or text.startswith(REFERENCE + ":"):
        return _reference(text.partition(":")[2])
    try:
        return load_adapter(Path(text))
    except TomlFileError as error:
        raise UnknownAdapter(str(error)) from error


def _reference(defect: str) -> Adapter:
    if defect and defect not in reference.defects():
        raise UnknownAdapter(
            f"参照ソフトの欠陥「{defect}」はありません。名前は「careplan-csv kit defects」で見られます。"
        )
    top = Path(reference.__path__[0]).parents[1]
    start = [sys.executable, "-m", REFERENCE_MODULE, "--store", "{work}/reference.db"]
    if defect:
        start += ["--defect", defect]
    office = ["--office", "{office}", "--kind", "{office_kind}"]
    kind = ["--office-type", "{office_type}", "--edition", "{edition}"]
    commands = {
        "reset": [*start, "reset", *office, *kind],
        "load": [*start, "load", "{unit}"],
        "import": [*start, "import", "{unit}"],
        "export": [*start, "export", "{kind}", "{out}"],
        "dump": [*start, "dump", "{out}"],
    }
    name = f"参照ソフト（欠陥 {defect}）" if defect else "参照ソフト"
    return Adapter(
        name,
        {command: tuple(arguments) for command, arguments in commands.items()},
        top,
        environment={"PYTHONPATH": str(top)},
    )


def load_adapter(path: Path) -> Adapter:
    """Read an adapter.toml.

    Raises:
        TomlFileError: it cannot be read, or something in it is missing, unknown or of the wrong kind.
    """
    data = read_toml(path, _ADVICE)
    faults: list[str] = []
    known = {"name", "timeout_seconds", "refused_exit_codes", "commands"}
    faults += [f"「{key}」という項目はありません。使えるのは {'、'.join(sorted(known))} です。" for key in sorted(set(data) - known)]  # fmt: skip
    commands = _commands(data.get("commands"), faults)
    timeout = _timeout(data.get("timeout_seconds", _USUAL_TIMEOUT), faults)
    refused = _refused(data.get("refused_exit_codes", list(_USUAL_REFUSED)), faults)
    name = data.get("name", path.stem)
    if not isinstance(name, str):
        faults.append('「name」は、文字を「"」で囲んで書いてください。')
    if faults:
        raise TomlFileError(path, faults)
    digest = sha256(path.read_bytes()).hexdigest()
    return Adapter(str(name), commands, path.resolve().parent, timeout, refused, sha256=digest)


def _commands(data: Any, faults: list[str]) -> dict[str, tuple[str, ...]]:
    if not isinstance(data, dict):
        faults.append("見出し [commands] がありません。reset と import のコマンドを書いてください。")
        return {}
    faults += [f"[commands] の「{name}」は使えません。使えるのは {'、'.join(COMMANDS)} です。" for name in sorted(set(data) - set(COMMANDS))]  # fmt: skip
    faults += [f"[commands] に「{name}」がありません。" for name in NEEDED if name not in data]
    commands: dict[str, tuple[str, ...]] = {}
    for name in COMMANDS:
        if name in data:
            faults += _command_faults(name, data[name])
            commands[name] = tuple(map(str, data[name])) if isinstance(data[name], list) else ()
    return commands


def _command_faults(name: str, arguments: Any) -> Sequence[str]:
    words = isinstance(arguments, list) and arguments and all(isinstance(word, str) for word in arguments)
    if not words:
        return [f'[commands] の「{name}」は、["プログラム", "引数"] のように、文字の並びで書いてください。']
    written = [(match[0], match["word"]) for word in arguments for match in _PLACEHOLDER.finditer(word)]
    used = {text for text, _ in written}
    lacking = [f"{{{name}}}" for name in PLACEHOLDERS[name] if f"{{{name}}}" not in used]
    return [
        *(f"[commands] の「{name}」に {text} がありません。" for text in lacking),
        *_unknown(name, written),
    ]


def _unknown(command: str, written: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Placeholders that this command does not have; other text in braces (a script, JSON) is allowed."""
    usable = (*PLACEHOLDERS[command], *COMMON)
    known = {name for names in (*PLACEHOLDERS.values(), COMMON) for name in names}
    for text, word in dict.fromkeys(written):
        is_close = text == f"{{{word}}}" or (word or "").casefold() in known
        if word and is_close and text.strip("{}") not in usable:
            names = "、".join(f"{{{name}}}" for name in usable)
            yield (
                f"[commands] の「{command}」の {text} は使えません。ここで使えるのは {names} です。"
                f"文字どおりの {{{word}}} を渡すときは、{{{{{word}}}}} と書いてください。"
            )


def _timeout(value: Any, faults: list[str]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _LONGEST_TIMEOUT:
        faults.append("「timeout_seconds」は、1 から 3600 までの秒数で書いてください。")
        return _USUAL_TIMEOUT
    return float(value)


def _refused(value: Any, faults: list[str]) -> tuple[int, ...]:
    fine = isinstance(value, list) and all(
        isinstance(c, int) and not isinstance(c, bool) and c for c in value
    )
    if not fine:
        faults.append("「refused_exit_codes」は、[3] のように、0 でない終了コードの並びで書いてください。")
        return _USUAL_REFUSED
    return tuple(value)
