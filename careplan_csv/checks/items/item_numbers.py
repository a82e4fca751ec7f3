"""Numbers and identifiers (F402, F404, F409–F412, F415, F416, F418, F420)."""

from __future__ import annotations

import numpy as np

from careplan_csv.checks.items.item_rules import Failed, Wording, has_format, item_rule, unless_empty
from careplan_csv.findings import Cause, Consequence, Rule, Severity
from careplan_csv.item_checks import ItemContext, Passes
from careplan_csv.reading.structure import Flags
from careplan_csv.reading.values import Values
from careplan_csv.standard import Edition, Item
from careplan_csv.standard.checkdigits import valid_insurer_numbers, valid_office_numbers

OFFICE = "[0-9A-Z]{10}"
_FULL_WIDTH = r".*[０-９Ａ-Ｚａ-ｚ].*"


def _unclear_length(item: Item) -> tuple[Wording, ...]:
    """A02: the documents name two lengths; what exceeds only the shorter one is an information."""
    if item.unclear_beyond is None:
        return ()
    message = f"「{{name}}」が{item.unclear_beyond}桁を超えています（{{length}}桁までとする文書もあるため、情報とします）。"
    return (Wording(message, f"[0-9]{{1,{item.length}}}", Severity.INFO),)


@item_rule(
    Rule(
        id="F402",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="項目長を超えている",
        compares="値の桁数を、別紙の項目長と比べます（整数と電話番号の項目）。",
        grades=((Severity.INFO, "文書によって違う短いほうの桁数だけを超えるとき（A02）"),),
        why="受け取る側は項目長までしか保存しないことがあり、超えた分が失われたり、取り込めなかったりします。",
        remedy="事業所の方: 介護ソフトで、その項目を別紙の項目長までに直してください。入力が正しいのに長くなるときは、ソフト会社に伝えてください。ソフト会社の方: 項目長を超えないように出力してください。",
        reference="別紙 項目長（A02）",
        friends="文字の項目には、項目長の制限がありません。",
    ),
    applies=lambda item: item.format in ("int", "tel") and item.length is not None,
    wordings=lambda item, _: (
        *_unclear_length(item),
        Wording(
            "「{name}」が項目長（{length}桁）を超えています。",
            remedy="事業所の方: 介護ソフトの「{name}」を{length}桁までに直してください。入力が正しいのに長くなるときは、ソフト会社に伝えてください。ソフト会社の方: {length}桁を超えないように出力してください。",
        ),
    ),
    about_form=False,
)
def within_length(values: Values, context: ItemContext) -> Passes:
    limit = context.item.unclear_beyond or context.item.length or 0
    if not len(values) or int(values.lengths.max()) <= limit:
        return True
    # What is no number at all is another rule's business; other characters are counted one by one.
    number = "-?[0-9]+" if context.item.signed else "[0-9]+"
    too_long = number if context.item.format == "int" else ".*"
    return (values.lengths <= limit) | ~values.matches(too_long) | values.matches(f".{{0,{limit}}}")


def _number_wordings(item: Item, _: Edition) -> tuple[Wording, ...]:
    reduction = Wording(
        "「{name}」に負の値（−）があります。減算として、符号を付けたまま合計に加えて調べました。",
        "-[0-9]+",
        Severity.INFO,
        "事業所の方: 減算として書いた値であれば、そのままで構いません。標準仕様は負の値を書けるとも書けないとも述べていないため、"
        "受け取る側で読めるかを確かめてください。",
    )
    return (reduction, *_NO_NUMBERS) if item.signed else _NO_NUMBERS


_NO_NUMBERS = (
    Wording("「{name}」に全角の数字が使われています（正しくは半角）。", r".*[０-９].*"),
    Wording("「{name}」に符号（＋や－）が付いています。", r"[-+−－＋△▲][0-9.,]+"),
    Wording("「{name}」に桁区切りのカンマがあります。", r"[0-9]{1,3}(?:,[0-9]{3})+"),
    Wording("「{name}」に小数点があります（正しくは整数）。", r"[0-9]+\.[0-9]*"),
    Wording("「{name}」が整数ではありません。"),
)


