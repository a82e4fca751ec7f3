"""Judge how the software handled faulty units (H805): nothing lost, nothing changed, every fault reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from careplan_csv.conformance.harness.attempts import Attempt, AttemptOutcome
from careplan_csv.conformance.harness.comparison import compare, plain
from careplan_csv.conformance.harness.harness_findings import HarnessFinding
from careplan_csv.conformance.harness.observed_data import Observed, TableKey, TableRecords
from careplan_csv.conformance.kit.kit_model import Aspect, Expectation, Kit, Step
from careplan_csv.findings import Severity
from careplan_csv.rules.harness_rules import HARNESS_RULES
from careplan_csv.standard import Edition


def judge_faults(
    kit: Kit,
    edition: Edition,
    expected: Observed,
    before: Observed,
    after: Observed,
    attempts: Sequence[Attempt],
    incomplete: Collection[TableKey] = (),
) -> Iterator[HarnessFinding]:
    """Findings on all faulty units.

    Args:
        expected: the expected contents afterwards.
        before, after: the contents before and after all faulty units.
        attempts: the outcome of each step; empty if unknown.
        incomplete: tables that were incomplete before, which is reported elsewhere.
    """
    tried = {attempt.step: attempt for attempt in attempts}
    for step in kit.faults:
        attempt = tried.get(step.folder)
        if kit.aspects.get(step.users[0]) is not Aspect.FAULTY:
            yield from _of_known(step, edition, before, after)
        elif step.expectation is Expectation.REFUSE:
            yield from _of_refusal(step, after, attempt)
        else:
            yield from _of_warning(
                step, edition, _without(expected, incomplete), _without(after, incomplete), attempt
            )

    yield from _of_others(kit, edition, before, after)


def _of_others(kit: Kit, edition: Edition, before: Observed, after: Observed) -> Iterator[HarnessFinding]:
    """Findings on people in no faulty unit, whose contents must not change."""
    touched = {number for step in kit.faults for number in step.users}
    others = [number for number in kit.aspects if number not in touched]
    first, second = _of_people(others, before), _of_people(others, after)
    for table in sorted({*first, *second}):
        layout = edition.layout(table[0])
        if not compare(layout, table[1], first.get(table, []), second.get(table, [])).is_same:
            text = f"{layout.name}: 誤りのある組を試す間に、ほかの利用者の内容が変わりました。"
            rule = HARNESS_RULES["H805"]
            yield HarnessFinding("H805", rule.severity, text, Aspect.FAULTY, table[0])


def _without(seen: Observed, tables: Collection[TableKey]) -> Observed:
    return Observed({table: records for table, records in seen.tables.items() if table not in tables})


def _of_known(step: Step, edition: Edition, before: Observed, after: Observed) -> Iterator[HarnessFinding]:
    """Findings on a faulty correction: the imported contents must stay unchanged."""
    if _differs(step, edition, before, after):
        yield _finding(step, "誤りのある訂正の組 {unit}で、前に取り込んだ内容が変わりました。")


def _of_refusal(step: Step, after: Observed, attempt: Attempt | None) -> Iterator[HarnessFinding]:
    found = sum(len(records) for records in _about(step, after).values())
    silent = attempt is None or not attempt.said
    if found and attempt and attempt.outcome is AttemptOutcome.REFUSED:
        yield _finding(step, "取り込まないとした組 {unit}の内容が、一部取り込まれています。")
    elif found and silent:
        yield _finding(step, "介護ソフトが、誤りのある組 {unit}を、警告を表示せずに取り込みました。")
    elif found:
        text = "介護ソフトが、誤りのある組 {unit}を、警告を表示して取り込みました。取り込まないことが望まれます。"
        yield _finding(step, text, Severity.WARNING)
    elif attempt and silent:
        yield _finding(
            step, "誤りのある組 {unit}を取り込まなかった理由が、表示されていません。", Severity.WARNING
        )


def _of_warning(
    step: Step, edition: Edition, expected: Observed, after: Observed, attempt: Attempt | None
) -> Iterator[HarnessFinding]:
    if not _about(step, after):
        if attempt and attempt.outcome is AttemptOutcome.REFUSED and attempt.said:
            text = "介護ソフトが、取り込めるはずの組 {unit}を、理由を表示して取り込みませんでした。"
            yield _finding(step, text, Severity.WARNING)
        else:
            yield _finding(step, "取り込めるはずの組 {unit}の内容が、警告を表示せずに失われました。")
    elif _differs(step, edition, expected, after, rows_only=True):
        yield _finding(step, "取り込んだ組 {unit}の記録が足りないか、余分にあります。")
    elif attempt and not attempt.said:
        yield _finding(
            step, "介護ソフトが組 {unit}を取り込みましたが、警告が表示されていません。", Severity.WARNING
        )


def _differs(step: Step, edition: Edition, one: Observed, other: Observed, rows_only: bool = False) -> bool:
    """Whether two observations differ on the people of a step.

    Args:
        rows_only: compare only which records are there; changed items are reported elsewhere.
    """
    first, second = _about(step, one), _about(step, other)
    for table in {*first, *second}:
        found = compare(edition.layout(table[0]), table[1], first.get(table, []), second.get(table, []))
        if found.missing or found.surplus or (found.changes and not rows_only):
            return True
    return False


def _about(step: Step, seen: Observed) -> Mapping[TableKey, TableRecords]:
    """The records of the people of a step."""
    return _of_people(step.users, seen)


def _of_people(people: Collection[str], seen: Observed) -> Mapping[TableKey, TableRecords]:
    wanted = {plain(number) for number in people}
    tables = {
        table: [record for record in records if plain(record["insured_number"]) in wanted]
        for table, records in seen.tables.items()
    }
    return {table: records for table, records in tables.items() if records}


def _finding(step: Step, message: str, severity: Severity | None = None) -> HarnessFinding:
    """A finding on a unit, which stands for {unit} in the message."""
    return HarnessFinding(
        "H805",
        severity or HARNESS_RULES["H805"].severity,
        message.format(unit=f"{step.folder}（{step.purpose.partition('。')[0]}）"),
        Aspect.FAULTY,
        step=step.folder,
    )
