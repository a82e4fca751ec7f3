"""Files that a receiver cannot tell apart by their names (B709)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from careplan_csv.checks.collected.file_facts import FileFacts
from careplan_csv.checks.names.name_parts import is_serial
from careplan_csv.checks.units.together import NamedHit, Together, between_rule
from careplan_csv.findings import Cause, Consequence, OtherPlace, Rule, Severity, printable
from careplan_csv.rules.hits import Place, hit

_KEEP_BOTH = (
    "事業所の方: どちらも消さないで、それぞれがだれの、いつの内容かを確かめてください。"
    "別の利用者の内容であれば、介護ソフトから出力し直し、別々のファイル連番（ファイル名の最後の14桁）で送ってください。"
    "同じ利用者の古い内容と新しい内容であれば、新しいほうを送ってください。"
)


@between_rule(
    Rule(
        id="B709",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="同じ名前（種類とファイル連番）のファイルが2つあり、中身が違う",
        compares="名前（種類、送信元、送信先、サービス提供年月、ファイル連番）が同じファイルの中身を、1バイトずつ同じか（SHA-256）で比べます。",
        grades=(
            (Severity.WARNING, "別のフォルダーにあるとき"),
            (Severity.INFO, "中身が同じコピーのとき"),
        ),
        why="受け取る側には片方しか残らず、もう片方の内容が失われることがあります。",
        remedy=_KEEP_BOTH,
        reference="別紙 ファイル名規約（ファイル連番）（A30）",
        friends=(
            "中身が同じ「(1)」や「コピー」のファイルは、情報にとどめます。"
            "別々に指定したフォルダーにある同じ名前のファイルは、比べません。"
        ),
        cause=Cause.HANDLING,
    )
)
def names_are_unique(rule: Rule, together: Together) -> Iterator[NamedHit]:
    """In one folder, and in the folders of one input."""
    alike: dict[Hashable, dict[str, list[FileFacts]]] = defaultdict(lambda: defaultdict(list))
    for facts in _perhaps_alike(together.files):
        alike[facts.source.given, _identity(facts)][facts.source.folder].append(facts)
    for folders in alike.values():
        originals = []
        for alike_here in folders.values():
            original = next((facts for facts in alike_here if not _is_copied(facts)), alike_here[0])
            originals.append(original)
            for facts in alike_here:
                if facts is not original:
                    yield from _in_one_folder(rule, facts, original)
        for facts in originals[1:]:
            if facts.sha256 != originals[0].sha256:
                yield _in_two_folders(rule, facts, originals[0])


def _perhaps_alike(files: Sequence[FileFacts]) -> Iterator[FileFacts]:
    """Files that may have another of the same identity: most have none, and need no place in a table."""
    hashes = np.array([hash((facts.source.given, _identity(facts))) for facts in files], dtype=np.int64)
    _, number, count = np.unique(hashes, return_inverse=True, return_counts=True)
    for place in np.flatnonzero(count[number] > 1).tolist():
        yield files[place]


def _identity(facts: FileFacts) -> Hashable:
    """What a receiver tells files apart by: the parts of the name, or the name itself where it has none."""
    name = facts.name
    if name is not None and name.csv_version and is_serial(name.serial):
        parts = (name.prefix, name.month, name.sender_office, name.sender_kind)
        return *parts, name.receiver_office, name.receiver_kind, name.serial
    return unicodedata.normalize("NFC", facts.source.file_name).upper()


def _is_copied(facts: FileFacts) -> bool:
    return facts.name is not None and facts.name.copied


def _in_one_folder(rule: Rule, facts: FileFacts, original: FileFacts) -> Iterator[NamedHit]:
    shown = printable(original.source.file_name, 120)
    place = Place(other=OtherPlace(original.source.name))
    if facts.sha256 != original.sha256:
        message = f"「{shown}」と同じ名前（種類とファイル連番）ですが、中身が違います。"
        yield facts.source.name, hit(rule, message, places=(place,))
    elif facts.source.file_name != original.source.file_name:
        message = f"「{shown}」と中身が同じコピーです。"
        remedy = f"事業所の方: 送るのは「{shown}」だけにしてください。このコピーは消しても構いません。"
        yield facts.source.name, hit(rule, message, Severity.INFO, places=(place,), remedy=remedy)


def _in_two_folders(rule: Rule, facts: FileFacts, other: FileFacts) -> NamedHit:
    shown = printable(other.source.name, 160)
    message = f"別のフォルダーの「{shown}」と同じ名前（種類とファイル連番）ですが、中身が違います。"
    place = Place(other=OtherPlace(other.source.name))
    return facts.source.name, hit(rule, message, Severity.WARNING, places=(place,))
