"""What can be said of an application for a subsidy: as text, JSON, page and PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from careplan_csv.findings import visible
from careplan_csv.japanese_dates import japanese_date
from careplan_csv.reporting.json_report import TOOL, json_text
from careplan_csv.reporting.pdf import html_to_pdf
from careplan_csv.reporting.report_file import report_file
from careplan_csv.reporting.templates import environment
from careplan_csv.subsidies.programme import Programme, ProgrammeSource
from careplan_csv.subsidies.subsidy_amount import SubsidyAmount
from careplan_csv.subsidies.subsidy_calculation import DECISION, NeededDocument, SubsidyCalculation
from careplan_csv.subsidies.yen import shown_yen
from careplan_csv.version import __version__

SCHEMA_VERSION = "1.0"


def subsidy_text(found: SubsidyCalculation) -> str:
    """The result for a terminal; its last line says who decides."""
    return visible("\n".join(_text_lines(found)) + "\n")


def subsidy_page(found: SubsidyCalculation) -> str:
    """One page of HTML that needs nothing else; everything is escaped."""
    template = environment().get_template("subsidy.html.j2")
    return template.render(
        found=found,
        programme=found.application.programme,
        office=_office(found),
        headline=headline(found),
        amount=amount_words,
        send=send_words,
        deadline=deadline_words(found.application.programme),
        yen=shown_yen,
        shown=visible,
        decision=DECISION,
        version=__version__,
    )


def subsidy_json(found: SubsidyCalculation) -> str:
    """The result as JSON; equal applications give equal texts."""
    return json_text(subsidy_data(found))


def subsidy_data(found: SubsidyCalculation) -> dict[str, Any]:
    """The result as plain data; amounts are in yen, days in ISO 8601."""
    application, programme = found.application, found.application.programme
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": TOOL, "version": __version__},
        "programme": {
            "id": programme.id,
            "name": programme.name,
            "sources": [_source_data(source) for source in programme.sources],
        },
        "office": {
            "name": application.office_name,
            "prefecture": application.prefecture,
            "service": application.service,
        },
        "software": {"product_name": application.product_name, "vendor_name": application.vendor_name},
        "requirements": _requirements_data(found),
        "expenses": _expenses_data(found),
        "eligible_yen": found.eligible,
        "rate": {
            "value": found.rate.label,
            "reason": found.rate.reason,
            "source": programme.rate.source.id,
        },
        "amounts": [_amount_data(amount) for amount in found.amounts],
        "amount_yen": found.yen,
        "complete": found.is_complete,
        "missing": list(found.missing),
        "not_met": list(found.not_met),
        "documents": [_document_data(one) for one in found.documents],
        "deadline": _deadline_data(programme),
        "notes": list(programme.notes),
        "decision": DECISION,
    }


def _source_data(source: ProgrammeSource) -> dict[str, Any]:
    return {"id": source.id, "name": source.name, "second_hand": source.second_hand}


def _requirements_data(found: SubsidyCalculation) -> list[dict[str, Any]]:
    return [
        {
            "key": one.requirement.key,
            "group": one.requirement.group,
            "text": one.requirement.text,
            "required": one.requirement.needed,
            "outcome": one.outcome.value,
            "by": one.by,
            "remedy": one.remedy,
            "source": one.requirement.source.id,
        }
        for one in found.requirements
    ]


def _expenses_data(found: SubsidyCalculation) -> list[dict[str, Any]]:
    return [
        {
            "name": one.expense.name,
            "kind": one.expense.kind.kind,
            "group": one.expense.kind.group,
            "yen": one.expense.yen,
            "counting": one.counting.value,
            "reason": one.reason,
            "source": one.expense.kind.source.id,
        }
        for one in found.expenses
    ]


def _amount_data(amount: SubsidyAmount) -> dict[str, Any]:
    steps = [{"text": step.text, "yen": step.yen} for step in amount.steps]
    return {"source": amount.source.id, "ceiling_yen": amount.ceiling, "steps": steps, "yen": amount.yen}


def _document_data(one: NeededDocument) -> dict[str, Any]:
    return {
        "name": one.document.name,
        "send": one.document.send,
        "certain": one.is_certain,
        "note": one.document.note,
        "source": one.document.source.id,
    }


def _deadline_data(programme: Programme) -> dict[str, Any] | None:
    deadline = programme.deadline
    if deadline is None:
        return None
    first, last = deadline.first.isoformat(), deadline.last.isoformat()
    return {"from": first, "until": last, "note": deadline.note, "source": deadline.source.id}


def headline(found: SubsidyCalculation) -> str:
    """The result in a sentence or two."""
    if found.not_met:
        return "満たしていないことがあります。このままでは、補助の対象にならないおそれがあります。"
    if found.missing:
        so_far = "金額は、今の内容での計算です。" if found.amounts else ""
        return f"まだ示していないことがあります。{so_far}"
    return "書かれた内容では、すべてそろっています。"


def amount_words(found: SubsidyCalculation) -> str:
    """The amount, or the amounts where the sources differ."""
    if not found.amounts:
        return "まだ計算できません"
    amounts = {amount.yen for amount in found.amounts}
    if len(amounts) == 1:
        return shown_yen(found.amounts[0].yen)
    words = "、".join(f"{amount.source.short}では {shown_yen(amount.yen)}" for amount in found.amounts)
    return f"出典によって違います（{words}）"


def send_words(one: NeededDocument) -> str:
    """How a document is sent, and what else there is to say of it."""
    words = f"{one.document.send}で送ります。{one.document.note}"
    return words if one.is_certain else f"{words}対象の事業所だけです。"


def deadline_words(programme: Programme) -> str:
    """From when until when, in Japanese."""
    deadline = programme.deadline
    if deadline is None:
        return "締切は、都道府県が決めます。"
    first, last = japanese_date(deadline.first), japanese_date(deadline.last)
    return f"受付は、{first}から{last}までです。{deadline.note}"


def _office(found: SubsidyCalculation) -> Sequence[tuple[str, str]]:
    """The head of the result: label and words."""
    application = found.application
    software = "・".join(filter(None, (application.product_name, application.vendor_name)))
    pairs = [
        ("補助金", application.programme.name),
        ("使った決まり", _own_rules(application.programme)),
        ("事業所", application.office_name),
        ("サービスの種類", application.service),
        ("介護ソフト", software),
    ]
    return [(label, words) for label, words in pairs if words]


def _own_rules(programme: Programme) -> str:
    """Whose rules were used; empty for those of the package."""
    if not programme.is_own:
        return ""
    return (
        f"careplan-csv に入っているものではなく、指定されたファイル（{programme.id}）の決まりで計算しました"
    )


def _text_lines(found: SubsidyCalculation) -> Iterator[str]:
    programme = found.application.programme
    yield from (f"{label}: {words}" for label, words in _office(found))
    yield f"補助の額: {amount_words(found)}"
    yield headline(found)
    yield from _text_requirements(found)
    yield from _text_expenses(found)
    yield from _text_amounts(found)
    for title, sentences in (
        ("満たしていないこと", found.not_met),
        ("まだ示していないこと", found.missing),
        ("提出書類", [f"{one.document.name}: {send_words(one)}" for one in found.documents]),
        ("締切", [deadline_words(programme)]),
        ("注記", programme.notes),
        ("出典", [source.label for source in programme.sources]),
    ):
        if sentences:
            yield f"\n■ {title}"
            yield from (f"・{sentence}" for sentence in sentences)
    yield f"\n{DECISION}"


def _text_requirements(found: SubsidyCalculation) -> Iterator[str]:
    yield "\n■ 要件"
    for one in found.requirements:
        optional = "" if one.requirement.needed else "（任意）"
        yield f"{one.requirement.group} {one.requirement.text}{optional}: {one.label}"
        yield f"    {one.by}"


def _text_expenses(found: SubsidyCalculation) -> Iterator[str]:
    yield "\n■ 経費"
    for one in found.expenses:
        kind = one.expense.kind
        letter = f"{kind.group} " if kind.group else ""
        yield f"{one.counting.label}: {one.expense.name}（{letter}{kind.name}） {shown_yen(one.expense.yen)}"
        yield f"    {one.reason}"
    if not found.expenses:
        yield "経費は書かれていません。"


def _text_amounts(found: SubsidyCalculation) -> Iterator[str]:
    yield "\n■ 計算"
    yield f"補助率: {found.rate.label}。{found.rate.reason}"
    for amount in found.amounts:
        if len(found.amounts) > 1:
            yield f"{amount.source.label}による計算:"
        yield from (
            f"  {number}. {step.text}: {shown_yen(step.yen)}" for number, step in enumerate(amount.steps, 1)
        )
    if not found.amounts:
        yield "まだ計算できません。"


def _txt_file(found: SubsidyCalculation) -> bytes:
    # Notepad on Windows knows by the mark that it is UTF-8.
    return subsidy_text(found).replace("\n", "\r\n").encode("utf-8-sig", "replace")


SUBSIDY_WRITERS: dict[str, Callable[[SubsidyCalculation], bytes]] = {
    ".html": lambda found: subsidy_page(found).encode("utf-8", "replace"),
    ".pdf": lambda found: html_to_pdf(subsidy_page(found)),
    ".json": lambda found: subsidy_json(found).encode("utf-8", "replace"),
    ".txt": _txt_file,
}
"""What makes the file, by the end of its name."""


def write_subsidy(found: SubsidyCalculation, out: Path, *, force: bool) -> None:
    """Write the result to a file; the end of its name, one of SUBSIDY_WRITERS, says as what.

    Raises:
        CannotWrite: the place is taken or cannot be written.
        PdfUnavailable: no PDF can be made here.
    """
    data = SUBSIDY_WRITERS[out.suffix.lower()](found)
    with report_file(out, force=force) as file:
        file.write(data)
