"""The commented application.toml that `init-subsidy` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from careplan_csv.findings import printable
from careplan_csv.subsidies.programme import Programme
from careplan_csv.subsidies.yen import shown_yen

_LONGEST = 300
"""So many characters of a programme's words stand in a comment."""

_HEAD = """\
# 補助金の申請の内容を書くファイルです。メモ帳などで開いて記入し、上書き保存してください。
# 「#」より右は説明です（読み込まれません）。「#」で始まる行に書くときは、先頭の # を消します。
# はい は true、いいえ は false と書きます（" は付けません）。分からないところは、そのままで構いません。
# 記入したら、「careplan-csv subsidy {name}」を実行してください。
#
# {title}
programme = {word}

# ── 申請する事業所 ──
[office]
name = ""                  # 事業所名
prefecture = ""            # 事業所の都道府県（例 山口県）
service = ""               # サービスの種類（例 居宅介護支援、訪問介護）
"""

_SOFTWARE = """
# ── 介護ソフト ──
[software]
product_name = ""          # 製品名
vendor_name = ""           # ソフト会社名

# ── 申請 ──
[application]
"""

_EXPENSES = """
# ── 経費 ──
# 1件ごとに、[[expenses]] からの行を写して増やします。
# 金額は "1,200,000"、"120万円" のように書けます。
# 書ける種類（kind）:
"""


def application_template(programme: Programme, name: str, word: str) -> str:
    """The file for a programme.

    Args:
        name: how the file is called, for the comment on how to use it; must be of one line.
        word: what names the programme in the file: its id, or the place of its own file.
    """
    return "\n".join(_lines(programme, name, word)) + "\n"


def _lines(programme: Programme, name: str, word: str) -> Iterator[str]:
    quoted = json.dumps(word, ensure_ascii=False)
    yield _HEAD.format(name=name, title=printable(programme.name, _LONGEST), word=quoted).rstrip("\n")
    for question in programme.questions:
        yield _answer(question.key, question.text)
    yield _SOFTWARE.rstrip("\n")
    yield from _application(programme)
    yield "\n# ── 要件 ──（満たすなら true、満たさないなら false）"
    yield '# 示すものも書くときは、one_through = { met = true, by = "カタログ 3ページ" } の形です。'
    yield "[requirements]"
    for requirement in programme.declared:
        optional = "" if requirement.needed else "（任意）"
        yield _answer(requirement.key, f"{requirement.group} {requirement.text}{optional}")
    if programme.rate.conditions:
        yield "\n# ── 補助率 ──（1つでも当てはまれば、補助率が上がります）\n[rate]"
        for condition in programme.rate.conditions:
            yield _answer(condition.key, condition.text)
    yield from _expenses(programme)


def _application(programme: Programme) -> Iterator[str]:
    if programme.second:
        yield _answer("first_time", "この補助金を初めて申請する")
        yield _answer("second_time", "この補助金を2回目に申請する")
    if programme.deadline:
        yield 'sent_on = ""               # 提出する日（例 令和6年8月1日）'
    yield 'decided_on = ""            # 交付の決定の日（決定の後に書きます）'
    for rule in programme.first:
        if rule.choices:
            words = "、".join(map(shown_yen, rule.choices))
            yield f"# {printable(rule.text, _LONGEST)}。{words}から選びます。"
            yield 'ceiling = ""'
    for case in (*programme.instead, *programme.additions):
        yield _answer(case.key, f"{case.text}（{shown_yen(case.yen)}）")


def _expenses(programme: Programme) -> Iterator[str]:
    yield _EXPENSES.rstrip("\n")
    for kind in programme.expenses:
        refused = "" if kind.eligible else "（対象外）"
        yield f"#   {kind.kind.ljust(16)} {printable(kind.name, _LONGEST)}{refused}"
    yield "[[expenses]]"
    yield 'name = ""                  # 何の費用か（例 介護ソフトの利用料 1年分）'
    yield 'kind = ""                  # 種類（上の左の言葉か、右の言葉）'
    yield 'amount = ""                # 金額（円）'
    yield _answer("lease", "リースである")
    for condition in programme.conditions:
        yield _answer(condition.key, condition.text)
    yield 'contracted_on = ""         # 契約した日（まだなら、そのまま）'


def _answer(key: str, text: str) -> str:
    """A yes or no that is not answered yet."""
    return f"# {key} = true".ljust(27) + f"# {printable(text, _LONGEST)}"
