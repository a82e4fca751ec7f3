"""The JSON of a result as types: what the functions that make it are held to, and what its JSON Schema is made from.

Only `json_schema` and type checkers import this module: it loads pydantic.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, NotRequired

from pydantic import Field, TypeAdapter, with_config
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict

from careplan_csv.conformance.harness.attempts import AttemptOutcome
from careplan_csv.conformance.harness.differences import DifferenceKind
from careplan_csv.conformance.harness.harness_findings import Means
from careplan_csv.conformance.requirements.proof import ProofKind
from careplan_csv.findings import Consequence, Severity
from careplan_csv.results import Evidence, Status
from careplan_csv.standard import Direction, Need, ShownBy

SCHEMA_VERSION = "1.0"

Count = Annotated[int, Field(ge=0)]
"""How many."""

Number = Annotated[int, Field(ge=1)]
"""A number that counts from 1."""


@with_config(extra="forbid")
class ToolJson(TypedDict):
    name: Annotated[str, Field(description="検査プログラムの名前")]
    version: Annotated[str, Field(description="検査プログラムのバージョン")]
    rule_set: Annotated[str, Field(description="規則の組の目印")]


@with_config(extra="forbid")
class InputJson(TypedDict):
    file: Annotated[str, Field(description="ファイルの名前。ZIP の中は「ZIPの名前/ファイル名」")]
    path: Annotated[
        str,
        Field(
            description="指定されたとおりの場所。フォルダーを指定したときは、その下のファイルまでの場所。assess の結果では file と同じ"
        ),
    ]
    kind: Annotated[str | None, Field(description="ファイルの種類（接頭辞）。規約外の名前では null")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    bytes: Annotated[Count | None, Field(description="大きさ（バイト）")]
    encoding: Annotated[str | None, Field(description="文字コード。文字のファイルでなければ binary")]
    csv_version: Annotated[str | None, Field(description="1件目のCSVバージョン")]
    records: Annotated[Count | None, Field(description="記録の件数")]
    status: Annotated[Status, Field(description="適合・不適合・未確認・対象外")]
    skipped_checks: Annotated[list[str], Field(description="しなかった検査とその理由")]
    problem: Annotated[str | None, Field(description="調べられなかったときの理由")]


@with_config(extra="forbid")
class UnitJson(TypedDict):
    serial: Annotated[str, Field(description="ファイル連番（14桁）")]
    unit: Annotated[str, Field(description="組の種類")]
    name: Annotated[str, Field(description="組の名前")]
    receiver: NotRequired[
        Annotated[str, Field(description="送信先の事業所番号とサービスの名前。分からないときは空")]
    ]
    month: NotRequired[Annotated[str, Field(description="サービス提供年月（YYYYMM）。無いときは空")]]
    files: list[str]
    status: Annotated[Status, Field(description="適合・不適合・未確認・対象外")]


@with_config(extra="forbid")
class OtherPlaceJson(TypedDict):
    file: Annotated[str, Field(description="inputs の file と同じ名前。同じファイルの中のときは空")]
    line: Annotated[Number | None, Field(description="行（1から）")]
    record: Annotated[Number | None, Field(description="何件目の記録か（1から）")]


class ComparedJson(TypedDict):
    expected: str | None
    found: str | None
    other: OtherPlaceJson | None


@with_config(extra="forbid")
class ExampleJson(TypedDict):
    line: Annotated[Number | None, Field(description="行（1から）")]
    column: Annotated[Number | None, Field(description="行の何文字目か（1から）。分からないときは null")]
    record: Annotated[Number | None, Field(description="何件目の記録か（1から）")]
    value: Annotated[str | None, Field(description="値の形。--show-values のときは値そのもの")]
    expected: Annotated[
        str | None,
        Field(description="比べた結果、あるべき値。比べていないときは null。個人に関わる値は形だけ"),
    ]
    found: Annotated[
        str | None, Field(description="比べた結果、今の値。比べていないときは null。個人に関わる値は形だけ")
    ]
    other: Annotated[
        OtherPlaceJson | None,
        Field(description="比べた相手。比べていないとき、相手の場所が1つに決まらないときは null"),
    ]


@with_config(extra="forbid")
class WaiverJson(TypedDict):
    reason: Annotated[str, Field(description="承認する理由")]
    approved_by: Annotated[str, Field(description="承認した人")]
    until: Annotated[
        str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="期限（この日まで有効）")
    ]


@with_config(extra="forbid")
class FindingJson(TypedDict):
    rule: Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$", description="規則の番号")]
    severity: Annotated[Severity, Field(description="エラー・警告・情報")]
    consequence: Annotated[
        Consequence,
        Field(
            description="受け取る側でのおそれ: 受け取られない・失われる・置き換わる・違って表示される・要確認"
        ),
    ]
    file: Annotated[str, Field(description="inputs の file と同じ名前")]
    path: Annotated[str, Field(description="inputs の path と同じ場所")]
    line: Annotated[Number | None, Field(description="最初の場所の行（1から）")]
    column: Annotated[Number | None, Field(description="行の何文字目か（1から）。分からないときは null")]
    record: Annotated[Number | None, Field(description="最初の場所の記録（1から）")]
    item_no: Annotated[Number | None, Field(description="別紙の項目の番号（1から）")]
    item: Annotated[str | None, Field(description="別紙の項目名")]
    message: Annotated[str, Field(description="何が誤っているか")]
    remedy: Annotated[str, Field(description="直し方")]
    value: Annotated[str | None, Field(description="最初の場所の値。伏せたときは形だけ")]
    expected: Annotated[
        str | None,
        Field(description="比べた結果、あるべき値。比べていないときは null。個人に関わる値は形だけ"),
    ]
    found: Annotated[
        str | None, Field(description="比べた結果、今の値。比べていないときは null。個人に関わる値は形だけ")
    ]
    other: Annotated[
        OtherPlaceJson | None,
        Field(description="比べた相手。比べていないとき、相手の場所が1つに決まらないときは null"),
    ]
    reference: Annotated[str, Field(description="標準仕様の根拠")]
    count: Annotated[Number, Field(description="何か所にあるか（省略しない数）")]
    examples: Annotated[list[ExampleJson], Field(max_length=10, description="最初の10か所まで")]
    waiver: NotRequired[
        Annotated[
            WaiverJson,
            Field(
                description="承認済みの指摘だけにあります（check --waivers）。summary の errors などの数に含みません。verdict は承認で変わりません"
            ),
        ]
    ]


@with_config(extra="forbid")
class SummaryJson(TypedDict):
    errors: Count
    warnings: Count
    information: Count
    by_rule: dict[str, Number]
    hidden: Annotated[
        Count,
        Field(
            description="--select・--ignore により findings に示していない指摘の数。errors などの数には含む"
        ),
    ]
    waived: NotRequired[
        Annotated[
            Count, Field(description="承認済みの指摘が何か所にあるか。--waivers を付けたときだけにあります")
        ]
    ]


@with_config(extra="forbid")
class ProofJson(TypedDict):
    kind: Annotated[
        ProofKind,
        Field(
            description="強い順に、出題キット・自己実施・内部データのみ・再出力のみ・出力ファイル・確認表・自己申告・見本・なし"
        ),
    ]
    by: Annotated[str, Field(description="だれのものか")]
    on: Annotated[str, Field(description="日付（YYYY-MM-DD）。分からなければ空")]
    key: Annotated[str, Field(description="署名の鍵（先頭16桁）。無ければ空")]


@with_config(extra="forbid")
class RequirementJson(TypedDict):
    letter: Annotated[str, Field(description="要件の表の記号")]
    file: Annotated[str, Field(description="ファイルの種類。例 UPHOSOKU(000000)")]
    name: Annotated[str, Field(description="ファイルの名前")]
    direction: Annotated[Direction, Field(description="出力・取込")]
    required: Annotated[bool, Field(description="判定に必要か")]
    need: Annotated[Need, Field(description="必要・任意・不要")]
    result: Annotated[Status, Field(description="適合・不適合・未確認・対象外")]
    evidence: Annotated[Evidence, Field(description="機械検証・自己申告・なし")]
    files: Count
    records: Count
    reason: Annotated[str, Field(description="そう判定した理由")]
    means: Annotated[
        str,
        Field(
            description="何によって確かめたか（再出力・内部データ・確認表）。出力されたファイルだけで決まるときは空"
        ),
    ]
    rule: Annotated[
        str, Field(pattern=r"^(H8[0-9]{2})?$", description="適合でないときの規則の番号。適合・対象外では空")
    ]
    proof: Annotated[ProofJson, Field(description="判定のもと")]


@with_config(extra="forbid")
class KitJson(TypedDict):
    profile: str
    office_type: str
    edition: str
    seed: Annotated[int | None, Field(description="出題キットでは null")]
    office_number: str
    office_kind: str
    commitment: Annotated[str, Field(description="出題キットの約束の値（SHA-256）。出題キットでなければ空")]
    scenario: NotRequired[Annotated[str, Field(description="予行のキットでは、その名前。ほかは空")]]


@with_config(extra="forbid")
class ProgramJson(TypedDict):
    command: str
    arguments: list[str]
    executable: str
    sha256: str
    scripts: dict[str, str]


@with_config(extra="forbid")
class RunJson(TypedDict):
    adapter: str
    adapter_sha256: str
    programs: list[ProgramJson]
    system: str
    started_at: str
    ended_at: str


@with_config(extra="forbid")
class DifferenceJson(TypedDict):
    kind: DifferenceKind
    item: str
    how: str
    count: int
    record: Annotated[str, Field(description="キットの中の場所と、キーの形")]
    expected: str
    found: str


@with_config(extra="forbid")
class TableJson(TypedDict):
    file: str
    month: str
    name: str
    means: Means
    expected: int
    found: int
    missing: int
    surplus: int
    items: Annotated[int, Field(description="比べた項目の数")]
    preserved: Annotated[int, Field(description="保たれた項目の数")]
    lost: Annotated[dict[str, list[str]], Field(description="項目名 → 変わり方")]
    differences: NotRequired[
        Annotated[list[DifferenceJson], Field(description="違いの初めのいくつか。値は伏せ、形だけを示す")]
    ]


@with_config(extra="forbid")
class AspectJson(TypedDict):
    aspect: str
    name: str
    result: Status
    evidence: Evidence
    reason: str


@with_config(extra="forbid")
class HarnessFindingJson(TypedDict):
    rule: Annotated[str, Field(pattern=r"^H8[0-9]{2}$")]
    severity: Severity
    message: str
    aspect: str | None
    file: str
    step: str


@with_config(extra="forbid")
class AttemptJson(TypedDict):
    step: str
    outcome: AttemptOutcome
    said: bool
    detail: str
    seconds: float


@with_config(extra="forbid")
class HarnessJson(TypedDict):
    kit: KitJson
    means: Annotated[list[Means], Field(description="何によって確かめたか、強い順")]
    proof: Annotated[ProofKind, Field(description="機械で確かめた判定の強さ")]
    run: Annotated[RunJson | None, Field(description="アダプターで動かしたときの記録")]
    tables: Annotated[list[TableJson], Field(description="ファイルごとの、保たれた項目")]
    aspects: list[AspectJson]
    findings: list[HarnessFindingJson]
    attempts: list[AttemptJson]


@with_config(extra="forbid")
class UnexaminedJson(TypedDict):
    letter: str
    name: str
    required: Annotated[bool, Field(description="必要なら true、任意なら false")]
    result: Annotated[Status, Field(description="いつも未確認")]
    shown_by: Annotated[
        ShownBy, Field(description="何で示すか: 公表された一覧・事業所の取り組み・カタログなど")
    ]
    show: str
    missing: Annotated[str, Field(description="確かめられない理由か、足りない資料")]
    source: str
    second_hand: Annotated[bool, Field(description="出典が、原本を引用した資料か")]


@with_config(extra="forbid")
class SoftwareJson(TypedDict):
    product_name: str
    version: str
    vendor_name: str


@with_config(extra="forbid")
class ResultJson(TypedDict):
    schema_version: Literal["1.0"]
    tool: ToolJson
    edition: Annotated[str, Field(description="auto か、指定した CSVバージョン")]
    checked_at: Annotated[
        str, Field(json_schema_extra={"format": "date-time"}, description="調べた日時（ISO 8601）")
    ]
    inputs: list[InputJson]
    ignored: Annotated[list[str], Field(description="CSV ではないため対象にしなかったファイル")]
    units: list[UnitJson]
    findings: list[FindingJson]
    summary: SummaryJson
    profile: NotRequired[Annotated[str, Field(description="要件の表の名前")]]
    office_type: NotRequired[Annotated[str, Field(description="事業所の種類（planning か service）")]]
    requirements: NotRequired[list[RequirementJson]]
    reasons: NotRequired[Annotated[list[str], Field(description="適合ではない理由")]]
    verdict: Annotated[Status, Field(description="適合・不適合・未確認・対象外")]
    notes: NotRequired[Annotated[list[str], Field(description="判定を変えない、知っておくこと")]]
    unexamined: NotRequired[
        Annotated[
            list[UnexaminedJson],
            Field(description="要件の表のほかに求められ、このプログラムでは確かめられないもの"),
        ]
    ]
    harness: NotRequired[
        Annotated[HarnessJson, Field(description="取込の検証の結果（キットを使ったときだけ）")]
    ]
    software: NotRequired[
        Annotated[SoftwareJson, Field(description="vendor.toml に書かれた製品。書かれていないときは空")]
    ]
    sample: NotRequired[
        Annotated[bool, Field(description="付属の参照ソフトによる見本か。見本は、製品の証明にならない")]
    ]


class _Untitled(GenerateJsonSchema):
    """Without titles that only repeat the names of the fields."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def json_schema() -> str:
    """The JSON Schema of a result, as text."""
    schema = TypeAdapter(ResultJson).json_schema(schema_generator=_Untitled)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:careplan-csv:result:{SCHEMA_VERSION}",
        "title": "careplan-csv の結果",
        "description": "check と assess の結果。profile・office_type・requirements・reasons は assess のときだけある。",
    }
    return json.dumps({**schema, **head}, ensure_ascii=False, indent=2) + "\n"
