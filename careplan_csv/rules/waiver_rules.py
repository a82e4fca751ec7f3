"""What can be said of the user's own list of waivers: the rules of the family W.

They are about no file of the standard, and known to `check` alone: no function on a stage finds them.
"""

from __future__ import annotations

from careplan_csv.findings import Cause, Consequence, Rule, Severity
from careplan_csv.rules.registry import register

_REFERENCE = "承認の一覧（careplan-csv の取り決め。標準仕様には無い）"


def _rule(id: str, title: str, compares: str, why: str, remedy: str, friends: str) -> Rule:
    rule = Rule(
        id=id,
        severity=Severity.WARNING,
        consequence=Consequence.CHECK,
        title=title,
        compares=compares,
        why=why,
        remedy=remedy,
        reference=_REFERENCE,
        friends=friends,
        cause=Cause.HANDLING,
    )
    register(rule)
    return rule


EXPIRED = _rule(
    "W901",
    "承認の期限が過ぎている",
    "承認の一覧に書かれた期限（until）と、調べた日を比べます。",
    "期限の過ぎた承認は使いません。承認されていた指摘は、ふつうの指摘に戻ります。",
    "指摘が直っていれば、承認の一覧からこの承認を消してください。まだ直せないときは、理由を見直し、承認する人が新しい期限を書いてください。",
    "期限の日までは、承認は有効です。期限から30日を過ぎた承認が残っている一覧は、使いません（終了コード 2）。",
)
UNUSED = _rule(
    "W902",
    "承認に当たる指摘が無い",
    "承認ごとに、規則・ファイル・項目・文のすべてが合う指摘を数えます。",
    "直った後に残る承認は、同じ誤りがまた起きたときに、それを隠します。",
    "指摘が直っていれば、承認の一覧からこの承認を消してください。まだあるときは、ファイル名・項目・文の書き方を確かめてください。",
    "承認に書かれたファイルを調べていないときは、指摘しません。期限の過ぎた承認には、期限の指摘（W901）だけを示します。",
)
TOO_WIDE = _rule(
    "W903",
    "承認の範囲が広すぎる",
    "規則だけを書いた承認に、項目か文の違う指摘が2つ以上当たるかを見ます。期限が1年より先の承認も示します。",
    "範囲の広い承認や期限の長い承認は、後から起きた別の誤りまで隠します。",
    "承認に file（ファイル名）、item（項目）、message（指摘の文の一部）のどれかを書き足すか、until（期限）を1年以内にしてください。",
    "1つの承認に同じ文の指摘がいくつ当たっても、広すぎるとは言いません。",
)
WAIVER_RULES = (EXPIRED, UNUSED, TOO_WIDE)
