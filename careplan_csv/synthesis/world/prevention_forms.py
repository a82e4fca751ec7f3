"""The units of a community support centre for people with 要支援: 基本情報, 支援計画書, deletions (3.3–3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from careplan_csv.japanese_dates import era_year
from careplan_csv.standard import Edition
from careplan_csv.synthesis.world.identifiers import insurer_number, office_number
from careplan_csv.synthesis.world.months import Month, month
from careplan_csv.synthesis.world.offices import PREVENTION_PLANNING, Office
from careplan_csv.synthesis.world.people import PLANNER, Person
from careplan_csv.writing.unit_files import Draft, Passage, Route, Unit
from careplan_csv.writing.writer import Record, Writer

CENTER = Office(office_number(1, "0"), PREVENTION_PLANNING, "架空地域包括支援センター")
HOME_VISIT = Office(office_number(1, "A"), "A2", "みほん訪問型サービス")
"""The offices of the samples of 介護予防; the planner of the other samples is the entrusted office."""

IMAGE_PREFIX = "UPKIHON_IMAGE"
IMAGE_EXTENSION = ".jpg"


def sample_client(year: int) -> Person:
    """The invented person of the samples. Certified from fiscal `year` on, for two years."""
    return Person(
        insurer_number(3),
        "0000000303",
        "例示 千代",
        "レイジ チヨ",
        "2",
        "19420220",
        "12",
        5032,
        f"{year}0401",
        f"{year + 2}0331",
        f"{year}0312",
    )


MANAGER = "包括 仮美"
_SUPPORT_LEVELS = {"12": "1", "13": "2", "06": "3"}
"""要支援状態区分 by 要介護状態区分."""


@dataclass(frozen=True, slots=True)
class CenterDesk:
    """Makes the units of the centre, or of an office that plans on its behalf, for one receiver."""

    edition: Edition
    receiver: Office
    sender: Office = CENTER

    def information_unit(self, client: Person, consulted_on: str, serial: str) -> Unit:
        """基本情報 (D4): the form, its two annexes and the picture of the family."""
        drafts = self._information(client, consulted_on, serial)
        return Unit("basic_information", drafts, self._images(serial))

    def plan_unit(self, client: Person, plan_date: str, serial: str) -> Unit:
        """予防計画書 (D5)."""
        return Unit("prevention_plan", self._plan(client, plan_date, serial))

    def full_unit(self, client: Person, consulted_on: str, plan_date: str, serial: str) -> Unit:
        """予防計画書 together with 基本情報 (D5)."""
        drafts = (*self._plan(client, plan_date, serial), *self._information(client, consulted_on, serial))
        return Unit("prevention_plan_and_information", drafts, self._images(serial))

    def information_deletion(self, client: Person, consulted_on: str, serial: str) -> Unit:
        """基本情報削除."""
        record = {**self._head(client), "consultation_date": consulted_on}
        return Unit("basic_information_deletion", (self._draft("DLTKIHON", serial, [record]),))

    def plan_deletion(self, client: Person, plan_date: str, serial: str) -> Unit:
        """予防計画書削除."""
        record = {**self._head(client), "plan_date": plan_date}
        return Unit("prevention_plan_deletion", (self._draft("DLTYOBO", serial, [record]),))

    def image_name(self, serial: str, branch: int = 1) -> str:
        """The name of a picture: the parts from sender to date of its parent's name, then the branch number."""
        parent = self._draft("UPKIHON", serial, ()).name
        return (
            f"{parent.replace('UPKIHON', IMAGE_PREFIX, 1).removesuffix('.CSV')}_{branch:04d}{IMAGE_EXTENSION}"
        )

    def _images(self, serial: str) -> dict[str, bytes]:
        return {self.image_name(serial): blank_jpeg()}

    def _head(self, client: Person) -> dict[str, str]:
        return {
            "csv_version": self.edition.csv_version,
            "insurer_number": client.insurer,
            "insured_number": client.insured,
        }

    def _draft(self, prefix: str, serial: str, records: Iterable[Record]) -> Draft:
        route = Route(self.sender.number, self.sender.kind, self.receiver.number, self.receiver.kind)
        passage = Passage(Writer(self.edition.layout(prefix)), tuple(records))
        return Draft(self.edition, prefix, route, serial, passages=(passage,))

    def _information(self, client: Person, consulted_on: str, serial: str) -> tuple[Draft, ...]:
        head = {**self._head(client), "consultation_date": consulted_on}
        form = {
            **head,
            **_information(client, month(consulted_on[:6])),
            "family_image": self.image_name(serial),
        }
        return (
            self._draft("UPKIHON", serial, [form]),
            self._draft("UPKIHON_SUB1", serial, ({**head, **row} for row in _DAY)),
            self._draft("UPKIHON_SUB2", serial, ({**head, **row} for row in _DISEASES)),
        )

    def _plan(self, client: Person, plan_date: str, serial: str) -> tuple[Draft, ...]:
        head = {**self._head(client), "plan_date": plan_date}
        return (
            self._draft("UPYOBO", serial, [{**head, **_plan(client, plan_date)}]),
            self._draft("UPYOBO_SUB", serial, ({**head, **row} for row in _support(month(plan_date[:6])))),
        )


