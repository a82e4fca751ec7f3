"""Records for tests of forms: every value tells which item it is of."""

from __future__ import annotations

from careplan_csv.forms.located_records import FormRecord
from careplan_csv.standard import standard
from careplan_csv.standard.filenames import parse

NAMES = {
    "UP1KYO": "", "UP2KYO": "", "UP3KYO": "", "UPKIHON": "", "UPKIHON_SUB1": "", "UPKIHON_SUB2": "", "UPYOBO": "",
    "UPYOBO_SUB": "", "UPPLAN": "202504_", "UPJSK": "202504_", "UPSIKYU": "202504_", "UPHOSOKU": "202504_",
}  # fmt: skip
"""The kinds of files with a form, each with the month part of its name."""


def made(prefix: str, serial: str = "20250401090000", **values: str) -> FormRecord:
    """A record in which every value tells its item, but for those given."""
    edition = standard().edition("202407")
    layout = edition.layout(prefix)
    name = parse(f"{prefix}_{NAMES.get(prefix, '')}3570000012_43_3570000103_11_{serial}.CSV", standard())
    assert name
    own = {item.id: f"{prefix}-{item.no}の値" for item in layout.items}
    keys = {
        "insurer_number": "352013", "insured_number": "0000000001", "plan_date": "20250325",
        "service_month": "202504", "consultation_date": "20250325", "service_date": "20250403",
        "weekday": "1", "weekly_start_time": "0900", "weekly_end_time": "1000", "daily_start_time": "0700",
        "daily_end_time": "0730", "care_level_change_date": "20250402",
    }  # fmt: skip
    chosen = {**own, **{key: value for key, value in keys.items() if key in own}, **values}
    return FormRecord(layout, edition, name, f"{prefix}.CSV", 1, 1, chosen)
