"""Everything that is written for a kit: its units, what is expected, the checksheets and kit.json."""

from __future__ import annotations

from careplan_csv.conformance.checksheet.short_sheet import Length
from careplan_csv.conformance.kit.kit_model import DESCRIPTION, Kit
from careplan_csv.reporting.checksheet import checksheet_html
from careplan_csv.reporting.checksheet_xlsx import checksheet_xlsx
from careplan_csv.reporting.reference_forms import reference_forms
from careplan_csv.reporting.run_sheet import run_sheet
from careplan_csv.version import __version__

CHECKSHEET_HTML, CHECKSHEET_XLSX = "checksheet.html", "checksheet.xlsx"
RUN_SHEET = "手順.txt"


def kit_files(kit: Kit, rule_set: str, length: Length = Length.SHORT) -> dict[str, bytes]:
    """Path within the folder of the kit -> bytes.

    Args:
        rule_set: of the checks, so that a result can be told to belong to them.
        length: of the checksheets.
    """
    # The sheets show what must come out: a challenge goes out without them. They ask about imports alone.
    sheets = (
        {}
        if kit.is_challenge or not kit.inbox
        else {
            CHECKSHEET_HTML: checksheet_html(kit, length).encode("utf-8"),
            CHECKSHEET_XLSX: checksheet_xlsx(kit, length),
        }
    )
    if kit.scenario:
        # The mark lets every editor of Windows read it.
        sheets |= {RUN_SHEET: run_sheet(kit).encode("utf-8-sig"), **reference_forms(kit)}
    tool = {"name": "careplan-csv", "version": __version__, "rule_set": rule_set}
    description = kit.description(tool, sheets).encode("utf-8")
    return {**kit.files, **sheets, DESCRIPTION: description}
