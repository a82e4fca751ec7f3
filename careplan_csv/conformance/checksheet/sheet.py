"""The checksheet of an import kit: the tasks, the expected screens, and the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from careplan_csv.conformance.checksheet.arrivals import Arrival, ArrivalOutcome, arrivals
from careplan_csv.conformance.checksheet.displayed_values import month
from careplan_csv.conformance.checksheet.kit_records import INSURED, Opened, OpenedKit, SentFile, open_kit
from careplan_csv.conformance.checksheet.printed_forms import PrintedForm, blocks_of, form_name, form_number
from careplan_csv.conformance.checksheet.short_sheet import Length, essential
from careplan_csv.conformance.kit.kit_model import Aspect, Expectation, Kit, Step
from careplan_csv.standard import MonthPart, standard


class KitPart(StrEnum):
    """The part of a kit to which a step belongs."""

    OWN = "own"
    INBOX = "inbox"
    FAULTS = "faults"

    @property
    def label(self) -> str:
        return {"own": "準備", "inbox": "取込", "faults": "誤りのある組"}[self.value]


class QuestionKind(StrEnum):
    """The subject of a question."""

    ENTERED = "entered"
    """The office's own data is in the software before any import."""
    SHOWN = "shown"
    """Sent contents are displayed."""
    GONE = "gone"
    """Deleted contents are no longer displayed."""
    UNCHANGED = "unchanged"
    """Earlier contents are unchanged."""
    REFUSED = "refused"
    """Nothing was imported."""
    REASON = "reason"
    """The software displayed the reason of the refusal."""
    NOTICE = "notice"
    """The software imported the unit and displayed a warning."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answer ○ or ×.

    Attributes:
        id: the step's folder and a number from 1, for instance `inbox/03-schedule#1`.
        step: the folder; place: its part of the kit.
        prefix: the kind of file that the question is about; empty if it is about the whole unit.
        month: the month part of that file; NONE if `prefix` is empty.
        text: a sentence in Japanese that is true if the answer is ○.
    """

    id: str
    step: str
    place: KitPart
    prefix: str
    month: MonthPart
    aspect: Aspect
    kind: QuestionKind
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A step of the sheet.

    Attributes:
        number: from 1, over all steps.
        task, expected: the task and the expected reaction, sentences in Japanese; purpose: the reason.
        people: names and 被保険者番号; files: names of all files in the folder.
        forms: the expected screens; none for a refused unit.
    """

    number: int
    place: KitPart
    folder: str
    task: str
    purpose: str
    aspect: Aspect
    expectation: Expectation
    expected: str
    pattern: str
    rule: str
    people: tuple[str, ...]
    files: tuple[str, ...]
    questions: tuple[Question, ...]
    forms: tuple[PrintedForm, ...]


@dataclass(frozen=True)
class Sheet:
    """The checksheet of a kit, with the Japanese names of profile, office type and edition."""

    kit: Kit
    profile_name: str
    office_type_name: str
    edition_name: str
    entries: tuple[Entry, ...]
    length: Length = Length.LONG

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order of the sheet."""
        return tuple(question for entry in self.entries for question in entry.questions)


def sheet_of(kit: Kit, length: Length = Length.LONG) -> Sheet:
    """Make the checksheet of a kit.

    Raises:
        KeyError: its edition is unknown, or its profile, which defines the short sheet.
    """
    opened = open_kit(kit)
    chosen = essential(opened) if length is Length.SHORT else opened.steps
    places = [KitPart(one.step.folder.split("/")[0]) for one in chosen]
    steps = zip(chosen, arrivals(chosen), places, strict=True)
    entries = tuple(
        _Asking(opened, step, place, came).entry(number)
        for number, (step, came, place) in enumerate(steps, start=1)
    )
    return Sheet(kit, *_names(kit), opened.edition.name, entries, length)


def _names(kit: Kit) -> tuple[str, str]:
    try:
        profile = standard().profile(kit.profile)
        return profile.name, profile.office_type(kit.office_type).name
    except KeyError:
        return kit.profile, kit.office_type


_EXPECTED = {
    Expectation.IMPORT: "取り込まれ、次の内容が表示される。",
    Expectation.REFUSE: "1件も取り込まれず、取り込まない理由が表示される。前からある内容は変わらない。",
    Expectation.WARN: "取り込まれ、次の内容が表示される。誤りのおそれがある点について、注意が表示される。",
}
_ENTER = (
    "次の内容を、介護ソフトに入力してください。フォルダー {folder} の CSV ファイルを介護ソフトで取り込めるときは、"
    "取り込んでも構いません。"
)
_DELETE = "先に入れた次の{forms}を、介護ソフトで削除してください。"
_TAKE_IN = "フォルダー {folder} のファイルをすべて、介護ソフトで取り込んでください。"
_TRY = "フォルダー {folder} のファイルをすべて、介護ソフトで取り込んでみてください。"
_TWICE = "フォルダー {folder} のファイルをすべて、介護ソフトで取り込んでください。終わったら、もう一度、同じファイルを取り込んでください。"
_SHOWN = {
    ArrivalOutcome.NEW: "{form}が、次のとおり表示される",
    ArrivalOutcome.REPLACED: "{form}が、次の内容に置き換わった（前の内容は残っていない）",
    ArrivalOutcome.AGAIN: "{form}が、削除のあとでまた、次のとおり表示される",
    ArrivalOutcome.REPEATED: "{form}が、1つだけ、次のとおり表示される（二重になっていない）",
    ArrivalOutcome.OUTDATED: "{form}が、先に取り込んだ新しい内容（次のとおり）のまま、変わっていない",
}
_WHOLE_TEXTS = "。長い文章は終わりまで読め、文字も化けていない"