def _information(client: Person, of: Month) -> Record:
    """The form of a consultation in a month."""
    earlier = of.plus(-1).day(17)
    return {
        "plan_kind": "1",
        "entrustment": "2",
        "author_name": MANAGER,
        "consultation_method": "03",
        "consultation_method_text": "民生委員と一緒に自宅を訪ねた",
        "consultation_count": "02",
        "previous_consultation_date": earlier,
        "user_situation": "01",
        "user_name_kana": client.kana,
        "user_name": client.name,
        "sex": client.sex,
        "birth_date": client.birth_date,
        "user_address": "山口県架空市見本町9番地9",
        "user_telephone": "000-000-0003",
        "disability_level": "11",
        "dementia_level": "01",
        "care_level": client.care_level,
        "certification_start": client.certified_from,
        "certification_end": client.certified_to,
        "previous_care_level": "01",
        "checklist_result": "1",
        "checklist_date": earlier,
        "physical_disability": "0",
        "intellectual_disability": "0",
        "mental_disability": "0",
        "intractable_disease": "0",
        "housing_type": "05",
        "room_floor": "1",
        "home_modification": "2",
        "national_pension": "1",
        "employees_pension": "0",
        "disability_pension": "0",
        "public_assistance": "0",
        "visitor_name": "例示 太志",
        "visitor_relation": "長男",
        "visitor_telephone": "000-000-0004",
        "emergency_1_name": "例示 太志",
        "emergency_1_relation": "長男",
        "emergency_1_address": "同居していない（隣の市）",
        "emergency_1_telephone": "000-000-0004",
        "family_situation": "夫は5年前に他界。\r\n長男夫婦が月に2回ほど訪ねてくる。",
        "life_history": "農家に生まれ、縫製工場に勤めた。",
        "daily_life": '家事は自分で行うが、買い物の帰りに"休み休み"歩く。',
        "hobbies": "畑仕事, 編み物, 歌",
        "social_relations": "月に1回、地域のサロンに出かける。",
        "consent_date": of.day(10),
        "consenter_name": client.name,
    }


_DAY: tuple[Record, ...] = (
    {"time_of_day": "7:00", "own_routine": "起きて、朝食を作る", "family_routine": ""},
    {"time_of_day": "10:00から12:00", "own_routine": "畑仕事、\r\n洗濯", "family_routine": "（土・日）長男が手伝う"},
    {"time_of_day": "21時ごろ", "own_routine": "寝る", "family_routine": ""},
)  # fmt: skip

_DISEASES: tuple[Record, ...] = (
    {
        "onset_text": "令和元年ごろ",
        "disease": "変形性膝関節症",
        "doctor": "みほん整形外科 仮医師",
        "attending_doctor": "1",
        "doctor_telephone": "000-000-0005",
        "disease_course": "01",
        "treatment": "飲み薬、月に1回の通院",
    },
    {"onset_text": "平成20年", "disease": "白内障（手術）", "attending_doctor": "2", "disease_course": "03"},
)


