"""The run sheet of a rehearsal: what is done in which order, with which files, and what is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from careplan_csv.conformance.harness.kit_assessment import REHEARSAL
from careplan_csv.conformance.kit.kit_model import Kit, Step
from careplan_csv.conformance.kit.scenario import ENHANCED, scenario_title
from careplan_csv.reporting.reference_forms import SENT_FORMS, TAKEN_FORMS
from careplan_csv.standard import Edition, OfficeType, standard

_SOURCE = (
    "試験の内容は、国民健康保険中央会の文書を引用した資料によります。原本、試験用のデータ、試験用の帳票は確かめられていません。",
    "実際の試験では、国民健康保険中央会から届く案内・データ・帳票に従ってください。",
)
_WEEKS = (
    "準備（1〜2週）: 試験用のデータ、証明書、デモ環境のアカウントを受け取り、使えるようにします。",
    "作業（4週）: 取り込む → 帳票と見比べる → 出力する → デモ環境で送る、を行います。",
    "終了まで（1〜2週）: 結果を報告します。結果に責任を持つのはソフト会社で、結果は公表されます。",
)


def run_sheet(kit: Kit) -> str:
    """The text, with line ends of Windows."""
    edition = standard().edition(kit.edition)
    office_type = standard().profile(kit.profile).office_type(kit.office_type)
    return "".join(f"{line}\r\n" for line in _lines(kit, edition, office_type))


def _lines(kit: Kit, edition: Edition, office_type: OfficeType) -> Iterator[str]:
    title = scenario_title(kit.scenario, edition, office_type.menu)
    yield f"{title}　手順"
    yield ""
    yield f"事業所の種類: {office_type.name}（{edition.name}）"
    yield f"介護ソフトの事業所: {kit.office_number}（架空の事業所です。サービス種類 {kit.office_kind}）"
    yield ""
    yield REHEARSAL
    yield from _SOURCE
    if kit.scenario == ENHANCED:
        yield ""
        yield "■ 実際の強化ベンダ試験の日程の目安（予行の日程を決めるときに使います）"
        yield from (f"・{week}" for week in _WEEKS)
    for number, (heading, lines) in enumerate(_parts(kit, edition), 1):
        yield ""
        yield f"{number}. {heading}"
        yield from (f"   {line}" for line in lines)


def _parts(kit: Kit, edition: Edition) -> Iterator[tuple[str, list[str]]]:
    yield (
        "用意する",
        [
            "介護ソフトに、試しのための新しいデータベース（または事業所）を作り、事業所番号を上のものにします。",
            "実在の利用者のデータがある環境では、行わないでください。",
        ],
    )
    names = {unit.id: unit.name for unit in edition.units}
    if kit.inbox:
        yield "取り込む（相手から届いたものとして）", [_step(kit, one, names) for one in kit.inbox]
        yield (
            "参照用の帳票と見比べる",
            [
                f"「{TAKEN_FORMS}」を開き、介護ソフトの画面や印刷と、欄ごとに見比べます。",
                "確認表（checksheet.xlsx）に○か×を記入します。",
            ],
        )
    if kit.own:
        yield (
            "入力する",
            [
                *(_step(kit, one, names) for one in kit.own),
                f"内容は「{SENT_FORMS}」のとおりです。手で入力するか、介護ソフトの機能で読み込みます。",
            ],
        )
        yield (
            "出力する",
            ["入力した内容を、介護ソフトの機能で CSV に出力し、「出力」というフォルダーに入れます。"],
        )
        yield "調べる", ["careplan-csv check 出力", "エラーがあれば、直して出力し直します。"]
        yield (
            "送る",
            [
                "出力したファイルを、そのまま（開いて保存し直さずに）相手役に渡します。",
                "相手役は、自分の側のキットの手順で取り込みます。実際の試験では、デモ環境で送ります。",
            ],
        )
    yield (
        "結果を見る",
        [
            f"careplan-csv kit compare このフォルダー{' --exported 出力' if kit.own else ''}"
            f"{' --answers checksheet.xlsx' if kit.inbox else ''}",
            "「このフォルダー」は、この手順.txt のあるフォルダーの場所に置き換えます。",
            "アダプターがあれば「careplan-csv kit run このフォルダー --adapter adapter.toml --forms 帳票.html」で、全部を自動で行えます。",
        ],
    )


def _step(kit: Kit, step: Step, names: dict[str, str]) -> str:
    files = kit.under(step.folder)
    kinds = "、".join(sorted({name.partition("_")[0] for name in files if name.upper().endswith(".CSV")}))
    pictures = "と画像" if any(not name.upper().endswith(".CSV") for name in files) else ""
    return f"・{names[step.unit]}（{step.pattern}）: フォルダー {step.folder} の {len(files)}個（{kinds}{pictures}）"
