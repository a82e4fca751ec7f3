"""kit make --scenario: the kits of a rehearsal, one for each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.kit_output import refuse_used, write_kit
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.profiles import profile_of
from careplan_csv.cli.progress import told_progress
from careplan_csv.findings import printable

if TYPE_CHECKING:
    from careplan_csv.conformance.kit.scenario import Rehearsal
    from careplan_csv.standard import OfficeType, Profile


@dataclass(frozen=True, slots=True)
class RehearsalOrder:
    """What is to be rehearsed.

    Attributes:
        profile: as named on the command line; None for the tables of the standard.
        office_type: as named; None for every one with a part.
    """

    scenario: str
    profile: str | None
    office_type: str | None
    edition: str
    seed: int | None
    long_sheet: bool

    def make(self, out: Path) -> int:
        """Write the kits: into the folder itself where there is one side, else a folder for each.

        Raises:
            Refused: there is no such scenario, or nobody has a part in it.
        """
        from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
        from careplan_csv.conformance.kit.challenge import random_seed
        from careplan_csv.standard import standard

        parts = self._parts()
        refuse_used(out)
        seed = random_seed() if self.seed is None else self.seed
        folders = [out] if self.office_type else [out / _folder_name(part.office_type) for part in parts]
        try:
            with told_progress("キットを作っています"):
                kits = [
                    make_kit(
                        part.profile,
                        part.office_type,
                        standard().edition(self._edition(part)),
                        seed,
                        self.scenario,
                    )
                    for part in parts
                ]
                for kit, folder in zip(kits, folders, strict=True):
                    write_kit(kit, folder, long_sheet=self.long_sheet)
        except KitNotPossible as error:
            raise Refused(str(error)) from error
        made = "\n".join(
            f"・{folder}（{part.office_type.name}）" for folder, part in zip(folders, parts, strict=True)
        )
        return say(
            f"{self.scenario} の予行のキットを作りました。すべて架空のデータです。\n{made}\n"
            "手順は、それぞれの「手順.txt」にあります。国民健康保険中央会の試験ではなく、証明にもなりません。",
            ExitCode.CONFORMANT,
        )

    def _edition(self, part: Rehearsal) -> str:
        return part.profile.csv_version if self.edition == "auto" else self.edition

    def _parts(self) -> Sequence[Rehearsal]:
        """Who has a part, and was named if anybody was."""
        from careplan_csv.conformance.kit.scenario import rehearsals

        parts = rehearsals(self.scenario, self._profiles())
        named = [part for part in parts if self.office_type in (None, *_names(part.office_type))]
        if named:
            return named if self.office_type is None else named[:1]
        who = f"「{printable(self.office_type, 60)}」" if self.office_type else "この要件の表の事業所の種類"
        words = "、".join(f"{part.office_type.short}（{part.office_type.id}）" for part in parts)
        remedy = (
            f"--office-type に使える値は、{words}です。"
            if words
            else "別の要件の表（--profile）を指定してください。"
        )
        raise Refused(f"{who}は、{self.scenario} で送るものも受け取るものもありません。{remedy}")

    def _profiles(self) -> Sequence[Profile]:
        """The tables of the rehearsal, if there is such a scenario."""
        from careplan_csv.conformance.kit.scenario import ENHANCED, PROFILES, scenario_names
        from careplan_csv.standard import standard

        if self.scenario not in scenario_names():
            raise Refused(f"オプション「--scenario」に使える値は {'、'.join(scenario_names())} です。")
        newest = standard().newest
        if self.scenario == ENHANCED and self.edition not in ("auto", newest.csv_version):
            raise Refused(
                f"強化ベンダ試験は {newest.name}（{newest.csv_version}）の試験です。"
                f"--edition を {newest.csv_version} にするか、省いてください。"
            )
        if self.profile:
            return [profile_of(self.profile)]
        return [standard().profile(one) for one in PROFILES]


def _names(office_type: OfficeType) -> tuple[str, str, str]:
    return office_type.id, office_type.name, office_type.short


def _folder_name(office_type: OfficeType) -> str:
    """The short name, without anything that leads elsewhere: somebody else may have written it."""
    return "".join(sign if sign.isalnum() else "_" for sign in office_type.short)
