"""The checksheet of an import kit as a page to print and to fill in by hand."""

from __future__ import annotations

from careplan_csv.conformance.checksheet.sheet import sheet_of
from careplan_csv.conformance.checksheet.short_sheet import Length
from careplan_csv.conformance.kit.kit_model import Kit
from careplan_csv.reporting.templates import environment

TEMPLATE = "checksheet.html.j2"


def checksheet_html(kit: Kit, length: Length = Length.LONG) -> str:
    """The checksheet as one HTML page that needs nothing from outside, for the screen and for A4 landscape.

    Raises:
        KeyError: the kit's edition is unknown.
    """
    sheet = sheet_of(kit, length)
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            kit=kit,
            profile=sheet.profile_name,
            office_type=sheet.office_type_name,
            edition=sheet.edition_name,
            entries=sheet.entries,
            length=length.label,
            is_short=length is Length.SHORT,
        )
    )