def _plan(client: Person, plan_date: str) -> Record:
    record = {
        "plan_kind": "1",
        "entrustment": "2",
        "reference_number": "見本-3",
        "user_name": client.name,
        "certification_date": client.certified_on,
        "certification_start": client.certified_from,
        "certification_end": client.certified_to,
        "plan_type": "11",
        "certification_status": "2",
        "support_level": _SUPPORT_LEVELS[client.care_level],
        "author_name": MANAGER,
        "entrusted_author_name": "計画 仮子",
        "planning_office_name": PLANNER.name,
        "planning_office_telephone": "000-000-0001",
        "first_plan_date": plan_date,
        "support_center_name": CENTER.name,
        "daily_goal": "毎日、畑まで歩く",
        "yearly_goal": "長男夫婦と旅行に行く",
        "health_notes": "膝の痛みが強い日は無理をしない",
        "support_direction": "歩く力を保ち、買い物を続けられるようにする",
        "support_policy": "本人の「自分でしたい」という気持ちを大切にする。",
        "support_center_opinion": "おおむね妥当",
        "consent_date": plan_date,
        "consenter_name": client.name,
    }
    for area, situation in _AREAS.items():
        record |= {f"{area}_situation": situation, f"{area}_wishes": "続けたい", f"{area}_has_issue": "2"}
    record |= {"mobility_has_issue": "1", "mobility_issue": "膝の痛みで、長く歩けない"}
    for program in _PROGRAMS:
        record |= {f"checklist_{program}": "0", f"program_{program}": "2"}
    return {**record, "checklist_exercise": "3", "program_exercise": "1"}


_AREAS = {
    "mobility": "つえで歩く",
    "home_life": "家事は自分で行う",
    "social_life": "サロンに通う",
    "health": "月に1回通院する",
}
_PROGRAMS = ("exercise", "nutrition", "oral_care", "seclusion", "forgetfulness", "depression")


def _support(of: Month) -> tuple[Record, ...]:
    """The supports of a plan that is made in a month, for the year from the next month on."""
    begin, end = of.plus(1), of.plus(12)
    return (
        {
            "need_no": "1",
            "need": "膝の痛みがあり、転ばないか心配である",
            "proposal": "体操を続け、歩く力を保つ",
            "wishes": "本人: 続けたい\r\n家族: 見守りたい",
            "goal": "15分続けて歩ける",
            "support_plan_no": "1",
            "support_points": "痛みのある日は休む",
            "informal_support": "ラジオ体操, 長男の声かけ",
            "insured_support": "掃除を一緒に行う",
            "service_no": "1",
            "service_type_text": "訪問型サービス",
            "provider_office_name": HOME_VISIT.name,
            "period_text": f"{_in_era(begin)}から{_in_era(end)}まで",
        },
        {
            "need_no": "1",
            "support_plan_no": "1",
            "service_no": "2",
            "service_type_text": "地域のサロン",
            "provider_office_name": "架空公民館",
            "period_text": f"{_in_era(begin)}から",
        },
    )


def _in_era(of: Month) -> str:
    """A month in the Japanese calendar, for instance 令和7年4月."""
    return f"{era_year(of.date(1))}{of.number}月"


def blank_jpeg() -> bytes:
    """A grey JPEG of 8 × 8 pixels without metadata."""

    def segment(marker: int, payload: bytes) -> bytes:
        return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload

    one_code = bytes((1, *[0] * 15, 0))
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xDB, bytes((0, *[1] * 64))),
            segment(0xC0, bytes((8, 0, 8, 0, 8, 1, 1, 0x11, 0))),
            segment(0xC4, b"\x00" + one_code),
            segment(0xC4, b"\x10" + one_code),
            segment(0xDA, bytes((1, 1, 0, 0, 63, 0))),
            b"\x3f",
            b"\xff\xd9",
        )
    )
