"""Exchange between two software: one plans and sends, the other imports and sends results back (§7)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from careplan_csv.conformance.harness.adapters import Adapter
from careplan_csv.conformance.harness.bounds import largest_output
from careplan_csv.conformance.harness.command_execution import run
from careplan_csv.conformance.harness.comparison import may_differ
from careplan_csv.conformance.harness.observed_data import (
    Observed,
    TableKey,
    TableRecords,
    TooLarge,
    observe,
    of_files,
)
from careplan_csv.conformance.harness.run_folder import emptied, is_link, remove_outside_links
from careplan_csv.conformance.harness.table_comparison import TableOutcome, outcomes
from careplan_csv.conformance.kit.builder import make_kit
from careplan_csv.conformance.kit.kit_model import EXPECTED_EXPORT, Aspect, Kit
from careplan_csv.reading.sources import NoSuchPath
from careplan_csv.results import Status
from careplan_csv.standard import Edition, OfficeSide, standard
from careplan_csv.standard.filenames import parse

_PROFILE = "mhlw-4.1"
_SENT = ("plan", "schedule", "plan_deletion", "schedule_deletion")
_RESULT = "result"


@dataclass(frozen=True, slots=True)
class Leg:
    """The result for one table of a pair run.

    Attributes:
        name: the name of the table, in Japanese.
        reason: the fault or the number of found records, in Japanese.
    """

    name: str
    result: Status
    reason: str = ""


@dataclass(frozen=True)
class Pair:
    """The exchange of one software as planning office with another one as service office."""

    planning: Adapter
    service: Adapter
    legs: tuple[Leg, ...]

    @property
    def result(self) -> Status:
        """The worst result of its legs."""
        results = {leg.result for leg in self.legs}
        for status in (Status.NONCONFORMANT, Status.UNVERIFIED):
            if status in results:
                return status
        return Status.CONFORMANT if results else Status.UNVERIFIED


PairProgress = Callable[[str, str], None]
"""Called before each pair with the names of the planning and the service software."""


def run_pairs(
    adapters: Sequence[Adapter],
    edition: Edition,
    seed: int,
    folder: Path,
    progress: PairProgress | None = None,
) -> list[Pair]:
    """Run every pair of software, in both roles.

    Raises:
        OSError: the folder cannot be written.
    """
    pairs = []
    folder = folder.resolve()
    for number, planning in enumerate(adapters, start=1):
        for other, service in enumerate(adapters, start=1):
            if planning is service:
                continue
            if progress:
                progress(planning.name, service.name)
            place = folder / f"{number}-{other}"
            pairs.append(
                Pair(planning, service, tuple(_PairRun(planning, service, edition, seed, place).legs()))
            )
    return pairs


class _Stopped(Exception):
    """A command failed, so that later steps have no result; a refused unit is a result."""

    def __init__(self, text: str, result: Status = Status.UNVERIFIED) -> None:
        super().__init__(text)
        self.result = result


@dataclass
class _Role:
    """One software in one role."""

    adapter: Adapter
    kit: Kit
    folder: Path
    count: int = 0

    def do(self, command: str, **values: str) -> None:
        """Run a command.

        Raises:
            _Stopped: it failed.
        """
        if command not in self.adapter.commands:
            raise _Stopped(f"{self.adapter.name} のアダプターに「{command}」がありません。")
        work = self.folder / "work"
        work.mkdir(parents=True, exist_ok=True)
        self.count += 1
        ran = run(
            self.adapter.arguments(command, {**self._common(work), **values}),
            work,
            self.adapter.timeout,
            self.adapter.environment,
            self.folder / f"{self.count:03d}-{command}.txt",
        )
        if command == "import" and ran.code in self.adapter.refused:
            text = f"{self.adapter.name} が、相手の組（{Path(values['unit']).name}）を取り込みませんでした。"
            raise _Stopped(text, Status.NONCONFORMANT)
        if ran.code != 0:
            why = ran.problem or f"終了コード {ran.code} で終わりました。"
            raise _Stopped(f"{self.adapter.name} の「{command}」: {why}")

    def _common(self, work: Path) -> dict[str, str]:
        return {
            "office": self.kit.office_number,
            "office_kind": self.kit.office_kind,
            "office_type": self.kit.office_type,
            "edition": self.kit.edition,
            "work": str(work),
        }

    def out(self, name: str) -> Path:
        """An empty folder for the output."""
        return emptied(self.folder, name)

    def dumped(self, edition: Edition) -> Observed:
        """The data of the software.

        Raises:
            _Stopped: there is no data that could be compared.
        """
        dump = self.out("dump")
        self.do("dump", out=str(dump))
        if outside_links := remove_outside_links(self.folder, dump.name):
            raise _Stopped(
                f"{self.adapter.name} の「dump」: 外を指すリンク（{outside_links[0]}）があります。"
            )
        try:
            return observe(str(dump), edition, largest_output(self.kit))
        except (TooLarge, NoSuchPath) as error:
            raise _Stopped(f"{self.adapter.name} の「dump」: {error}") from error


@dataclass
class _PairRun:
    planning: Adapter
    service: Adapter
    edition: Edition
    seed: int
    folder: Path
    kits: dict[OfficeSide, Kit] = field(default_factory=dict)

    def legs(self) -> Iterator[Leg]:
        """Send plans and schedules, then results back."""
        profile = standard().profile(_PROFILE)
        for side in (OfficeSide.PLANNING, OfficeSide.SERVICE):
            office_type = next(known for known in profile.office_types if known.side is side)
            self.kits[side] = make_kit(profile, office_type, self.edition, self.seed)
        sender = _Role(self.planning, self.kits[OfficeSide.PLANNING], self.folder / OfficeSide.PLANNING)
        receiver = _Role(self.service, self.kits[OfficeSide.SERVICE], self.folder / OfficeSide.SERVICE)
        try:
            yield from self._there(sender, receiver)
            yield from self._back(receiver, sender)
        except _Stopped as stopped:
            yield Leg("やり取り", stopped.result, str(stopped))

    def _there(self, sender: _Role, receiver: _Role) -> Iterator[Leg]:
        sender.do("reset")
        for step in sender.kit.own:
            sender.do("load", unit=str(_written(sender.kit, step.folder, sender.out(step.folder))))
        sent = sender.out("sent")
        for kind in _SENT:
            if any(step.unit == kind for step in sender.kit.own):
                sender.do("export", kind=kind, out=str(_made(sent / kind)))
        receiver.do("reset")
        self._hand_over(sent, receiver)
        found = receiver.dumped(self.edition)
        yield from _compared(self._planned(), found, self._people(), self.edition)

    def _back(self, sender: _Role, receiver: _Role) -> Iterator[Leg]:
        sent = sender.out("sent")
        sender.do("export", kind=_RESULT, out=str(_made(sent / _RESULT)))
        self._hand_over(sent, receiver)
        found = receiver.dumped(self.edition)
        yield from _compared(self._results(), found, self._people(), self.edition)

    def _hand_over(self, sent: Path, receiver: _Role) -> None:
        """Import the units of the other software in the order of the serials (2.5)."""
        for serial, files in sorted(_by_serial(sent).items()):
            unit = receiver.out(f"units/{serial}")
            for file in files:
                shutil.copyfile(file, unit / file.name)
            receiver.do("import", unit=str(unit))

    def _people(self) -> dict[str, Aspect]:
        kit = self.kits[OfficeSide.PLANNING]
        own = {number for step in kit.own for number in step.users}
        return {number: aspect for number, aspect in kit.aspects.items() if number in own}

    def _planned(self) -> dict[TableKey, TableRecords]:
        """The data that the planning software sends."""
        kit = self.kits[OfficeSide.PLANNING]
        tables = of_files(kit.under(EXPECTED_EXPORT), self.edition).tables
        return {t: r for t, r in tables.items() if not self._is_deletion(t[0])}

    def _is_deletion(self, prefix: str) -> bool:
        return any(variant.deletes for variant in self.edition.layout(prefix).variants)

    def _results(self) -> dict[TableKey, TableRecords]:
        """The expected results if every planned service is provided."""
        first = {unit.id: unit.files[0].prefix for unit in self.edition.units}
        office = self.kits[OfficeSide.SERVICE]
        return {
            (first[_RESULT], month): [
                record
                for record in records
                if record["provider_office"] == office.office_number
                and record["service_code"].startswith(office.office_kind)
            ]
            for (prefix, month), records in self._planned().items()
            if prefix == first["schedule"]
        }


def _written(kit: Kit, folder: str, out: Path) -> Path:
    for name, data in kit.under(folder).items():
        (out / name).write_bytes(data)
    return out


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _by_serial(folder: Path) -> dict[str, list[Path]]:
    """The files of a folder by their ファイル連番."""
    found: dict[str, list[Path]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not is_link(path)):
        name = parse(file.name, standard())
        if name is not None:
            found.setdefault(name.serial, []).append(file)
    return found


def _compared(
    expected: dict[TableKey, TableRecords], found: Observed, people: dict[str, Aspect], edition: Edition
) -> Iterator[Leg]:
    prefixes = {prefix for prefix, _ in expected}
    for table in outcomes(Observed(expected), found, people, edition, prefixes, may_differ(edition)):
        yield _leg(table)


def _leg(table: TableOutcome) -> Leg:
    general, whole = table.general, table.whole
    if table.is_good:
        items, kept = len(general.compared), general.preserved
        agree = f"{items}項目すべて一致" if kept == items else f"{items}項目のうち {kept}項目が一致"
        return Leg(general.layout.name, Status.CONFORMANT, f"{agree}（記録 {general.found}件）")
    words = [
        f"{words} {len(all_)}件（あるべき記録 {whole.expected}件）"
        for words, some, all_ in (
            ("届かなかった記録", general.missing, whole.missing),
            ("余分な記録", general.surplus, whole.surplus),
        )
        if some
    ]
    words += [f"「{name}」{ways[0]}" for name, ways in general.lost_items.items()]
    words += [f"{aspect.label}が正しくない" for aspect in table.aspects]
    return Leg(general.layout.name, Status.NONCONFORMANT, "、".join(words[:4]) + "。")
