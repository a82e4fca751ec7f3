"""Forms inside the page of findings: the first documents with findings, masked, never too many."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import PLAN, file_of, plan_record

from careplan_csv.checker import check
from careplan_csv.checker.place_list import PlaceList
from careplan_csv.reading.sources import collect
from careplan_csv.reporting import form_excerpt
from careplan_csv.reporting.finding_list import FindingList
from careplan_csv.reporting.finding_page import write_page
from careplan_csv.reporting.form_excerpt import DOCUMENTS_SHOWN, forms_of_findings
from careplan_csv.reporting.selection import Selection


def page_of(folder: Path, *, show_values: bool = False) -> str:
    stream = io.BytesIO()
    with PlaceList(show_values=show_values) as every:
        result = check(collect([str(folder)]), every=every, show_values=show_values)
        write_page(FindingList(result, Selection(), every), stream)
    return stream.getvalue().decode()


def forms_in(page: str) -> str:
    found = re.search(r'<section class="forms">(.*?)</section>', page, re.DOTALL)
    return found[1] if found else ""


def many(folder: Path, count: int) -> None:
    """Plans of so many people, each with a fault."""
    records = [
        plan_record(insured_number=f"{number:010}", service_code="1") for number in range(1, count + 1)
    ]
    (folder / PLAN).write_bytes(file_of(*records))


def test_the_cell_of_a_finding_is_marked_in_its_form(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_bytes(file_of(plan_record(service_code="1")))
    forms = forms_in(page_of(tmp_path))
    assert re.search(r'<span class="fault" title="№15[^"]*">[^<]*</span><sup class="mark">▲1</sup>', forms)
    assert re.search(r"<li>エラー F417: .*（№15、.* 1行目）</li>", forms)
    assert "careplan-csv view" in forms
    assert "値は伏せたものです" in forms


def test_forms_in_the_report_are_masked_as_the_report_is(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_bytes(file_of(plan_record(service_code="1", planner_name="見本花子")))
    assert "見本花子" not in page_of(tmp_path)
    assert "見本花子" in forms_in(page_of(tmp_path, show_values=True))


def test_files_without_findings_have_no_forms(tmp_path: Path) -> None:
    (tmp_path / PLAN.replace("UPPLAN", "UPNONE")).write_bytes(b"1\r\n")
    assert forms_in(page_of(tmp_path)) == ""


def test_only_so_many_are_shown_and_the_rest_is_told(tmp_path: Path) -> None:
    many(tmp_path, 50)
    forms = forms_in(page_of(tmp_path))
    assert forms.count("<details") == DOCUMENTS_SHOWN
    assert f"示しているのは {DOCUMENTS_SHOWN}枚です" in forms
    assert "30枚あります" in forms


def test_a_document_or_a_file_that_is_too_large_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [plan_record(service_code="1") for _ in range(30)]
    (tmp_path / PLAN).write_bytes(file_of(*records))
    monkeypatch.setattr(form_excerpt, "_MOST_RECORDS", 20)
    assert "示しているのは 0枚です。ほかに、読んだファイルの中に 1枚あります。" in page_of(tmp_path)
    monkeypatch.setattr(form_excerpt, "_MOST_BYTES", 100)
    assert "指摘のあるファイル 1個は、大きいか多いため" in page_of(tmp_path)


def test_a_file_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_bytes(file_of(plan_record(service_code="1")))
    with PlaceList() as every:
        result = check(collect([str(tmp_path)]), every=every)
        (tmp_path / PLAN).unlink()
        excerpt = forms_of_findings(FindingList(result, Selection(), every))
        assert excerpt.sheets == []
        every.sources = {}
        assert forms_of_findings(FindingList(replace(result), Selection(), every)).sheets == ()


def test_hostile_values_stay_in_their_cells(tmp_path: Path) -> None:
    (tmp_path / PLAN).write_bytes(
        file_of(plan_record(service_code="1", planner_name="</td><script>x()</script>"))
    )
    page = page_of(tmp_path, show_values=True)
    assert "<script>x()" not in page
    assert page.count("<script") == 2
