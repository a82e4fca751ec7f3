"""A kit together with the dumps and exports of the software that is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from careplan_csv.conformance.harness.attempts import AttemptOutcome
from careplan_csv.conformance.harness.failures import Failures
from careplan_csv.conformance.harness.harness_findings import Means
from careplan_csv.conformance.harness.harness_result import Seen
from careplan_csv.conformance.harness.observed_data import Observed, TableKey, of_files
from careplan_csv.conformance.harness.table_comparison import TableOutcome
from careplan_csv.conformance.kit.kit_model import Aspect, Kit
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.results import Evidence
from careplan_csv.standard import Direction, Edition, Need, OfficeSide, Profile, ProfileRequirement


@dataclass(frozen=True)
class KitCase:
    """A kit, the profile and edition to judge it by, and the dumps and exports of the software.

    Attributes:
        proof: the kind of proof of the results.
    """

    kit: Kit
    profile: Profile
    edition: Edition
    seen: Seen
    proof: ProofKind
    _read: dict[str, Observed] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def failures(self) -> Failures:
        """The failed steps of the run."""
        return Failures(self.kit, self.edition, self.seen.attempts)

    @property
    def evidence(self) -> Evidence:
        """The class of the results by their proof."""
        return self.proof.evidence

    @property
    def import_rows(self) -> Iterator[ProfileRequirement]:
        """The rows of the profile with imports of the office type."""
        for row in self.profile.requirements:
            if row.needs[self.kit.office_type, Direction.IMPORT] is not Need.NONE:
                yield row

    @cached_property
    def imported_prefixes(self) -> frozenset[str]:
        """The files that the office type imports."""
        return frozenset(prefix for row in self.import_rows for prefix in row.prefixes)

    def expected(self, folder: str) -> Observed:
        """The expected contents in a folder of the kit, which nobody changes."""
        if folder not in self._read:
            self._read[folder] = of_files(self.kit.under(folder), self.edition)
        return self._read[folder]

    @cached_property
    def sent(self) -> list[tuple[TableKey, int]]:
        """The tables of every unit of the inbox, each with its number of records."""
        units = (of_files(self.kit.under(step.folder), self.edition) for step in self.kit.inbox)
        return [(table, len(records)) for unit in units for table, records in unit.tables.items()]

    def is_planned(self, prefix: str) -> bool:
        """Whether a file is exported as results of imported schedules."""
        office_type = self.profile.office_type(self.kit.office_type)
        return office_type.side is OfficeSide.SERVICE and prefix == self._first_file("result")

    def imported_prefix(self, means: Means, table: TableOutcome) -> str:
        """Prefix of the imported file: for exported results of imported schedules, that of the schedule."""
        is_planned = means is Means.REEXPORT and self.is_planned(table.prefix)
        return self._first_file("schedule") if is_planned else table.prefix

    def _first_file(self, unit_id: str) -> str:
        return next(unit.files[0].prefix for unit in self.edition.units if unit.id == unit_id)

    @cached_property
    def own_people(self) -> dict[str, Aspect]:
        """The people whom the importing office enters itself."""
        own = {number for step in self.kit.own for number in step.users}
        return {n: a for n, a in self.kit.aspects.items() if n in own}

    @cached_property
    def imported_people(self) -> dict[str, Aspect]:
        """The people who are imported."""
        return {n: a for n, a in self.kit.aspects.items() if n not in self.own_people}

    @property
    def has_entered_own(self) -> bool:
        """Whether the adapter reports that it entered all of the office's own data."""
        done = {a.step for a in self.seen.attempts if a.outcome is AttemptOutcome.IMPORTED}
        exported = {a.step for a in self.seen.attempts if a.step.startswith("export/")}
        return bool(exported) and exported <= done and all(step.folder in done for step in self.kit.own)