@item_rule(
    Rule(
        id="F404",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="整数ではない、または使えない符号が付いている",
        compares="整数の項目が、半角数字だけで書かれているかを見ます。",
        grades=((Severity.INFO, "減算を表す「-」のとき（A25）"),),
        why="単位数や回数が数として読めないと、合計が合わなくなったり、取込が止まったりします。",
        remedy="事業所の方: 介護ソフトでその項目を直し、同じときはソフト会社に伝えてください。ソフト会社の方: カンマ・小数点・全角の数字・符号を使わず、半角数字だけで出力してください。",
        reference="別紙 書式（数値）（A25）",
        friends=(
            "0 や、先頭に 0 の付いた整数は正しい値として扱います。"
            "第6表・実績の単位数と、第7表の単位数・金額の項目では、減算を表す半角の「-」を情報にとどめます。"
        ),
    ),
    applies=has_format("int"),
    wordings=_number_wordings,
)
def is_integer(values: Values, context: ItemContext) -> Passes:
    return True if values.only_digits else unless_empty(values, values.matches("[0-9]+"))


@item_rule(
    Rule(
        id="F409",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="郵便番号が NNN-NNNN の形ではない",
        compares="値が、半角数字3桁、ハイフン、半角数字4桁かを見ます。",
        why="決められた形でない郵便番号は、取り込まれないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトで郵便番号を 123-4567 の形に直し、出力し直してください。"
            "ソフト会社の方: 半角数字3桁、ハイフン、半角数字4桁で出力してください。"
        ),
        reference="別紙 書式 XXX-XXXX",
        friends="郵便番号は任意の項目なので、空で構いません。",
    ),
    applies=has_format("postal"),
    wordings=(
        Wording("「{name}」にハイフンがありません（正しくは NNN-NNNN の形）。", "[0-9]{7}"),
        Wording("「{name}」に全角の文字が使われています（正しくは半角）。", r".*[０-９－ー−〒].*"),
        Wording("「{name}」が NNN-NNNN の形ではありません。"),
    ),
)
def is_postal_code(values: Values, context: ItemContext) -> Passes:
    return unless_empty(values, values.matches("[0-9]{3}-[0-9]{4}"))


@item_rule(
    Rule(
        id="F410",
        severity=Severity.WARNING,
        consequence=Consequence.SHOWN_WRONG,
        title="電話番号に数字・ハイフン・かっこ・＋以外の文字がある",
        compares="値が、半角の数字・ハイフン・かっこ・＋だけで書かれているかを見ます。",
        why="受け取る側で、電話番号として読めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトで、電話番号の欄を半角の数字とハイフンだけに直し、説明はほかの欄に書いてください。"
            "ソフト会社の方: 半角の数字、ハイフン、かっこ、＋だけで出力してください。"
        ),
        reference="別紙 書式（電話番号）",
        friends="かっこやハイフンの有無は問いません。",
    ),
    applies=has_format("tel"),
    wordings=(
        Wording("「{name}」に全角の文字が使われています。", r".*[^ -~].*"),
        Wording("「{name}」に電話番号に使わない文字があります。"),
    ),
)
def is_telephone(values: Values, context: ItemContext) -> Passes:
    return unless_empty(values, values.matches(r"[0-9()+\-]+"))


@item_rule(
    Rule(
        id="F411",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="被保険者番号が10桁（または H と9桁）ではない",
        compares="値が、半角数字10桁、または大文字の H と半角数字9桁かを見ます。",
        why="被保険者番号は利用者を結び付ける番号です。形が違うと、別の利用者として扱われるか、取り込めないことがあります。",
        remedy=(
            "事業所の方: 介護ソフトの被保険者番号を、被保険者証と見比べて直してください。"
            "ソフト会社の方: 10桁の半角数字（生活保護単独の方は、大文字の H と9桁の半角数字）で、先頭の 0 も出力してください。"
        ),
        reference="別紙 №3 被保険者番号（A09）",
        friends="H で始まる番号は、生活保護単独の方の正しい番号です。",
    ),
    applies=has_format("insured"),
    wordings=(
        Wording("「{name}」の桁数が足りません。先頭の 0 が落ちたものと思われます。", "[0-9]{1,9}"),
        Wording("「{name}」の桁数が多すぎます（正しくは10桁）。", "[0-9]{11,}"),
        Wording("「{name}」の先頭が小文字の h です（正しくは大文字の H）。", "h[0-9]{9}"),
        Wording("「{name}」に全角の文字が使われています（正しくは半角）。", _FULL_WIDTH),
        Wording("「{name}」が10桁の数字、または H と9桁の数字ではありません。"),
    ),
)
def is_insured_number(values: Values, context: ItemContext) -> Passes:
    if values.only_digits and values.has_width(context.item.length or 10):
        return True
    return unless_empty(values, values.matches("[0-9]{10}|H[0-9]{9}"))


