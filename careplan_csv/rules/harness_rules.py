"""What the harness can find: the rules of the family H (§2.2, §3.2, the prefecture's tables).

They are judgements on a product, made in many steps: no function finds one alone, so they are on no stage.
"""

from __future__ import annotations

from careplan_csv.findings import Consequence, Rule, Severity
from careplan_csv.rules.registry import register

_TABLES = "§2.2・§3.2、要件の表"
_ORDER = "§2.5・§3.5"
_FIX = "ソフト会社に修正を依頼し、修正された製品で、もう一度確かめてください。"


def _rule(
    id: str,
    severity: Severity,
    title: str,
    compares: str,
    why: str,
    reference: str,
    friends: str,
    remedy: str = _FIX,
) -> Rule:
    return Rule(
        id=id,
        severity=severity,
        consequence=_CONSEQUENCES[id],
        title=title,
        compares=compares,
        grades=_GRADES.get(id, ()),
        why=why,
        remedy=remedy,
        reference=reference,
        friends=friends,
    )


_GRADES = {
    "H805": ((Severity.WARNING, "内容は変わらなかったが、取り込まなかった理由や警告が表示されていないとき"),)
}
"""Severities besides the rule's own, and when."""

_CONSEQUENCES = {
    "H801": Consequence.REFUSED,
    "H802": Consequence.REFUSED,
    "H803": Consequence.REFUSED,
    "H804": Consequence.LOST,
    "H805": Consequence.LOST,
    "H806": Consequence.LOST,
    "H807": Consequence.CHECK,
    "H808": Consequence.CHECK,
    "H809": Consequence.CHECK,
}

HARNESS_RULES = {
    rule.id: rule
    for rule in (
        _rule(
            "H801",
            Severity.ERROR,
            "出力が必要なファイルが無い",
            "事業所の種類ごとに出力が必要なファイルと、出力されたファイルを比べます。",
            "事業所の種類ごとに、出力できなければならないファイルが決まっています。",
            _TABLES,
            "その事業所の種類に出力を求めていないファイルは、無くても構いません。",
            "そのファイルを介護ソフトから出力し、同じフォルダーに入れて、もう一度実行してください。出力する機能が見当たらないときは、ソフト会社に相談してください。",
        ),
        _rule(
            "H802",
            Severity.ERROR,
            "出力が必要なファイルに誤りがある",
            "出力されたファイルに、エラーの指摘があるかを見ます。",
            "誤りのあるファイルは、受け取る側で取り込めないことがあります。",
            _TABLES,
            "警告や情報だけのファイルは、誤りに数えません。",
            "規則の番号ごとの直し方を見てください。入力の誤りは事業所で直し、介護ソフトの誤りはソフト会社に伝えてください。",
        ),
        _rule(
            "H803",
            Severity.ERROR,
            "取込が必要なファイルが取り込まれていない",
            "キットで送ったファイルの記録が、取り込んだ後の出力・内部データ・確認表にあるかを見ます。",
            "取り込めないと、同じ内容を手で入力することになります。",
            _TABLES,
            "確かめていないファイルは、不適合ではなく未確認です。",
        ),
        _rule(
            "H804",
            Severity.ERROR,
            "取り込んだ値が変わった、または失われた",
            "キットで送った値と、取り込んだ後の値を、項目ごとに比べます。",
            "取り込んだ後の値が違うと、誤った計画や請求のもとになります。",
            _TABLES,
            "第2表の共通の文章をすべての行に書くこと、同じ文字の別のコードを使うことは、違いに数えません。",
        ),
        _rule(
            "H805",
            Severity.ERROR,
            "誤りのある組や他の事業所あての組が、警告を表示せずに取り込まれ、内容が変わった",
            "誤りのある組や他の事業所あての組を渡した前後で、内容が変わったか、警告が表示されたかを見ます。",
            "誤りのある組が警告なしに取り込まれると、正しい内容が失われても気付けません。",
            _ORDER,
            "取り込まずに理由を表示すること、警告を表示して取り込むことは、どちらも正しい動きです。",
        ),
        _rule(
            "H806",
            Severity.ERROR,
            "訂正・削除・ファイル連番の順が守られていない",
            "訂正・削除・古いファイル連番の組を渡した後の内容を、標準仕様どおりに置き換えた内容と比べます。",
            "新しいファイル連番の内容に置き換わらなかったり、削除が反映されなかったりすると、古い計画が残ります。",
            _ORDER,
            "古いファイル連番の組が後から届いても、内容が変わらないのは正しい動きです。",
        ),
        _rule(
            "H807",
            Severity.WARNING,
            "任意のファイルが確かめられていない",
            "任意のファイルで、出力も取込も確かめていないものを数えます。",
            "任意のファイルは無くても適合ですが、使うときは、標準仕様どおりの出力・取込が必要です。",
            _TABLES,
            "任意のファイルを使わない介護ソフトでは、そのままで構いません。",
            "使うファイルであれば、出力または取込をしてから、もう一度確かめてください。",
        ),
        _rule(
            "H808",
            Severity.INFO,
            "要件に無いものがあり、判定に含めなかった",
            "要件の表に無いファイル・確かめ方・利用者の記録を数えます。",
            "要件の表に無いファイルや確かめ方は、判定を変えません。",
            _TABLES,
            "余分なファイルがあること自体は、誤りではありません。",
            "そのままで構いません。",
        ),
        _rule(
            "H809",
            Severity.WARNING,
            "キットのファイルが、そのまま結果として使われている",
            "結果のファイルが、キットのファイルや期待する結果と、すべて同じもの（SHA-256 が同じもの）を探します。",
            "キットに入っている期待する結果やファイルをそのまま出しても、介護ソフトで取り込めることの証明にはなりません。",
            _TABLES,
            "介護ソフトが自分で書き出し、ファイル連番・作成年月日・更新業者コードを自分のものにしたファイルは、内容が同じでも指摘しません。",
            "キットを介護ソフトで取り込み、介護ソフトから書き出したファイルで、もう一度確かめてください。",
        ),
    )
}
"""By id."""

for _harness_rule in HARNESS_RULES.values():
    register(_harness_rule)
