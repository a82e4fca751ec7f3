"""The record of a run through an adapter: the programs, the machine, the time, and the outcomes."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv.conformance.harness.adapters import REFERENCE_MODULE, Adapter
from careplan_csv.conformance.harness.attempts import Attempt, AttemptOutcome


@dataclass(frozen=True, slots=True)
class Program:
    """One command of the adapter.

    Attributes:
        command: `import`, `dump` …; arguments: as in adapter.toml, with placeholders.
        executable: name of the program's file, without its folder; sha256: of its bytes, empty if it was not
            found.
        scripts: files in the adapter's folder among the arguments: name -> SHA-256.
    """

    command: str
    arguments: tuple[str, ...]
    executable: str
    sha256: str
    scripts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run of a kit through an adapter.

    Attributes:
        adapter: its name; adapter_sha256: of adapter.toml, empty for the reference software.
        system: operating system and processor of the machine.
        started_at, ended_at: ISO 8601 with offset.
    """

    adapter: str
    adapter_sha256: str
    programs: tuple[Program, ...]
    system: str
    started_at: str
    ended_at: str
    attempts: tuple[Attempt, ...]

    @property
    def is_reference(self) -> bool:
        """Whether any command starts the reference software of this program."""
        return any(REFERENCE_MODULE in word for program in self.programs for word in program.arguments)

    def data(self) -> dict[str, Any]:
        """The record as data for JSON."""
        data = asdict(self)
        data["programs"] = [{**asdict(p), "arguments": list(p.arguments)} for p in self.programs]
        data["attempts"] = [asdict(attempt) for attempt in self.attempts]
        return data


def record_of(data: Mapping[str, Any]) -> RunRecord:
    """The record from data of JSON.

    Raises:
        ValueError: something is missing, surplus or of the wrong kind.
    """
    try:
        programs = tuple(_program(entry) for entry in _list(data["programs"]))
        attempts = tuple(attempt_of(entry) for entry in _list(data["attempts"]))
        record = RunRecord(
            programs=programs,
            attempts=attempts,
            **{key: _text(value) for key, value in data.items() if key not in ("programs", "attempts")},
        )
    except (KeyError, TypeError) as error:
        raise ValueError("no record of a run") from error
    for moment in (record.started_at, record.ended_at):
        if datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError("a moment without an offset")
    return record


def attempt_of(data: Mapping[str, Any]) -> Attempt:
    """One attempt from data of JSON.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    if set(data) != {"step", "outcome", "said", "detail", "seconds"} or not isinstance(data["said"], bool):
        raise ValueError("no attempt")
    seconds = data["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise ValueError("no duration")
    step, detail = _text(data["step"]), _text(data["detail"])
    return Attempt(step, AttemptOutcome(data["outcome"]), data["said"], detail, float(seconds))


def programs_of(adapter: Adapter) -> tuple[Program, ...]:
    """The programs that an adapter starts, with the hashes of their files."""
    return tuple(_described(adapter, command) for command in adapter.commands)


def system_name() -> str:
    """Operating system, its release, and the processor type, without names of the machine and the user."""
    return " ".join(filter(None, (platform.system(), platform.release(), platform.machine())))


def now() -> str:
    """The current time, ISO 8601 with offset, in seconds."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _described(adapter: Adapter, command: str) -> Program:
    program, *_ = arguments = adapter.commands[command]
    found = shutil.which(program.replace("{adapter}", str(adapter.folder)))
    path = Path(found) if found else None
    # The folder of the program can contain the name of a person.
    shown = tuple(Path(word).name if Path(word).is_absolute() else word for word in arguments)
    scripts = {
        script.name: digest
        for word in arguments[1:]
        if (script := _script(adapter, word)) and (digest := _digest(script))
    }
    return Program(command, shown, path.name if path else "", _digest(path) if path else "", scripts)


def _script(adapter: Adapter, word: str) -> Path | None:
    """The file in the adapter's folder that an argument names."""
    if "{adapter}" not in word and Path(word).is_absolute():
        return None
    path = Path(word.replace("{adapter}", str(adapter.folder)))
    path = path if path.is_absolute() else adapter.folder / path
    return path if "{" not in str(path) and path.is_file() else None


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            whole = sha256()
            while part := file.read(1 << 20):
                whole.update(part)
            return whole.hexdigest()
    except OSError:
        return ""


def _program(data: Mapping[str, Any]) -> Program:
    if set(data) != {"command", "arguments", "executable", "sha256", "scripts"}:
        raise ValueError("no program")
    scripts = {_text(name): _text(digest) for name, digest in data["scripts"].items()}
    arguments = tuple(_text(word) for word in _list(data["arguments"]))
    return Program(
        _text(data["command"]), arguments, _text(data["executable"]), _text(data["sha256"]), scripts
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _list(value: object) -> Iterable[Any]:
    if not isinstance(value, list):
        raise ValueError("no list")
    return value
