"""A small import kit, made by hand from the units of the samples."""

from __future__ import annotations

from careplan_csv.conformance.kit.kit_model import Aspect, Expectation, Kit, Step
from careplan_csv.synthesis.samples.sample_units import planning_set, prevention_set, service_set
from careplan_csv.writing.unit_files import Unit

USER = "0000000101"


def made_kit(edition: str = "202407", seed: int = 7) -> Kit:
    """Plan, its deletion, plan again, schedule, the same schedule once more, prevention; results of its own; faults."""
    plan, deletion, again, schedule, *_, later, _ = planning_set(edition)
    first, gone, corrected = service_set(edition)
    steps = [
        ("inbox/01-plan", plan, Aspect.TEXTS, Expectation.IMPORT),
        ("inbox/02-deletion", deletion, Aspect.DELETION, Expectation.IMPORT),
        ("inbox/03-again", again, Aspect.SENT_AGAIN, Expectation.IMPORT),
        ("inbox/04-schedule", schedule, Aspect.REPEAT, Expectation.IMPORT),
        ("inbox/05-schedule", schedule, Aspect.REPEAT, Expectation.IMPORT),
        ("inbox/06-corrected", corrected, Aspect.REPLACEMENT, Expectation.IMPORT),
        ("inbox/07-late", first, Aspect.ORDER, Expectation.IMPORT),
        ("inbox/08-late", gone, Aspect.ORDER, Expectation.IMPORT),
    ]
    if prevention := prevention_set(edition):
        whole = next(unit for unit in prevention if unit.id == "prevention_plan_and_information")
        steps.append(("inbox/09-prevention", whole, Aspect.IMPORT, Expectation.IMPORT))
    faults = [
        ("faults/01-refused", schedule, Aspect.FAULTY, Expectation.REFUSE),
        ("faults/02-odd", later, Aspect.FAULTY, Expectation.WARN),
    ]
    own = [("own/01-result", first, Aspect.IMPORT, Expectation.IMPORT)]
    files = {
        f"{folder}/{name}": data
        for folder, unit, *_ in (*steps, *faults, *own)
        for name, data in unit.files().items()
    }
    return Kit(
        "mhlw-4.1",
        "service",
        edition,
        seed,
        "3579900113",
        "11",
        tuple(_step(*step) for step in steps),
        tuple(_step(*step) for step in own),
        tuple(_step(*step) for step in faults),
        {USER: Aspect.IMPORT},
        files,
    )


def _step(folder: str, unit: Unit, aspect: Aspect, expectation: Expectation) -> Step:
    return Step(folder, unit.id, "D1", f"{aspect.label}を確かめます。", aspect, expectation)
