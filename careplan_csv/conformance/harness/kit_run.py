"""Runs a whole kit through an adapter without a user, and records each finished step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv.conformance.harness.adapters import Adapter
from careplan_csv.conformance.harness.attempts import Attempt, AttemptOutcome
from careplan_csv.conformance.harness.bounds import largest_output
from careplan_csv.conformance.harness.command_execution import Ran, run
from careplan_csv.conformance.harness.harness_result import Seen
from careplan_csv.conformance.harness.observed_data import Observed, TooLarge, observe
from careplan_csv.conformance.harness.run_folder import (
    emptied,
    is_link,
    remove_outside_links,
    unexpected_entries,
)
from careplan_csv.conformance.harness.run_plan import AFTER_FAULTS, DUMP, EXPORT, LOGS, log_of
from careplan_csv.conformance.harness.run_record import RunRecord, attempt_of, now, programs_of, system_name
from careplan_csv.conformance.kit.exchanges import wanted_units
from careplan_csv.conformance.kit.kit_model import Expectation, Kit, Step
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.standard import Direction, standard

STATE = "run.json"
WORK, UNITS = "work", "units"
_RESULT = "result"
"""The folder with the result of an earlier end of the same run."""
_OWN_ENTRIES = (STATE, WORK, UNITS, LOGS, DUMP, AFTER_FAULTS, EXPORT, _RESULT)

_NAMED = 3

RunProgress = Callable[[int, int, str], None]
"""Called before each step: number from 0, number of steps, name of the step."""


class RunProblem(Exception):
    """A run that cannot start or continue; the text says why and what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One command of a run: its name in the record, and its placeholders in addition to the common ones."""

    name: str
    command: str
    step: Step | None = None
    kind: str = ""
    out: str = ""


@dataclass
class _Run:
    kit: Kit
    adapter: Adapter
    folder: Path
    attempts: list[Attempt] = field(default_factory=list)
    started_at: str = field(default_factory=now)

    @property
    def identity(self) -> dict[str, Any]:
        """What must be equal in a run and its continuation."""
        files = "".join(sha256(data).hexdigest() for _, data in sorted(self.kit.files.items()))
        return {
            "adapter": self.adapter.name,
            "commands": {name: list(words) for name, words in self.adapter.commands.items()},
            "kit": sha256(files.encode()).hexdigest(),
        }

    def tasks(self) -> list[_Task]:
        """All commands of the run, in order."""
        return [task for task in self._all_tasks() if task.command in self.adapter.commands]

    def _all_tasks(self) -> Iterator[_Task]:
        yield _Task("reset", "reset")
        for step in self.kit.own:
            yield _Task(step.folder, "load", step)
        for step in self.kit.inbox:
            yield _Task(step.folder, "import", step)
        yield _Task(DUMP, "dump", out=DUMP)
        for kind in self._kinds():
            yield _Task(f"{EXPORT}/{kind}", "export", kind=kind, out=f"{EXPORT}/{kind}")
        if "dump" in self.adapter.commands:
            for step in self.kit.faults:
                yield _Task(step.folder, "import", step)
            yield _Task(AFTER_FAULTS, "dump", out=AFTER_FAULTS)

    def _kinds(self) -> list[str]:
        """The units that this office type sends, in the order of the edition."""
        known = standard()
        profile, edition = known.profile(self.kit.profile), known.edition(self.kit.edition)
        office_type = profile.office_type(self.kit.office_type)
        wanted = wanted_units(profile, office_type, edition, Direction.EXPORT)
        own = {step.unit for step in self.kit.own} | {"result"}
        return [unit.id for unit in edition.units if unit.id in wanted and unit.id in own]

    def do(self, task: _Task, number: int) -> Attempt:
        """Run one command and return its outcome."""
        for part in (WORK, LOGS):
            self._present(part)
        log = self.folder / log_of(number, task.name)
        arguments = self.adapter.arguments(task.command, self._values(task))
        ran = run(arguments, self.folder / WORK, self.adapter.timeout, self.adapter.environment, log)
        attempt = _attempt(task, ran, self.adapter.refused, log.relative_to(self.folder).as_posix())
        outside_links = remove_outside_links(self.folder, task.out) if task.out else []
        if outside_links:
            return replace(attempt, outcome=AttemptOutcome.FAILED, detail=_outside_links_text(outside_links))
        return attempt

    def _present(self, part: str) -> None:
        """Make a folder of the run again if the software removed it or replaced it by a link."""
        path = self.folder / part
        if is_link(path) or not path.is_dir():
            emptied(self.folder, part)

    def _values(self, task: _Task) -> dict[str, str]:
        values = {
            "office": self.kit.office_number,
            "office_kind": self.kit.office_kind,
            "office_type": self.kit.office_type,
            "edition": self.kit.edition,
            "work": str(self.folder / WORK),
            "kind": task.kind,
        }
        if task.step:
            # A copy, so that the software cannot change the kit.
            values["unit"] = str(self._copy(task.step))
        if task.out:
            values["out"] = str(emptied(self.folder, task.out))
        return values

    def _copy(self, step: Step) -> Path:
        folder = emptied(self.folder, f"{UNITS}/{step.folder}")
        for name, data in self.kit.under(step.folder).items():
            (folder / name).write_bytes(data)
        return folder

    def save(self) -> None:
        """Write the record of the finished steps; an incomplete record never replaces a complete one."""
        data = {
            **self.identity,
            "started_at": self.started_at,
            "attempts": [asdict(attempt) for attempt in self.attempts],
        }
        half = self.folder / (STATE + ".new")
        half.unlink(missing_ok=True)
        half.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
        half.replace(self.folder / STATE)


def _outside_links_text(names: list[str]) -> str:
    shown = "、".join(names[:_NAMED]) + (f" ほか{len(names) - _NAMED}件" if names[_NAMED:] else "")
    return (
        f"書き出す場所に、実行のフォルダーの外を指すリンク（{shown}）がありました。"
        "リンクの先は読まずに、リンクを取り除きました。ファイルそのものを書き出してください。"
    )


def _attempt(task: _Task, ran: Ran, refused: tuple[int, ...], log: str) -> Attempt:
    has_output = bool(ran.output.strip())
    if ran.code == 0:
        outcome = AttemptOutcome.IMPORTED
    elif ran.code in refused and task.command == "import":
        outcome = AttemptOutcome.REFUSED
    else:
        outcome = AttemptOutcome.FAILED
    detail = ran.problem
    if outcome is AttemptOutcome.FAILED and not detail:
        detail = f"コマンド「{task.command}」が終了コード {ran.code} で終わりました。"
        if task.command == "import":
            detail += "取り込まなかったことを表す終了コードなら、adapter.toml の refused_exit_codes に書いてください。"
    if outcome is AttemptOutcome.FAILED:
        detail += f"コマンドの出力は {log} にあります。"
    return Attempt(task.name, outcome, has_output, detail, round(ran.seconds, 3))


def run_kit(
    kit: Kit, adapter: Adapter, folder: Path, *, resume: bool = False, progress: RunProgress | None = None
) -> Seen:
    """Run a kit; units, data, exports and logs are written to `folder`.

    Raises:
        RunProblem: the folder is in use, there is nothing to resume, or the software cannot be reset.
        OSError: the folder cannot be written.
    """
    # The commands have another working folder, where a relative path would be wrong.
    folder = folder.resolve()
    run_ = _Run(kit, adapter, folder)
    _prepare(run_, resume)
    tasks = run_.tasks()
    for number, task in enumerate(tasks):
        if number < len(run_.attempts):
            continue
        if progress:
            progress(number, len(tasks), task.name)
        attempt = run_.do(task, number)
        if task.command == "reset" and attempt.outcome is not AttemptOutcome.IMPORTED:
            raise RunProblem(f"介護ソフトを初めの状態にできませんでした。{attempt.detail}")
        run_.attempts.append(attempt)
        run_.save()
    return _seen(run_)


def _prepare(run_: _Run, resume: bool) -> None:
    folder = run_.folder
    state = folder / STATE
    if resume:
        run_.attempts, run_.started_at = _recorded(state, run_.identity)
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunProblem(
            f"「{folder}」は空のフォルダーではありません。別のフォルダーを指定するか、続きなら --resume を付けてください。"
        )
    for part in (WORK, UNITS, LOGS):
        (folder / part).mkdir(parents=True)
    run_.save()


def _recorded(state: Path, identity: dict[str, Any]) -> tuple[list[Attempt], str]:
    """The finished steps of an interrupted run, and its start."""
    try:
        data = parse_object(state.read_bytes())
        attempts = [attempt_of(entry) for entry in data["attempts"]]
        started_at = str(data["started_at"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunProblem(
            f"「{state}」に、途中までの記録がありません。--resume を付けずに、空のフォルダーで始めてください。"
        ) from error
    if any(data.get(key) != value for key, value in identity.items()):
        raise RunProblem(
            "途中までの記録は、別のキットか別のアダプターのものです。--resume を付けずに、空のフォルダーで始めてください。"
        )
    return attempts, started_at


def _misplaced_files(run_: _Run) -> list[str]:
    """Files that the software wrote outside of its folders.

    Only the folder of the run is examined, because other programs can write next to it.
    """
    problems = []
    unexpected = unexpected_entries(run_.folder, _OWN_ENTRIES)
    if unexpected:
        names = "、".join(unexpected[:_NAMED])
        problems.append(f"作業フォルダーの外に、ファイルかフォルダー（{names}）ができました。")
    # A later command can have replaced the output of an earlier one by a link.
    outside_links = [
        name for part in (DUMP, AFTER_FAULTS, EXPORT) for name in remove_outside_links(run_.folder, part)
    ]
    return [*problems, *([_outside_links_text(outside_links)] if outside_links else [])]


def _seen(run_: _Run) -> Seen:
    edition = standard().edition(run_.kit.edition)
    problems = _misplaced_files(run_)

    def of(part: str) -> Observed | None:
        finished = any(
            attempt.step.split("/")[0] == part and attempt.outcome is AttemptOutcome.IMPORTED
            for attempt in run_.attempts
        )
        if not finished or not (run_.folder / part).is_dir():
            return None
        try:
            return observe(str(run_.folder / part), edition, largest_output(run_.kit))
        except TooLarge as error:
            problems.append(str(error))
            return None

    parts = of(DUMP), of(AFTER_FAULTS), of(EXPORT)
    record = RunRecord(
        adapter=run_.adapter.name,
        adapter_sha256=run_.adapter.sha256,
        programs=programs_of(run_.adapter),
        system=system_name(),
        started_at=run_.started_at,
        ended_at=now(),
        attempts=(
            *run_.attempts,
            *(Attempt("outside", AttemptOutcome.FAILED, detail=text) for text in problems),
        ),
    )
    return Seen(*parts, record)


def refused_without_need(kit: Kit, seen: Seen) -> list[Attempt]:
    """Units of the inbox that should have been imported but were refused."""
    steps = {step.folder: step for step in (*kit.own, *kit.inbox)}
    return [
        attempt
        for attempt in seen.attempts
        if attempt.step in steps
        and steps[attempt.step].expectation is Expectation.IMPORT
        and attempt.outcome is not AttemptOutcome.IMPORTED
    ]


__all__ = ["AFTER_FAULTS", "DUMP", "EXPORT", "RunProblem", "refused_without_need", "run_kit"]
