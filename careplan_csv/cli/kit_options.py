"""From the options on a kit to a trial of the software."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused
from careplan_csv.cli.progress import ProgressDisplay, told_progress

if TYPE_CHECKING:
    from careplan_csv.conformance.harness.trial import Trial
    from careplan_csv.standard import OfficeType, Profile


@dataclass(frozen=True, slots=True)
class KitOptions:
    """The options that say how software was or is to be tried."""

    kit: Path | None = None
    exported: Path | None = None
    dump: Path | None = None
    adapter: str | None = None
    answers: Path | None = None


def trial_of(
    options: KitOptions, profile: Profile, office_type: OfficeType, out: Path, *, bar: bool
) -> Trial:
    """Run or compare a kit, where one was given.

    Raises:
        Refused: the options do not go together, or the kit is for something else.
    """
    from careplan_csv.conformance.harness.trial import Trial, adapter_trial, manual_trial, opened_kit

    if options.kit is None:
        if any((options.exported, options.dump, options.adapter, options.answers)):
            raise Refused("--exported、--dump、--adapter、--answers は、--kit と一緒に指定してください。")
        return Trial()
    with trial_problems_refused():
        kit = opened_kit(options.kit)
        if kit.scenario:
            raise Refused(
                f"キット「{options.kit}」は、{kit.scenario} の予行のキットです。予行は判定や証拠に使えません"
                "（予行するには「careplan-csv kit run」か「kit compare」）。"
                "--scenario の無い「careplan-csv kit make」のキットを使ってください。"
            )
        wanted = (profile.id, office_type.id, profile.csv_version)
        if (kit.profile, kit.office_type, kit.edition) != wanted:
            raise Refused(
                f"キット「{options.kit}」は、{kit.profile}・{kit.office_type}・{kit.edition} のためのものです。"
                f"{'・'.join(wanted)} のキットを「careplan-csv kit make」で作ってください。"
            )
        if options.adapter and (options.exported or options.dump):
            raise Refused("--adapter と、--exported・--dump は、どちらか一方だけを指定してください。")
        with told_progress(JUDGING, shown=bar) as told:
            if options.adapter is None:
                return manual_trial(kit, options.exported, options.dump, options.answers)
            return adapter_trial(
                kit,
                options.kit,
                options.adapter,
                out / "kit-run",
                options.answers,
                progress=steps_told(told),
            )


@contextmanager
def trial_problems_refused() -> Iterator[None]:
    """Refuse what a trial cannot do, with its own words."""
    from careplan_csv.conformance.harness.trial import TrialProblem

    try:
        yield
    except TrialProblem as error:
        raise Refused(str(error)) from error


JUDGING = "結果を期待する内容と比べています"


def steps_told(told: ProgressDisplay) -> Callable[[int, int, str], None]:
    """What a run tells before each of its steps: the number from 0, how many there are, and the name."""

    def tell(number: int, count: int, name: str) -> None:
        told(number, count, f"キットを試しています（{name}）")

    return tell
