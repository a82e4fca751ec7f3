"""Compares two results: two runs of a product, or the same files checked by two versions of this program."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from careplan_csv.conformance.evidence_package import package as pack
from careplan_csv.conformance.evidence_package.package import PackageProblem, read_package
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.findings import Severity, printable
from careplan_csv.japanese import system_reason
from careplan_csv.results import Status
from careplan_csv.standard import Direction

_LARGEST = 256 << 20
_SERIAL = re.compile(r"[0-9]{14}(?=\.csv\Z)", re.IGNORECASE)
_SERIAL_IN_TEXT = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")
_VERSION = re.compile(r"1\.[0-9]+")


class UnreadableResult(Exception):
    """A file is no result; the text says why and what to do, in Japanese."""


class Change(StrEnum):
    """What became of a finding from the earlier result to the later one."""

    NEW = "new"
    CHANGED = "changed"
    FIXED = "fixed"
    UNKNOWN = "unknown"
    """It is gone, but so is the file, or the file could not be examined: nothing says that it was mended."""

    @property
    def label(self) -> str:
        return _CHANGE_LABELS[self.value]


_CHANGE_LABELS = {
    "new": "新しい",
    "changed": "変わった",
    "fixed": "なくなった",
    "unknown": "確かめられない",
}


@dataclass(frozen=True, slots=True, order=True)
class FindingKey:
    """What makes findings of two results the same one.

    Attributes:
        file: name of the file; the ファイル連番 is replaced by `＊` where the other result has no file of that name,
            in the message too.
        item_no: 0 where the finding is about no item.
    """

    file: str
    rule: str
    item_no: int
    message: str


@dataclass(frozen=True, slots=True)
class Told:
    """How a result tells a finding: the worst severity, in how many places, and whether all are waived."""

    severity: Severity
    count: int
    item: str = ""
    waived: bool = False


@dataclass(frozen=True)
class ReadResult:
    """What is compared of a result.

    Attributes:
        source: name of the file that it was read from.
        files: whether each file was examined, by name.
        findings: by key, with the names of files as they stand.
        requirements: result of each requirement, by letter and direction; empty for a check.
        hidden: how many findings `--select` and `--ignore` left out.
    """

    source: str
    version: str
    rule_set: str
    checked_at: str
    verdict: Status
    files: Mapping[str, bool]
    findings: Mapping[FindingKey, Told]
    requirements: Mapping[tuple[str, str], Status] = field(default_factory=dict)
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """A finding that is not the same in both results; `before` or `after` is None where it is not there."""

    change: Change
    key: FindingKey
    before: Told | None
    after: Told | None

    @property
    def worst(self) -> Severity:
        """The worse one of both severities."""
        told = [one.severity for one in (self.before, self.after) if one]
        return min(told, key=lambda severity: severity.rank)


@dataclass(frozen=True)
class ResultDifferences:
    """Everything in which two results differ.

    Attributes:
        findings: the worst first.
        same: how many findings are equal in both.
        only_before, only_after: files that only one of them has, by the names that were compared.
        requirements: letter, direction and the results before and after (None where there is no such row).
    """

    before: ReadResult
    after: ReadResult
    findings: tuple[ChangedFinding, ...]
    same: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    requirements: tuple[tuple[str, str, Status | None, Status | None], ...]

    def of(self, change: Change) -> list[ChangedFinding]:
        """The findings with one change."""
        return [finding for finding in self.findings if finding.change is change]

    def is_worse(self, level: Severity = Severity.INFO) -> bool:
        """Whether something came up that was not there before, or is graded worse or found in more places.

        Args:
            level: findings below it do not count.
        """
        open_after = (one for one in self.findings if one.after and not one.after.waived)
        told = (one for one in open_after if one.after and one.after.severity.reaches(level))
        return any(map(_is_worse, told)) or any(
            after is not Status.CONFORMANT and before is Status.CONFORMANT
            for _, _, before, after in self.requirements
        )


def _is_worse(finding: ChangedFinding) -> bool:
    before, after = finding.before, finding.after
    if after is None:
        return False
    if before is None or before.waived:
        return True
    return after.severity.rank < before.severity.rank or after.count > before.count


def read_result(path: Path) -> ReadResult:
    """Read a result of `check` or `assess` (JSON), or the one in an evidence package.

    Raises:
        UnreadableResult: it is none.
    """
    name = printable(str(path), 200)
    try:
        return result_of(_data(path), name)
    except PackageProblem as error:
        raise UnreadableResult(f"「{name}」: {error}") from error
    except OSError as error:
        raise UnreadableResult(
            f"「{name}」を読めません（{system_reason(error)}）。名前と場所を確かめてください。"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableResult(
            f"「{name}」は careplan-csv の結果ではありません。"
            "check か assess の --format json で作ったファイルか、証拠の ZIP を指定してください。"
        ) from error


def _data(path: Path) -> dict[str, Any]:
    if path.suffix.lower() == ".zip":
        return parse_object(read_package(path).parts[pack.RESULT])
    if path.stat().st_size > _LARGEST:
        raise ValueError("too large")
    return parse_object(path.read_bytes())


def result_of(data: Mapping[str, Any], source: str) -> ReadResult:
    """What is compared of a result as plain data.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no result.
    """
    if not _VERSION.fullmatch(data["schema_version"]):
        raise ValueError("another form")
    findings: dict[FindingKey, Told] = {}
    for row in data["findings"]:
        key = FindingKey(
            _text(row["file"]), _text(row["rule"]), int(row["item_no"] or 0), _text(row["message"])
        )
        item = _text(row["item"] or "")
        told = Told(Severity(row["severity"]), int(row["count"]), item, bool(row.get("waiver")))
        findings[key] = _sum(findings[key], told) if key in findings else told
    return ReadResult(
        source,
        _text(data["tool"]["version"]),
        _text(data["tool"]["rule_set"]),
        _text(data["checked_at"]),
        Status(data["verdict"]),
        {_text(row["file"]): not row["problem"] for row in data["inputs"]},
        findings,
        {
            (_text(row["letter"]), Direction(row["direction"]).value): Status(row["result"])
            for row in data.get("requirements", ())
        },
        int(data["summary"]["hidden"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _sum(one: Told, other: Told) -> Told:
    severity = min(one.severity, other.severity, key=lambda severity: severity.rank)
    return Told(severity, one.count + other.count, one.item, one.waived and other.waived)


def differences(before: ReadResult, after: ReadResult) -> ResultDifferences:
    """Compare two results.

    A file of another export has another ファイル連番: where the other result has no file of the same name,
    files are compared under their names without it.
    """
    names = _names(before.files, after.files)
    old, new = _renamed(before, names), _renamed(after, names)
    keys = [key for key in {**old.findings, **new.findings} if old.findings.get(key) != new.findings.get(key)]
    changed = [_changed(key, old.findings.get(key), new.findings.get(key), new.files) for key in keys]
    rows = dict.fromkeys([*before.requirements, *after.requirements])
    requirements = [(*row, before.requirements.get(row), after.requirements.get(row)) for row in rows]
    return ResultDifferences(
        before,
        after,
        tuple(sorted(changed, key=lambda one: (list(Change).index(one.change), one.worst.rank, one.key))),
        sum(told == new.findings.get(key) for key, told in old.findings.items()),
        tuple(name for name in old.files if name not in new.files),
        tuple(name for name in new.files if name not in old.files),
        tuple(row for row in requirements if row[2] != row[3]),
    )


def _changed(
    key: FindingKey, before: Told | None, after: Told | None, files: Mapping[str, bool]
) -> ChangedFinding:
    if before is None:
        return ChangedFinding(Change.NEW, key, before, after)
    if after is not None:
        return ChangedFinding(Change.CHANGED, key, before, after)
    change = Change.FIXED if files.get(key.file, False) else Change.UNKNOWN
    return ChangedFinding(change, key, before, after)


def _names(before: Iterable[str], after: Iterable[str]) -> dict[str, str]:
    """Under which name each file is compared."""
    both = set(before) & set(after)
    every = dict.fromkeys([*before, *after])
    return {name: name if name in both else _SERIAL.sub("＊", name) for name in every}


def _renamed(result: ReadResult, names: Mapping[str, str]) -> ReadResult:
    """The same result under the names that are compared; what falls together is added up."""
    files: dict[str, bool] = {}
    for name, examined in result.files.items():
        files[names[name]] = examined and files.get(names[name], True)
    serials = {match[0] for name in result.files if names[name] != name and (match := _SERIAL.search(name))}
    findings: dict[FindingKey, Told] = {}
    for key, told in result.findings.items():
        message = _SERIAL_IN_TEXT.sub(lambda found: "＊" if found[0] in serials else found[0], key.message)
        renamed = FindingKey(names.get(key.file, key.file), key.rule, key.item_no, message)
        findings[renamed] = _sum(findings[renamed], told) if renamed in findings else told
    return ReadResult(
        result.source,
        result.version,
        result.rule_set,
        result.checked_at,
        result.verdict,
        files,
        findings,
        result.requirements,
        result.hidden,
    )


def by_rule(found: ResultDifferences) -> Iterator[tuple[str, Counter[Change]]]:
    """How many findings of each rule have which change, in the order of the rules."""
    counts: dict[str, Counter[Change]] = {}
    for finding in found.findings:
        counts.setdefault(finding.key.rule, Counter())[finding.change] += 1
    yield from sorted(counts.items())
