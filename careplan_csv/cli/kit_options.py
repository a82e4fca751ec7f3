"""From the options on a kit to a trial of the software."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from careplan_csv.cli.messages import Refused

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
        wanted = (profile.id, office_type.id, profile.csv_version)
        if (kit.profile, kit.office_type, kit.edition) != wanted:
            raise Refused(
                f"キット「{options.kit}」は、{kit.profile}・{kit.office_type}・{kit.edition} のためのものです。"
                f"{'・'.join(wanted)} のキットを「careplan-csv kit make」で作ってください。"
            )
        if options.adapter is None:
            return manual_trial(kit, options.exported, options.dump, options.answers)
        if options.exported or options.dump:
            raise Refused("--adapter と、--exported・--dump は、どちらか一方だけを指定してください。")
        return adapter_trial(
            kit,
            options.kit,
            options.adapter,
            out / "kit-run",
            options.answers,
            progress=progress_line(bar=bar),
        )


@contextmanager
def trial_problems_refused() -> Iterator[None]:
    """Refuse what a trial cannot do, with its own words."""
    from careplan_csv.conformance.harness.trial import TrialProblem

    try:
        yield
    except TrialProblem as error:
        raise Refused(str(error)) from error


def progress_line(*, bar: bool) -> Callable[[int, int, str], None] | None:
    """What shows the progress of a run; nothing where nobody looks at a terminal."""
    return _line if bar and sys.stderr.isatty() else None


def _line(number: int, count: int, name: str) -> None:
    end = "\n" if number + 1 == count else "\r"
    sys.stderr.write(f"\x1b[2K{number + 1}/{count} {name}{end}")
    sys.stderr.flush()
