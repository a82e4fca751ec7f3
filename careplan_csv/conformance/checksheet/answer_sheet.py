"""The layout of the workbook for answers, shared by the module that writes it and the one that reads it."""

from __future__ import annotations

from collections.abc import Mapping

ANSWERS = "回答"
CONTENTS = "内容"

YES, NO = "○", "×"

FILLED: Mapping[str, str] = {
    "tester": "検査した人",
    "date": "検査した日",
    "product": "介護ソフトの名前",
    "version": "バージョン",
}
"""Fields at the top that the tester must fill in: name of the field -> label in the sheet."""
ENTRY_COLUMN = 4
"""The column, from 1, of these entries."""

MADE_FOR: Mapping[str, str] = {
    "profile": "要件の表",
    "office_type": "事業所の種類",
    "edition": "標準仕様の版",
    "seed": "キットの番号",
    "office_number": "事業所番号",
    "length": "確認表の種類",
}
"""The kit and the sheet, so that answers are never used for another kit or another sheet."""

ID, STEP, FOLDER, TEXT, EXPECTED, ANSWER, REMARKS = (
    "番号",
    "手順",
    "フォルダー",
    "確かめること",
    "期待する結果",
    "回答（○/×）",
    "備考",
)
COLUMNS = (ID, STEP, FOLDER, TEXT, EXPECTED, ANSWER, REMARKS)