def _picture(item: Item) -> str:
    """The pattern of a picture such as 99.99: that many decimals, and as many digits as the length allows."""
    decimals = len(item.argument.partition(".")[2])
    whole = max((item.length or len(item.argument)) - decimals - 1, 1)
    return f"[0-9]{{1,{whole}}}(?:\\.[0-9]{{1,{decimals}}})?"


@item_rule(
    Rule(
        id="F412",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="小数（99.99）の形ではない",
        compares="値が、別紙の形（99.99 など、整数部と小数部の桁数）に収まる小数かを見ます。",
        why="単位数単価が読めないと、費用の計算ができません。",
        remedy="事業所の方: 介護ソフトの単位数単価の設定を確かめ、正しければソフト会社に伝えてください。ソフト会社の方: 半角数字と小数点で、小数第2位まで（例 10.00）を出力してください。",
        reference="別紙 第7表 単位数単価 99.99",
        friends="10 や 10.2 のように小数点以下が短い値も受け入れます。",
    ),
    applies=has_format("decimal"),
    wordings=(
        Wording("「{name}」に全角の文字が使われています（正しくは半角）。", r".*[０-９．].*"),
        Wording("「{name}」が 99.99 の形ではありません。"),
    ),
)
def is_decimal(values: Values, context: ItemContext) -> Passes:
    return unless_empty(values, values.matches(_picture(context.item)))


@item_rule(
    Rule(
        id="F415",
        severity=Severity.ERROR,
        consequence=Consequence.LOST,
        title="日割対象日が 0 と 1 の31桁ではない",
        compares="値が、0 と 1 だけの31桁かを見ます。",
        why="日割対象日は1日から31日までを1桁ずつ表します。桁が欠けると、日がずれて読まれます。",
        remedy="事業所の方: ソフト会社に伝えてください。ソフト会社の方: 31桁の 0 と 1 で出力してください（31日のない月も31桁）。日割りでないサービスでは空にしてください。",
        reference="別紙 第6表 日割対象日",
        friends="日割りでないサービスでは、この項目は空で構いません。",
    ),
    applies=has_format("flags31"),
    wordings=(
        Wording("「{name}」の桁数が31ではありません。", "[01]+"),
        Wording("「{name}」に 0 と 1 以外の文字があります。"),
    ),
)
def is_day_flags(values: Values, context: ItemContext) -> Passes:
    return unless_empty(values, values.matches(f"[01]{{{context.item.length or 31}}}"))


def _bad_check_digit(failed: Failed) -> Flags:
    return failed.values.matches(OFFICE)


def _distinct_pass(values: Values, good: Flags) -> Passes:
    """Spread a judgement of the distinct values over all values."""
    if good.all():
        return True
    words = values.distinct.array.filter(~good).to_pylist()
    return ~values.isin(words)


