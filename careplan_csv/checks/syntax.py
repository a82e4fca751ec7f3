"""Rules on the CSV syntax (C301–C309, 4.2 and the notes of the 別紙)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from careplan_csv.checks.places import places_of, places_of_records
from careplan_csv.checks.registry import Hit, Place, rule
from careplan_csv.findings import EXAMPLES_KEPT, Rule, Severity
from careplan_csv.reading.blocks import RawBlock
from careplan_csv.reading.table import Table
from careplan_csv.standard import Layout

_OTHER_DELIMITERS = {"\t": "タブ", ";": "セミコロン", "|": "縦棒", "，": "全角のカンマ", "、": "読点"}


@rule(
    Rule(
        id="C301",
        severity=Severity.ERROR,
        title="ファイルに記録が1件も無い",
        why="空のファイルを受け取っても、何も取り込めません。",
        remedy="出力の対象（利用者・期間）を確かめて、出力し直してください。送るものが無いときはファイルを作らないでください。",
        reference="§4.2",
        friends="削除するものが無いときなどは、空のファイルではなく、ファイルを作らないのが正しい形です。",
    )
)
def check_empty(records: int, size: int) -> list[Hit]:
    """C301: nothing but blank lines, or nothing at all."""
    if records:
        return []
    what = "ファイルが空（0バイト）です。" if not size else "ファイルに記録が1件もありません。"
    return [Hit("C301", Severity.ERROR, what)]


@rule(
    Rule(
        id="C302",
        severity=Severity.ERROR,
        title="見出しの行がある",
        why="標準仕様の CSV に見出しの行はありません。受け取る側は見出しをデータとして読み、取込が止まります。",
        remedy="見出しの行を付けずに、1行目からデータを出力してください。",
        reference="§4.2（見出し行なし）",
        friends="1件目の項目が6桁の数字で始まるものは、見出しとみなしません。",
    )
)
def is_header(items: list[str], layout: Layout) -> bool:
    """C302: whether the first record holds item names: its first item is no number and others are names."""
    names = {item.name for item in layout.items} | {item.id for item in layout.items}
    first = items[0].strip().strip('"') if items else ""
    if not first or first[:6].isdigit():
        return False
    known = sum(item.strip().strip('"') in names for item in items)
    return known >= max(2, len(items) // 4)


def header_hit() -> Hit:
    """C302 at the first record."""
    return Hit("C302", Severity.ERROR, "1件目が見出しの行です。", places=(Place(line=1, record=1),))


@rule(
    Rule(
        id="C309",
        severity=Severity.ERROR,
        title="区切りがカンマではない",
        why="カンマで区切られていないファイルは、受け取る側で項目に分けられません。",
        remedy="半角のカンマで区切って出力してください。",
        reference="§4.2（カンマ区切り）",
        friends="文章の中にタブや読点が多くても、項目がカンマで分かれていれば出しません。",
    )
)
def other_delimiter(first_record: str, layout: Layout) -> str:
    """C309: the delimiter that splits the first record where commas do not; empty when there is none."""
    if first_record.count(",") >= len(layout.items) // 2:
        return ""
    counts = {delimiter: first_record.count(delimiter) for delimiter in _OTHER_DELIMITERS}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    return best if counts[best] >= max(2, len(layout.items) // 2) else ""


def delimiter_hit(delimiter: str) -> Hit:
    """C309 for the file; its items were not checked."""
    message = f"項目の区切りがカンマではなく{_OTHER_DELIMITERS[delimiter]}です。項目の検査はしていません。"
    return Hit("C309", Severity.ERROR, message, places=(Place(line=1, record=1),))


def check_block(table: Table) -> Iterator[Hit]:
    """C303–C306 on one block."""
    yield from _broken_quotes(table)
    yield from _item_count(table)
    yield from _unquoted_text(table)
    yield from _quoted_values(table)


@rule(
    Rule(
        id="C304",
        severity=Severity.ERROR,
        title='引用符（"）が閉じていない、または閉じた後に文字がある',
        why="引用符の対応が崩れると、その後の項目や記録がつながって読まれ、データが失われます。",
        remedy='文字の項目は " で囲み、文中の " は "" と2つ重ねて出力してください。',
        reference="§4.2、別紙 注（引用符）",
        friends="文中の引用符を2つ重ねた書き方は正しいので出しません。",
    )
)
def _broken_quotes(table: Table) -> Iterator[Hit]:
    structure = table.raw.structure
    broken = np.flatnonzero(structure.malformed)
    if len(broken):
        places = places_of_records(table, broken)
        yield Hit(
            "C304",
            Severity.ERROR,
            '引用符（"）が閉じていないか、閉じた後に文字があります。この記録の項目は調べていません。',
            count=len(broken),
            places=places,
        )


@rule(
    Rule(
        id="C303",
        severity=Severity.ERROR,
        title="項目の数が別紙のレイアウトと違う",
        why="項目が1つでも多いか少ないと、それより後の項目がすべてずれて取り込まれます。",
        remedy="別紙のレイアウトどおりの数と順で出力してください。空の項目も区切りのカンマを省略しないでください。",
        reference="別紙 項目一覧",
        friends="引用符の中のカンマや改行は、項目の数に数えません。",
    )
)
def _item_count(table: Table) -> Iterator[Hit]:
    structure, expected = table.raw.structure, len(table.layout.items)
    wrong = (structure.counts != expected) & ~structure.malformed
    if table.header and len(wrong):
        wrong[0] = False
    for found in np.unique(structure.counts[wrong])[:EXAMPLES_KEPT]:
        records = np.flatnonzero(wrong & (structure.counts == found))
        message = (
            f"項目の数が {int(found):,} です（{table.layout.name}は {expected}）。"
            "この記録の項目は調べていません。"
        )
        yield Hit(
            "C303", Severity.ERROR, message, count=len(records), places=places_of_records(table, records)
        )
    others = np.unique(structure.counts[wrong])[EXAMPLES_KEPT:]
    if len(others):
        records = np.flatnonzero(wrong & np.isin(structure.counts, others))
        message = f"項目の数が {expected} ではない記録が、ほかにもあります。"
        yield Hit(
            "C303", Severity.ERROR, message, count=len(records), places=places_of_records(table, records)
        )


@rule(
    Rule(
        id="C305",
        severity=Severity.ERROR,
        title='文字の項目が引用符（"）で囲まれていない',
        why="囲まれていない文章にカンマや改行が入ると、項目がずれて取り込まれます。",
        remedy='文字の項目は、空でないかぎり " で囲んで出力してください。',
        reference="§4.2、別紙 注（文字項目は引用符で囲む。A05）",
        friends="空の文字項目は、囲んでも囲まなくても出しません。",
    )
)
def _unquoted_text(table: Table) -> Iterator[Hit]:
    for item_id, mask in table.unquoted.items():
        rows = np.flatnonzero(mask)
        if len(rows):
            item = table.layout.by_id[item_id]
            yield Hit(
                "C305",
                Severity.ERROR,
                f'「{item.name}」が引用符（"）で囲まれていません。',
                item,
                len(rows),
                places_of(table, rows, item),
            )


@rule(
    Rule(
        id="C306",
        severity=Severity.INFO,
        title='文字でない項目が引用符（"）で囲まれている',
        why="標準仕様では囲まないことになっていますが、多くのソフトはそのまま読めます。",
        remedy="直さなくても読めますが、番号・コード・日付は囲まずに出力するのが標準仕様どおりです。",
        reference="別紙 注（A06）",
        friends="数字だけの文章の項目（文字の項目）を囲むのは正しい書き方です。",
    )
)
def _quoted_values(table: Table) -> Iterator[Hit]:
    for item_id, mask in table.needlessly_quoted.items():
        rows = np.flatnonzero(mask)
        item = table.layout.by_id[item_id]
        yield Hit(
            "C306",
            Severity.INFO,
            f'「{item.name}」が引用符（"）で囲まれています。',
            item,
            len(rows),
            places_of(table, rows),
        )


@dataclass
class LineEnds:
    """How the records and lines of a whole file end, counted block by block."""

    crlf: int = 0
    lf: int = 0
    cr: int = 0
    unterminated: bool = False
    blank_lines: int = 0
    blank_places: tuple[Place, ...] = ()

    def add(self, raw: RawBlock) -> None:
        """Count one more block, in the order of the file."""
        structure = raw.structure
        self.crlf += structure.crlf
        self.lf += structure.lf
        self.cr += structure.cr
        self.unterminated = structure.unterminated
        self.blank_lines += len(structure.blank_lines)
        if len(structure.blank_lines) and len(self.blank_places) < EXAMPLES_KEPT:
            lines = structure.lines_before(structure.blank_lines) + raw.first_line
            self.blank_places = (
                *self.blank_places,
                *(Place(line=int(line)) for line in lines[: EXAMPLES_KEPT - len(self.blank_places)]),
            )


@rule(
    Rule(
        id="C307",
        severity=Severity.WARNING,
        title="記録の終わりの改行が CR LF ではない、または混ざっている",
        why="改行の種類は標準仕様に書かれていませんが、CR LF を前提に読むソフトがあります。",
        remedy="記録の終わりを CR LF（Windows の改行）にそろえて出力してください。",
        reference="§4.2（A04）",
        friends="引用符の中の改行の種類は問いません。",
    )
)
def check_terminators(ends: LineEnds) -> list[Hit]:
    """C307 for a whole file."""
    kinds = {"CR LF": ends.crlf, "LF だけ": ends.lf, "CR だけ": ends.cr}
    used = [f"{name} {count:,}件" for name, count in kinds.items() if count]
    if not ends.lf and not ends.cr:
        return []
    mixed = "混ざっています" if len(used) > 1 else " CR LF ではありません"
    message = f"記録の終わりの改行が{mixed}（{'、'.join(used)}）。"
    return [Hit("C307", Severity.WARNING, message)]


@rule(
    Rule(
        id="C308",
        severity=Severity.WARNING,
        title="空の行がある、または最後の記録に改行が無い",
        why="空の行を1件の記録として読み、取込が止まるソフトがあります。",
        remedy="空の行を出力しないでください。最後の記録の後にも改行（CR LF）を付けてください。",
        reference="§4.2（A04）",
        friends="引用符の中の空の行は、文章の一部なので出しません。",
    )
)
def check_blank_lines(ends: LineEnds) -> list[Hit]:
    """C308 for a whole file."""
    hits = []
    if ends.blank_lines:
        hits.append(
            Hit(
                "C308",
                Severity.WARNING,
                "空の行があります。",
                count=ends.blank_lines,
                places=ends.blank_places,
            )
        )
    if ends.unterminated:
        hits.append(Hit("C308", Severity.INFO, "最後の記録の後に改行がありません。"))
    return hits
