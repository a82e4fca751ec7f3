"""Verifies, for the prefecture, that the verdict of an evidence package follows from its files (一致 or 相違)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.package import Package
from careplan_csv.conformance.evidence_package.replay import Replayed, kit_files
from careplan_csv.conformance.harness.attempts import AttemptOutcome
from careplan_csv.conformance.harness.run_plan import EXPORT, steps_of
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.findings import printable
from careplan_csv.standard import Direction, standard

_NAMES = {"tool": "検査プログラム", "version": "careplan-csv のバージョン", "rule_set": "規則の組"}
_EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+09:00")
"""The earliest possible time of evidence: this program is not older."""
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Verification:
    """The result of verifying a package.

    Attributes:
        differences: sentences in Japanese on differences; empty if everything agrees.
        other_version: sentences on differences between the versions of this program.
        remarks: further sentences for the reader, which do not change the result.
        replayed: the verdict that follows from the files.
    """

    differences: tuple[str, ...]
    other_version: tuple[str, ...]
    remarks: tuple[str, ...]
    replayed: Replayed

    @property
    def agrees(self) -> bool:
        """Whether there are no differences, apart from those of another version."""
        return not self.differences

    @property
    def is_sample(self) -> bool:
        """Whether the reference software of this program was run."""
        return self.replayed.assessment.is_sample


PackageComparison = Callable[[Package, Mapping[str, Any], Mapping[str, Any]], Iterator[str]]


def verify(
    package: Package,
    replayed: Replayed,
    tool: Mapping[str, str],
    result: Mapping[str, Any],
    form: Callable[[], str],
    now: datetime,
) -> Verification:
    """Compare the verdict of a package with the verdict that follows from its files.

    Args:
        tool: name, version and rule set of this program.
        result: the new result, as data of JSON.
        form: renders 別紙6 again.
        now: the current time, to find packages with a date in the future.
    """
    differences = [*package.tampered(), *_kit(package, replayed), *_run(package, replayed)]
    other = list(_other_version(package, tool))
    try:
        claimed = parse_object(package.parts[pack.RESULT])
    except (KeyError, ValueError):
        differences.append(f"{pack.RESULT} が無いか、読めません。")
    else:
        differences += _moment(claimed, now)
        differences += _outline(claimed, result) if other else _whole(claimed, result)
    if not other:
        differences += _form(package, form)
    remarks = (*package.remarks, *_remarks(replayed))
    return Verification(tuple(dict.fromkeys(differences)), tuple(other), remarks, replayed)


def _other_version(package: Package, tool: Mapping[str, str]) -> Iterator[str]:
    for key, name in _NAMES.items():
        claimed = package.settings.get(key, "")
        if claimed != tool[key]:
            yield f"{name}が違います（証拠: {printable(claimed) or '記載なし'}、ここ: {tool[key]}）。"
    if package.format != pack.FORMAT:
        yield "証拠の ZIP の形式が前のものです。どのプログラムを動かしたかの記録がありません。"


def _kit(package: Package, replayed: Replayed) -> Iterator[str]:
    kit = replayed.kit
    if kit is None:
        parts = [part for part in (pack.DUMP, pack.AFTER_FAULTS, pack.EXPORTED) if package.under(part)]
        if (parts and package.format != pack.FIRST_FORMAT) or kit_files(package) or pack.RUN in package.parts:
            yield f"{pack.KIT} がありません。取込の判定のもとになるキットが分かりません。"
        return
    enclosed, made = kit_files(package), dict(kit.files)
    if pack.CHALLENGE_ANSWERS not in package.parts and not all(path in enclosed for path in made):
        # All files of a challenge except the answers are enclosed.
        made = {path: data for path, data in made.items() if not path.startswith("expected/")}
    if enclosed != made and enclosed != _given(made):
        yield "キットのファイルが、作り方の数（seed）から作ったものと違います。"


def _given(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a kit without the expected contents."""
    return {path: data for path, data in files.items() if not path.startswith("expected/")}