@item_rule(
    Rule(
        id="F416",
        severity=Severity.ERROR,
        consequence=Consequence.REFUSED,
        title="事業所番号が10桁ではない、または検証番号が合わない",
        compares="値が、半角の数字と英大文字の10桁か、検証番号（最後の1桁）が前の9桁からの計算と同じかを見ます。",
        grades=((Severity.WARNING, "検証番号だけが合わないとき"),),
        why="受け取る側が事業所を特定できないか、別の事業所のデータとして取り込むことがあります。",
        remedy=(
            "事業所の方: 介護ソフトの事業所番号を、指定通知書の番号（10桁）と見比べて直してください。"
            "ソフト会社の方: 先頭の 0 を省略せず、半角の数字と大文字の英字10桁で出力してください。"
        ),
        reference="別紙 書式（事業所番号）",
        friends="全合計の行の 9999999999 は、決められた値です。",
    ),
    applies=has_format("office"),
    wordings=(
        Wording(
            "「{name}」の検証番号（最後の1桁）が合いません。番号の書き間違いと思われます。",
            _bad_check_digit,
            Severity.WARNING,
            "事業所の方: 指定通知書の事業所番号と見比べ、違っていたら介護ソフトで直してください。同じであれば、そのままで構いません。",
            may_be_right=True,
        ),
        Wording(
            "「{name}」の桁数が足りません（正しくは10桁）。先頭の 0 が落ちたものと思われます。",
            "[0-9]{1,9}",
        ),
        Wording("「{name}」の桁数が多すぎます（正しくは10桁）。", "[0-9A-Z]{11,}"),
        Wording("「{name}」に全角の文字が使われています（正しくは半角）。", _FULL_WIDTH),
        Wording("「{name}」に英小文字があります（正しくは大文字）。", "[0-9A-Za-z]{10}"),
        Wording("「{name}」が10桁の数字・英大文字ではありません。"),
    ),
)
def is_office_number(values: Values, context: ItemContext) -> Passes:
    if values.has_width(10) and valid_office_numbers(values.matrix(10)).all():
        return True
    distinct = values.distinct
    good = distinct.matches(OFFICE)
    good[good] = valid_office_numbers(distinct.take(good).matrix(10))
    return _distinct_pass(values, good | distinct.isin(context.item.also))


@item_rule(
    Rule(
        id="F418",
        severity=Severity.ERROR,
        consequence=Consequence.SHOWN_WRONG,
        title="TAISコード・福祉用具届出コードが NNNNN-NNNNNN の形ではない",
        compares="値が、半角数字5桁、ハイフン、半角数字6桁かを見ます。",
        why="商品を特定する番号です。形が違うと、受け取る側で商品が分からなくなります。",
        remedy=(
            "事業所の方: 介護ソフトで商品のコードを確かめ、選び直してください。"
            "ソフト会社の方: 半角数字5桁、ハイフン、半角数字6桁（例 00001-000001）で出力してください。"
        ),
        reference="別紙 TAISコード・福祉用具届出コード",
        friends="福祉用具貸与でない記録では、この項目は空で構いません。",
    ),
    applies=has_format("tais"),
    wordings=(
        Wording("「{name}」にハイフンがありません（正しくは NNNNN-NNNNNN の形）。", "[0-9]{11}"),
        Wording("「{name}」に全角の文字が使われています（正しくは半角）。", r".*[０-９－ー−].*"),
        Wording("「{name}」が NNNNN-NNNNNN の形ではありません。"),
    ),
)
def is_tais_code(values: Values, context: ItemContext) -> Passes:
    return unless_empty(values, values.matches("[0-9]{5}-[0-9]{6}"))


@item_rule(
    Rule(
        id="F420",
        severity=Severity.WARNING,
        consequence=Consequence.REFUSED,
        title="保険者番号の検証番号が合わない",
        compares="保険者番号の検証番号（最後の1桁）を、前の5桁から計算して比べます。",
        why="保険者番号が違うと、受け取る側で利用者を見つけられません。全国地方公共団体コード（市区町村コード）と取り違えることがよくあります。",
        remedy="事業所の方: 被保険者証の保険者番号（6桁）と見比べ、違っていたら介護ソフトで直してください。全国地方公共団体コード（市区町村コード）とは最後の1桁が違います。",
        reference="保険者番号の検証番号（全国地方公共団体コードとは別の計算）",
        friends="検証番号が合わなくても、実在する番号のことがまれにあります。被保険者証で確かめてください。",
        cause=Cause.INPUT,
    ),
    applies=lambda item: item.id == "insurer_number",
    wordings=(
        Wording(
            "「{name}」の検証番号（最後の1桁）が合いません。全国地方公共団体コード（市区町村コード）との取り違えや、書き間違いと思われます。",
            may_be_right=True,
        ),
    ),
    about_form=False,
)
def has_insurer_check_digit(values: Values, context: ItemContext) -> Passes:
    width = context.item.length or 6
    if values.has_width(width) and valid_insurer_numbers(values.matrix(width)).all():
        return True
    distinct = values.distinct
    right = distinct.matches(f"[0-9]{{{width}}}")
    good = np.ones(len(right), dtype=np.bool_)
    good[right] = valid_insurer_numbers(distinct.take(right).matrix(width))
    return _distinct_pass(values, good)
