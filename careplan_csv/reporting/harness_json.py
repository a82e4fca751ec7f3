"""What the harness found out, as plain data for the JSON result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careplan_csv.conformance.harness.differences import differences_of

if TYPE_CHECKING:
    from careplan_csv.conformance.harness.harness_findings import Means
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.harness.run_record import RunRecord
    from careplan_csv.conformance.harness.table_comparison import TableOutcome
    from careplan_csv.conformance.kit.kit_model import Kit
    from careplan_csv.reporting.result_types import HarnessJson, RunJson, TableJson


def harness_data(harness: HarnessResult) -> HarnessJson:
    """The part `harness` of a result; it holds no value of a record."""
    kit = harness.kit
    return {
        "kit": {
            "profile": kit.profile,
            "office_type": kit.office_type,
            "edition": kit.edition,
            "seed": kit.seed,
            "office_number": kit.office_number,
            "office_kind": kit.office_kind,
            "commitment": kit.commitment,
            "scenario": kit.scenario,
        },
        "means": list(harness.means),
        "proof": harness.proof,
        "run": _run(harness.run),
        "tables": [_table(kit, means, table) for means, table in harness.tables],
        "aspects": [
            {
                "aspect": cell.aspect,
                "name": cell.aspect.label,
                "result": cell.result,
                "evidence": cell.evidence,
                "reason": cell.reason,
            }
            for cell in harness.aspects
        ],
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "message": finding.message,
                "aspect": finding.aspect.value if finding.aspect else None,
                "file": finding.prefix,
                "step": finding.step,
            }
            for finding in harness.findings
        ],
        "attempts": [
            {
                "step": attempt.step,
                "outcome": attempt.outcome,
                "said": attempt.said,
                "detail": attempt.detail,
                "seconds": attempt.seconds,
            }
            for attempt in harness.attempts
        ],
    }


def _run(run: RunRecord | None) -> RunJson | None:
    """Which programs were run, where and when; what came of each step stands in `attempts`."""
    if run is None:
        return None
    return {
        "adapter": run.adapter,
        "adapter_sha256": run.adapter_sha256,
        "programs": [
            {
                "command": program.command,
                "arguments": list(program.arguments),
                "executable": program.executable,
                "sha256": program.sha256,
                "scripts": dict(program.scripts),
            }
            for program in run.programs
        ],
        "system": run.system,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
    }


def _table(kit: Kit, means: Means, table: TableOutcome) -> TableJson:
    general, whole = table.general, table.whole
    return {
        "file": table.prefix,
        "month": table.table[1],
        "name": general.layout.name,
        "means": means,
        "expected": whole.expected,
        "found": whole.found,
        "missing": len(whole.missing),
        "surplus": len(whole.surplus),
        "items": len(general.compared),
        "preserved": general.preserved,
        "lost": general.lost_items,
        "differences": [
            {
                "kind": one.kind,
                "item": one.item,
                "how": one.how,
                "count": one.count,
                "record": one.record,
                "expected": one.expected,
                "found": one.found,
            }
            for one in differences_of(kit, means, table, show_values=False)
        ],
    }
