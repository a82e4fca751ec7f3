"""Runs a kit against the reference software without starting a process for every command."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from long_proofs import some

from careplan_csv.checker import check
from careplan_csv.conformance.checksheet import kit_records
from careplan_csv.conformance.harness import kit_run, observed_data
from careplan_csv.conformance.harness.adapters import Adapter, adapter_of
from careplan_csv.conformance.harness.command_execution import Ran
from careplan_csv.conformance.harness.harness_result import HarnessResult
from careplan_csv.conformance.harness.kit_assessment import assess_with, profile_of
from careplan_csv.conformance.harness.verdict import judge
from careplan_csv.conformance.kit.builder import make_kit
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.conformance.requirements.assessment import Assessment
from careplan_csv.reading.record_values import RecordValues, read_records
from careplan_csv.reading.sources import Inputs, Source, collect
from careplan_csv.reference import importer, incoming_units
from careplan_csv.reference.__main__ import main
from careplan_csv.results import CheckResult
from careplan_csv.standard import Edition, Layout, OfficeType, Profile, Standard, standard

KITS = (
    ("yamaguchi-r6", "planning", "202407"),
    ("yamaguchi-r6", "service", "202407"),
    ("mhlw-4.1", "planning", "202407"),
    ("mhlw-4.1", "service", "202407"),
    ("mhlw-4.1", "planning", "202208"),
    ("mhlw-4.1", "service", "202208"),
    ("mhlw-4.1-yobo", "community", "202407"),
    ("mhlw-4.1-yobo", "entrusted", "202407"),
    ("mhlw-4.1-yobo", "prevention", "202407"),
)
"""Profile, office type and edition of every kit."""
# In the suite both sides, the edition before, and 介護予防.
each_kit = pytest.mark.parametrize(
    ("profile", "office_type", "edition"), some(KITS, (KITS[0], KITS[1], KITS[5], KITS[6]))
)


@cache
def kit_for(profile: str, office_type: str, edition: str, seed: int = 1) -> Kit:
    chosen = standard().profile(profile)
    return make_kit(chosen, chosen.office_type(office_type), standard().edition(edition), seed)


def product(text: str = "reference") -> Adapter:
    """The reference software, or one with a defect, as if it were somebody's product."""
    adapter = adapter_of(text)
    commands = {
        name: ("mycare", "--quiet", "--batch", *words[3:]) for name, words in adapter.commands.items()
    }
    return replace(adapter, name="見本ケア 1.0", commands=commands)


_CHECKED: dict[tuple[object, ...], CheckResult] = {}
"""Standard and inputs -> their result."""


def check_once(
    inputs: Inputs, *, edition: str = "auto", progress: object = None, with_paths: bool = False
) -> CheckResult:
    """What `check` does, but equal inputs are checked once only: all runs of a kit import the same units.

    Args:
        progress: is not told.
        with_paths: inputs are equal only if their files lie at the same paths, which findings name.
    """
    files, images = (
        tuple(_contents(source, with_path=with_paths) for source in some)
        for some in (inputs.sources, inputs.images)
    )
    key = (standard(), edition, files, images, inputs.ignored, inputs.unreadable)
    if key not in _CHECKED:
        _CHECKED[key] = check(inputs, edition=edition)
    return _CHECKED[key]


def _contents(source: Source, *, with_path: bool) -> tuple[object, ...]:
    path = source.path if with_path else ""
    with source.open() as stream:
        return source.name, source.file_name, source.folder, source.origin, path, stream.read()


_READ: dict[tuple[object, ...], RecordValues] = {}
"""Standard, bytes and layout -> the records of a file."""


def read_once(data: bytes, layout: Layout) -> RecordValues:
    """What `read_records` gives, but equal files are read once only."""
    key = (standard(), layout.csv_version, layout.prefix, data)
    if key not in _READ:
        _READ[key] = read_records(data, layout)
    found = _READ[key]
    return replace(found, values=tuple(record.copy() for record in found.values))


def files_once(patch: pytest.MonkeyPatch) -> None:
    """Let kits, runs and packages read equal files once only."""
    for module in (incoming_units, observed_data, kit_records):
        patch.setattr(module, "read_records", read_once)


@cache
def _kit_made(known: Standard, profile: str, office_type: str, edition: str, seed: int, scenario: str) -> Kit:
    chosen = known.profile(profile)
    return make_kit(chosen, chosen.office_type(office_type), known.edition(edition), seed, scenario)


def make_kit_once(
    profile: Profile, office_type: OfficeType, edition: Edition, seed: int, scenario: str = ""
) -> Kit:
    """What `make_kit` does for editions and profiles of the standard in use, but equal kits are made once only."""
    return _kit_made(standard(), profile.id, office_type.id, edition.csv_version, seed, scenario)


def run_here(
    arguments: Sequence[str], work: Path, timeout: float, environment: Mapping[str, str], log: Path
) -> Ran:
    """What `commands.run` does, in this process: the reference software's own command line."""
    started = time.monotonic()
    said = io.StringIO()
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        contextlib.chdir(work),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(importer, "check", check_once)
        code = main(list(arguments[3:]))
    log.write_text(said.getvalue(), encoding="utf-8")
    return Ran(code, said.getvalue().encode("utf-8"), "", time.monotonic() - started)


def tried(
    kit: Kit, adapter: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[HarnessResult, Assessment]:
    """Run a kit against the reference software, in the part of a product, and judge it."""
    monkeypatch.setattr(kit_run, "run", run_here)
    seen = kit_run.run_kit(kit, product(adapter), folder)
    harness = judge(kit, seen, profile_of(kit))
    # A rehearsal of an import exports nothing.
    exported = [str(folder / kit_run.EXPORT)] if (folder / kit_run.EXPORT).is_dir() else []
    return harness, assess_with(harness, check_once(collect(exported)))
