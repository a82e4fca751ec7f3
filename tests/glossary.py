"""The words of texts for people: which word stands for what, and where the texts are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
_JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
_GENERATED = ("docs/rules/", "docs/rules.md", "docs/requirements.md")


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people, and where it is."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """What must not be written, and what is written instead.

    Attributes:
        pattern: a regular expression; what it must not match (official names, quotations) is in it.
        use: the word to use.
    """

    pattern: str
    use: str


WORDS = (
    Word("(?<!介護)(?<!参照)(?<!この)(?<!相手の)(?<!計算)(?<!ほかの)ソフト(?!会社|ウェア)", "介護ソフト"),
    Word("取込のキット", "取込キット"),
    Word("レコード", "記録"),
    Word("(?<!ファイル)(?<!から)連番", "ファイル連番"),
    Word("ベンダー(?!（ソフト会社）|テスト|名|の確認欄)", "ソフト会社"),
    Word("開発元", "ソフト会社"),
    Word("チェックシート", "確認表"),
    Word("要件表", "要件の表"),
    Word("送り手|受け手|取り込む側", "送る側・受け取る側"),
    Word("(?<!サービス)提供年月|提供月", "サービス提供年月"),
    Word("(?<!居宅)(?<!介護予防)(?<!総合事業)サービス事業所(?!コード|名|等?番号)", "居宅サービス事業所等"),
    Word("(?<!初回居宅サービス)計画作成日", "計画作成（変更）日"),
    Word("(?:開始|終了)の時刻", "開始時刻・終了時刻"),
    Word("夜をまたぐ", "日をまたぐ"),
    Word("検証番号（(?:[0-9]+桁目|最後の桁)）", "検証番号（最後の1桁）"),
    Word("文字項目|文字でない項目", "文字の項目・文字以外の項目"),
    Word("(?<![の一二])重さ", "重要度"),
    Word("生活保護のみの方", "生活保護単独の方"),
    Word("団体コード(?<!全国地方公共団体コード)", "全国地方公共団体コード"),
    Word("断られ", "取り込めないことがあります"),
    Word("何も告げず|黙って|だまって", "警告を表示せずに"),
    Word("(?:^|[0-9}]) (?:個|件|か所|ファイル|組|行(?!目: )|人|桁|種類)", "数字の後に空白を置かない"),
    Word("[0-9] ?ファイル", "…個のファイル"),
    # 4.1版, 標準仕様の版, and 版 alone, which is what a version typed by hand may end with.
    Word(
        "(?<![0-9初])(?<!標準仕様の)(?<!標準仕様の新しい)(?<!最新)(?<!\\^)(?:(?<=.)版|版(?=.))(?!の行)",
        "CSVバージョン・標準仕様の版・バージョン",
    ),
    Word("(?:規則|道具|プログラム)の版", "規則の組の目印・バージョン"),
    Word("第4.1版|標準仕様4.1版", "標準仕様 4.1版"),
    Word("(?<!一緒に送るファイルの組（)伝送単位", "組"),
    Word("(?<![-.a-z_])seed(?![）a-z_])", "作り方の数（seed）"),
    Word("(?<![きり見])出し(?:ません|ます)", "誤りとしません・指摘します・表示します"),
    Word("^(?:証拠|証明)$|<th>(?:証拠|根拠)</th>|[|] 証拠 [|]", "確認方法"),
    Word("道具", "検査プログラム・careplan-csv"),
    Word("注意(?:を示|が示)", "警告を表示"),
    Word("期待される結果|期待すること|起きるはず", "期待する結果"),
    Word("[でとを]書きます）", "正しくは…"),
    Word("けたの区切り", "桁区切り"),
    Word("送信側|受信側", "送る側・受け取る側"),
    Word("ハッシュ値|Exif（", "先に日本語、後に（英字）"),
    Word("(?<!（)(?<!\\[)～", "〜"),
    Word("ないかどうか|でないかを|ないかを見|ないかを確かめ", "肯定で書く"),
    Word("。）", "文の終わりは（…）。"),
    Word("CSV バージョン|TAIS コード", "空白なし"),
)


@cache
def texts() -> tuple[Text, ...]:
    """Every text for people: strings of the code that are no docstrings, templates, schemas, hand-written pages."""
    return tuple(_texts())


def _texts() -> Iterator[Text]:
    for path in sorted((ROOT / "careplan_csv").rglob("*.py")):
        # What invented people write is no text of this program.
        if "synthesis" not in path.parts:
            yield from _strings(path)
    # Names and notes of items are those of the standard's 別紙, word for word.
    for folder, ends in (("reports", ("*.j2", "*.js")), ("schemas", ("*.yaml", "*.csv"))):
        for end in ends:
            for path in sorted((ROOT / folder).rglob(end)):
                if path.parent.name != "files":
                    yield from _lines(path)
    pages = [path for path in sorted(ROOT.glob("*.md")) if not path.name.endswith(".en.md")]
    for path in (*pages, *sorted((ROOT / "docs").rglob("*.md"))):
        if not path.relative_to(ROOT).as_posix().startswith(_GENERATED):
            yield from _lines(path)
    yield from _lines(ROOT / "docs" / "requirements.csv")


def _lines(path: Path) -> Iterator[Text]:
    place = path.relative_to(ROOT).as_posix()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if path.suffix == ".yaml":
            line = re.sub("(?:^|[ ])#.*", "", line)
        if _JAPANESE.search(line):
            yield Text(f"{place}:{number}", line)


def _strings(path: Path) -> Iterator[Text]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    helps = {
        id(node.body[0]) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _is_help(node)
    }
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and id(node) not in helps
    }
    place = path.relative_to(ROOT).as_posix()
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings and _JAPANESE.search(node.value):
            yield Text(f"{place}:{node.lineno}", node.value)


def _is_help(node: ast.FunctionDef) -> bool:
    """The docstring of a command is its help."""
    decorators = node.decorator_list
    return any(
        "command" in ast.unparse(decorator) or "group" in ast.unparse(decorator) for decorator in decorators
    )


def wrong_words() -> Iterator[str]:
    """Every word that should be another one, with its place, as a line for whoever mends it."""
    for text in texts():
        yield from wrong_words_of(text)


def wrong_words_of(text: Text) -> Iterator[str]:
    """The words of one text that should be others."""
    for word in WORDS:
        if found := re.search(word.pattern, text.text):
            start = max(0, found.start() - 15)
            shown = text.text[start : found.end() + 15].replace("\n", " ")
            yield f"{text.place}: 「{found[0]}」→「{word.use}」: …{shown}…"
