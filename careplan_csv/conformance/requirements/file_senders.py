"""The senders of the examined files, from the file names (§2.2, ambiguity A08)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.results import CheckResult, InputReport
from careplan_csv.standard import Edition, Exchange, OfficeType, Profile, ServiceKind

_NAMED = 3


@dataclass(frozen=True, slots=True)
class KitOffice:
    """The office that the software represented in a kit, and the kind of proof of that run."""

    number: str = ""
    proof: ProofKind = ProofKind.NONE


@dataclass(frozen=True)
class Senders:
    """The senders of the examined files, for the assessment of one office type.

    Attributes:
        edition: the edition of the profile; its service kinds identify senders.
        applicant: 事業所番号 of the applying office; empty if unknown.
        kit: the office that a kit is made for; files from it were made by the software as well.
    """

    check: CheckResult
    profile: Profile
    office_type: OfficeType
    edition: Edition
    applicant: str = ""
    kit: KitOffice = KitOffice()

    def is_of_type(self, report: InputReport, office_type: OfficeType | None = None) -> bool:
        """Whether a file was sent by the office type, as far as its name shows.

        Names of 202208 have no kinds, and an unknown kind is reported separately (N107): both count.
        """
        office_type = office_type or self.office_type
        kind = self._kind(report.sender_kind)
        if kind is None or not office_type.sends_as or office_type.sends(kind):
            return True
        if self._is_forwarded(report, office_type):
            return True
        receiver = self._kind(report.receiver_kind)
        return self._either_way(report, office_type) and receiver is not None and office_type.sends(receiver)

    def counts(self, report: InputReport) -> bool:
        """Whether a file is judged: only files of the applicant if there are any, otherwise all files."""
        return self.is_of_type(report) and (
            not self._has_own
            or self._is_by(report, self.applicant)
            or self._is_by(report, self.kit.number)
            or self._is_forwarded(report, self.office_type)
        )

    def _is_forwarded(self, report: InputReport, office_type: OfficeType) -> bool:
        """Whether a file is 実績 of a service office that the office type forwards unchanged (3.5)."""
        kind = self._kind(report.sender_kind)
        if kind is None or report.kind not in self.edition.prefixes:
            return False
        is_result = self.edition.layout(report.kind).sender != Exchange.PLANNING
        return is_result and office_type.forwards(kind)

    def proof_of(self, reports: Sequence[InputReport]) -> ProofKind:
        """The kind of proof of an export: that of a kit's run only if the kit's office sent all files."""
        from_kit = all(self._is_by(report, self.kit.number) for report in reports)
        return self.kit.proof if self.kit.number and reports and from_kit else ProofKind.FILES

    def notes(self) -> Iterator[str]:
        """Notes on the senders for the reader, each a sentence in Japanese."""
        yield from self._wrong_type()
        if not self.applicant:
            return
        others = [
            r
            for r in self._named
            if not self._is_by(r, self.applicant) and not self._is_by(r, self.kit.number)
        ]
        if self._has_own and others:
            yield f"申請者（{self.applicant}）が送信元ではないファイル {len(others)}個は、判定に含めていません。"
        elif others:
            yield (
                f"警告: ファイルの送信元（{self._offices(others)}）は、申請者の事業所番号 {self.applicant} と違います。"
                "申請する事業所の介護ソフトから出力したファイルかどうかと、vendor.toml の事業所番号を確かめてください。"
            )

    def _wrong_type(self) -> Iterator[str]:
        """A note if all files were sent by another office type: the option is probably wrong."""
        telling = [report for report in self._named if self._kind(report.sender_kind)]
        if not telling or any(map(self.is_of_type, telling)):
            return
        others = [kind for kind in self.profile.office_types if kind != self.office_type]
        meant = next((o for o in others if all(self.is_of_type(report, o) for report in telling)), None)
        sender = meant.name if meant else f"サービス種類 {self._kinds(telling)} の事業所"
        yield (
            f"ファイルの送信元は{sender}です。種類の指定（--office-type {self.office_type.short}）を"
            "確かめ、違っていたら直してください。"
        )

    def _kinds(self, reports: list[InputReport]) -> str:
        kinds = {report.sender_kind: self.edition.kinds[report.sender_kind].name for report in reports}
        return "、".join(f"{code}（{name}）" for code, name in sorted(kinds.items())[:_NAMED])

    @cached_property
    def judged_offices(self) -> list[str]:
        """事業所番号 of the offices whose files are judged, most files first, without the kit's office."""
        judged = [
            report
            for report in self._named
            if self.counts(report)
            and self._is_straight(report)
            and not self._is_by(report, self.kit.number)
            and not self._is_forwarded(report, self.office_type)
        ]
        return [office for office, _ in Counter(report.sender_office for report in judged).most_common()]

    def _offices(self, reports: list[InputReport]) -> str:
        numbers = [number for number, _ in Counter(r.sender_office for r in reports).most_common()]
        more = f"、ほか {len(numbers) - _NAMED}か所" if len(numbers) > _NAMED else ""
        return "、".join(numbers[:_NAMED]) + more

    @cached_property
    def _named(self) -> list[InputReport]:
        return [report for report in self.check.examined if _is_number(report.sender_office)]

    @cached_property
    def _has_own(self) -> bool:
        return any(self._is_by(report, self.applicant) for report in self._named)

    def _is_by(self, report: InputReport, office: str) -> bool:
        if not office:
            return False
        sent = report.sender_office == office
        return sent or (
            self._either_way(report, self.office_type)
            and report.receiver_office == office
            and not self._is_straight(report)
        )

    def _is_straight(self, report: InputReport) -> bool:
        """Whether the sender is in the sender's position of the name."""
        kind = self._kind(report.sender_kind)
        return kind is None or self.office_type.sends(kind)

    def _either_way(self, report: InputReport, office_type: OfficeType) -> bool:
        """Whether sender and receiver may be exchanged in the names of such files."""
        if report.kind not in self.edition.prefixes:
            return False
        layout = self.edition.layout(report.kind)
        plans = any(
            kind.exchange is Exchange.PLANNING and office_type.sends(kind)
            for kind in self.edition.kinds.values()
        )
        return bool(layout.either_way) and plans is (layout.sender == Exchange.PLANNING)

    def _kind(self, code: str) -> ServiceKind | None:
        return self.edition.kinds.get(code)


def _is_number(office: str) -> bool:
    return len(office) == 10 and office.isascii() and office.isalnum()