@dataclass(frozen=True)
class _Asking:
    """Makes the entry of one step; `came` are the effects of its CSV files."""

    kit: OpenedKit
    opened: Opened
    place: KitPart
    came: tuple[Arrival, ...]

    @property
    def step(self) -> Step:
        return self.opened.step

    def entry(self, number: int) -> Entry:
        questions, forms = self._refusal() if self._is_refused else self._content()
        step = self.step
        return Entry(
            number,
            self.place,
            step.folder,
            self._task(),
            step.purpose,
            step.aspect,
            step.expectation,
            self._expected(),
            step.pattern,
            step.rule,
            tuple(self.kit.person(number) for number in self._people()),
            self.opened.names,
            tuple(questions),
            tuple(forms),
        )

    @property
    def _is_refused(self) -> bool:
        return self.step.expectation is Expectation.REFUSE

    def _people(self) -> Sequence[str]:
        found = [number for sent in self.opened.csv for number in sent.people if number]
        return self.step.users or tuple(dict.fromkeys(found))

    def _task(self) -> str:
        text = _TRY if self._is_refused or self.place is KitPart.FAULTS else _TAKE_IN
        if self.place is KitPart.OWN:
            text = _DELETE.replace("{forms}", self._deleted_forms()) if self._only_deletes else _ENTER
        elif self._is_taken_twice:
            text = _TWICE
        return text.format(folder=self.step.folder)

    @property
    def _only_deletes(self) -> bool:
        return {arrival.outcome for arrival in self.came} == {ArrivalOutcome.DELETED}

    def _deleted_forms(self) -> str:
        """The displayed names of the deleted forms."""
        prefixes = [
            prefix
            for sent, arrival in zip(self.opened.csv, self.came, strict=True)
            for prefix in arrival.gone or (sent.variant.deletes or sent.layout.prefix,)
        ]
        return "・".join(form_number(self.kit.layout(prefix)) for prefix in dict.fromkeys(prefixes))

    @property
    def _is_taken_twice(self) -> bool:
        """Whether the kit has the unit only once, so that it must be imported twice."""
        if self.step.aspect is not Aspect.REPEAT or self._is_refused:
            return False
        inbox = [other for other in self.kit.steps if other.step in self.kit.kit.inbox]
        return sum(other.names == self.opened.names for other in inbox) == 1

    def _expected(self) -> str:
        outcomes = {arrival.outcome for arrival in self.came}
        if self.place is KitPart.OWN and self._only_deletes:
            return f"次の{self._deleted_forms()}が、表示されなくなる。"
        if self.place is KitPart.OWN:
            return "介護ソフトに、次の内容が入っている。"
        if self._is_refused or not outcomes:
            return _EXPECTED[Expectation.REFUSE if self._is_refused else self.step.expectation]
        if outcomes == {ArrivalOutcome.OUTDATED}:
            return "古いファイル連番の組なので、取り込んでも取り込まなくても、表示される内容は変わらない。"
        if self._only_deletes:
            return "取り込まれ、前に送られていた内容が表示されなくなる。"
        return _EXPECTED[self.step.expectation]

    def _refusal(self) -> tuple[list[Question], list[PrintedForm]]:
        texts = (
            (QuestionKind.REFUSED, "この組は、1件も取り込まれなかった"),
            (QuestionKind.REASON, "取り込まない理由が、画面などに表示された"),
            (QuestionKind.UNCHANGED, "前から表示されていた内容は、無くなったり変わったりしていない"),
        )
        return [self._ask(number, kind, text) for number, (kind, text) in enumerate(texts, start=1)], []

    def _content(self) -> tuple[list[Question], list[PrintedForm]]:
        questions: list[Question] = []
        forms: list[PrintedForm] = []
        for sent, arrival in zip(self.opened.csv, self.came, strict=True):
            kind, text = self._asked(sent, arrival)
            asked = self._ask(len(questions) + 1, kind, text, sent.layout.prefix, sent.month)
            questions.append(asked)
            forms += self._forms(asked.id, sent, arrival)
        for prefix in dict.fromkeys(name.prefix for name in self.opened.pictures):
            layout = self.kit.layout(prefix)
            about = layout.by_id[layout.image_item].name.split(" ")[0]
            text = f"{form_name(layout)}の「{about}」の画像が、表示される"
            questions.append(self._ask(len(questions) + 1, self._seen, text, prefix))
        if self.step.expectation is Expectation.WARN:
            text = "取り込むときに、誤りのおそれがある点についての注意が表示された"
            questions.append(self._ask(len(questions) + 1, QuestionKind.NOTICE, text))
        return questions, forms

    @property
    def _seen(self) -> QuestionKind:
        return QuestionKind.ENTERED if self.place is KitPart.OWN else QuestionKind.SHOWN

    def _asked(self, sent: SentFile, arrival: Arrival) -> tuple[QuestionKind, str]:
        form = f"{_titled(self.kit, sent)}（{self._who(sent)}）"
        if arrival.outcome is ArrivalOutcome.DELETED:
            return QuestionKind.GONE, f"{self._gone(sent, arrival)}が、表示されなくなった"
        if arrival.outcome is ArrivalOutcome.OUTDATED:
            if sent.variant.deletes:
                return (
                    QuestionKind.UNCHANGED,
                    f"{self._left(sent, arrival)}が、次のとおり表示されたままである",
                )
            if not arrival.standing:
                return QuestionKind.UNCHANGED, f"{form}は、先に削除されているので、表示されないままである"
            return QuestionKind.UNCHANGED, _SHOWN[ArrivalOutcome.OUTDATED].format(form=form)
        if self.place is KitPart.OWN:
            return QuestionKind.ENTERED, f"{form}の内容が、介護ソフトに入っている"
        outcome = ArrivalOutcome.REPEATED if self._is_taken_twice else arrival.outcome
        end = _WHOLE_TEXTS if self.step.aspect is Aspect.TEXTS else ""
        return QuestionKind.SHOWN, _SHOWN[outcome].format(form=form) + end

    def _gone(self, sent: SentFile, arrival: Arrival) -> str:
        prefixes = arrival.gone or (sent.variant.deletes or sent.layout.prefix,)
        forms = "・".join(form_number(self.kit.layout(prefix)) for prefix in prefixes)
        return f"削除された{_of_month(sent)}{forms}（{self._who(sent)}）"

    def _left(self, sent: SentFile, arrival: Arrival) -> str:
        prefixes = tuple(arrival.standing) or (sent.variant.deletes or sent.layout.prefix,)
        forms = "・".join(form_name(self.kit.layout(prefix)) for prefix in prefixes)
        return f"{_of_month(sent)}{forms}（{self._who(sent)}）"

    def _who(self, sent: SentFile) -> str:
        people = self.kit.people
        names = "、".join(f"{people[n]}さん" if n in people else n for n in sent.people)
        return names or "利用者は読み取れません"

    def _forms(self, question: str, sent: SentFile, arrival: Arrival) -> list[PrintedForm]:
        shown = (
            {sent.layout.prefix: sent.records}
            if arrival.outcome is ArrivalOutcome.DELETED
            else arrival.standing
        )
        forms = []
        for prefix, records in shown.items():
            same = prefix == sent.layout.prefix
            layout = sent.layout if same else self.kit.layout(prefix)
            name = _titled(self.kit, sent) if same else f"{form_name(layout)} {_month(sent)}"
            for number in dict.fromkeys(record.get(INSURED, "") for record in records):
                own = [record for record in records if record.get(INSURED, "") == number]
                blocks = blocks_of(self.kit.edition, layout, own)
                person, month_of = self.kit.person(number), sent.name.month
                forms.append(
                    PrintedForm(question, name, person, blocks, layout, month_of, tuple(own), sent.problem)
                )
        if not forms and sent.problem:
            title = _titled(self.kit, sent)
            forms.append(PrintedForm(question, title, "", (), sent.layout, note=sent.problem))
        return forms

    def _ask(
        self, number: int, kind: QuestionKind, text: str, prefix: str = "", month: MonthPart = MonthPart.NONE
    ) -> Question:
        folder = self.step.folder
        return Question(f"{folder}#{number}", folder, self.place, prefix, month, self.step.aspect, kind, text)


def _titled(kit: OpenedKit, sent: SentFile) -> str:
    """The name of a form with its month, or with the form that it belongs to."""
    name = form_name(sent.layout)
    parent = sent.variant.parent
    if sent.variant.deletes:
        name = f"削除の指定（{name}）"
    elif parent and len(sent.layout.variants) > 1:
        name = f"{name}（{form_number(kit.layout(parent))}に付くもの）"
    return f"{name} {_month(sent)}".rstrip()


def _month(sent: SentFile) -> str:
    """A month, for instance 2025年4月分; empty if the file has no month."""
    return f"{month(sent.name.month).split('（')[0]}分" if sent.month is MonthPart.REAL else ""


def _of_month(sent: SentFile) -> str:
    """A month before the name of a form, for instance 2025年4月分の."""
    return f"{_month(sent)}の" if _month(sent) else ""
