"""Tables at the edges of their data, whatever the bytes."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from careplan_csv.checker import check
from careplan_csv.reading.record_values import read_records
from careplan_csv.reading.sources import Inputs, Origin, Source
from careplan_csv.standard import standard
from careplan_csv.synthesis.samples.sample_files import valid_files

VALID = [
    (path.rsplit("/", 1)[-1], data)
    for path, data in valid_files().items()
    if path.endswith(".CSV") and path.startswith("valid/202407")
]


def faults(name: str, data: bytes) -> tuple[str, ...]:
    source = Source(name, name, "", Origin.NAMED, len(data), lambda: io.BytesIO(data))
    return check(Inputs((source,))).internal_faults


def test_a_file_may_end_in_an_empty_text_without_a_line_end() -> None:
    layout = standard().edition("202407").layout("UPKIHON_SUB1")
    data = b"202407,359032,0000000303,20250310,," + b"," * (len(layout.items) - 6)
    assert faults("UPKIHON_SUB1_3509900019_46_3579900014_43_20250310160030.CSV", data) == ()
    (values,) = read_records(data, layout).values
    assert values["insured_number"] == "0000000303"


@given(st.sampled_from(VALID), st.data())
def test_a_file_that_was_cut_anywhere_is_examined(valid: tuple[str, bytes], data: st.DataObject) -> None:
    name, content = valid
    start = data.draw(st.integers(0, min(len(content), 2000)))
    end = data.draw(st.integers(start, min(len(content), start + 3000)))
    assert faults(name, content[start:end]) == ()