def _run(package: Package, replayed: Replayed) -> Iterator[str]:
    """Differences if files of a run are missing."""
    kit, harness = replayed.kit, replayed.harness
    if kit is None or harness is None or harness.run is None:
        return
    done = {attempt.step: attempt.outcome for attempt in harness.run.attempts}
    lacking = [step for step in steps_of(kit) if step not in done]
    if lacking:
        yield f"実行の記録に、キットの手順 {len(lacking)}件がありません（{lacking[0]} など）。"
    written = {part: done.get(part) is AttemptOutcome.IMPORTED for part in (pack.DUMP, pack.AFTER_FAULTS)}
    written[pack.EXPORTED] = any(
        step.startswith(f"{EXPORT}/") and outcome is AttemptOutcome.IMPORTED for step, outcome in done.items()
    )
    for part, is_written in written.items():
        if not is_written and package.under(part):
            yield f"実行の記録では書き出していないのに、{part} のファイルがあります。"
    # Exports can be empty, but a dump always has files.
    for part in (pack.DUMP, pack.AFTER_FAULTS):
        if written[part] and not package.under(part):
            yield f"実行の記録では書き出していますが、{part} のファイルがありません。"
    if pack.DUMP in done and not {pack.AFTER_FAULTS, *(step.folder for step in kit.faults)} <= done.keys():
        yield "実行の記録に、誤りのある組を試したことと、その後の内部データがありません。"


def _moment(claimed: Mapping[str, Any], now: datetime) -> Iterator[str]:
    text = claimed.get("checked_at")
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        yield "検査の日時（checked_at）が、日時の形ではありません。"
    elif not _EARLIEST <= moment <= now + _AHEAD:
        yield f"検査の日時（{printable(str(text))}）が、ありえない日時です。"


_LABELS = {
    "schema_version": "結果の形式",
    "tool": "検査プログラム",
    "edition": "CSVバージョンの指定",
    "checked_at": "検査の日時",
    "inputs": "調べたファイルの一覧",
    "ignored": "調べなかったファイルの一覧",
    "units": "ファイルの組の一覧",
    "findings": "見つかった誤り",
    "summary": "誤りの数",
    "profile": "要件の表",
    "office_type": "事業所の種類",
    "reasons": "判定の理由",
    "notes": "注記",
    "software": "製品の名前・バージョン・ソフト会社",
    "sample": "見本かどうか",
    "proof": "証拠の種類",
    "verdict": "総合判定",
    "harness": "取込の検証の結果",
}


def _whole(claimed: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    """Differences between all keys of the results."""
    for key in result:
        if key != "requirements" and claimed.get(key) != result[key]:
            yield f"{_LABELS.get(key, key)}が、同封のファイルから得られるものと違います。"
    yield from (
        f"{printable(str(key))}: 結果に、この形式には無い項目があります。"
        for key in claimed
        if key not in result
    )
    yield from _cells(claimed, result, lambda row: row)


def _outline(claimed: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    """Differences between the keys that must agree in two versions: the applicant, and the verdict of each cell."""
    for key in ("profile", "office_type", "software"):
        if claimed.get(key) != result.get(key):
            yield f"{_LABELS[key]}が、同封のファイルから得られるものと違います。"
    yield from _cells(claimed, result, lambda row: [row.get("result"), row.get("need")])
    if claimed.get("verdict") != result.get("verdict") and not result.get("sample"):
        yield f"{_LABELS['verdict']}が、同封のファイルから得られるものと違います。"


def _cells(
    claimed: Mapping[str, Any], result: Mapping[str, Any], of: Callable[[Mapping[str, Any]], object]
) -> Iterator[str]:
    given = claimed.get("requirements")
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        yield "要件の判定の一覧がありません。"
        return
    rows: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in given:
        key = (str(row.get("letter")), str(row.get("direction")))
        if key in rows:
            yield f"{printable(key[0])} の判定が、2つ書かれています。"
        rows[key] = row
    for row in result["requirements"]:
        found = rows.pop((row["letter"], row["direction"]), None)
        if found is None or of(found) != of(row):
            direction = Direction(row["direction"]).label
            yield f"{row['letter']} の{direction}の判定が、同封のファイルから得られるものと違います。"
    yield from (f"{printable(letter)} は、要件の表にありません。" for letter, _ in rows)


def _form(package: Package, form: Callable[[], str]) -> Iterator[str]:
    html = package.parts.get(pack.FORM_HTML)
    if html is None:
        yield f"{pack.FORM_HTML}（別紙6）がありません。"
    elif html != form().encode("utf-8"):
        yield f"{pack.FORM_HTML}（別紙6）が、同封のファイルから作ったものと違います。"


def _remarks(replayed: Replayed) -> Iterator[str]:
    kit = replayed.kit
    if kit is not None and kit.is_challenge:
        yield "出題キットの証拠です。取込を判定するには、出題者の答えのファイルを --challenge で指定してください。"
    if kit is not None and kit.edition not in standard().editions:
        yield f"キットの CSVバージョン {printable(kit.edition)} を、この careplan-csv は知りません。"
