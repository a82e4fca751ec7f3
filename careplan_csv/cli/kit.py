"""careplan-csv kit: make an import kit, run it, or compare what came out of a software."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from careplan_csv.cli.codes import ExitCode
from careplan_csv.cli.form_option import (
    MAKING_FORMS,
    forms_option,
    is_paper,
    refuse_forms,
    write_forms_of,
)
from careplan_csv.cli.formats import format_option, is_for_people
from careplan_csv.cli.inputs import check_paths, kit_edition_option
from careplan_csv.cli.kit_output import refuse_used, write_kit
from careplan_csv.cli.messages import Refused, say
from careplan_csv.cli.output import deliver, output_option, save_new
from careplan_csv.cli.profiles import (
    added_profile,
    own_profile_option,
    profile_and_type,
    profile_option,
    rehearsing_office_type_option,
)
from careplan_csv.cli.progress import told_progress
from careplan_csv.cli.rehearsal import RehearsalOrder
from careplan_csv.cli.report_option import (
    places_for,
    refuse_reports,
    refuse_twice,
    report_force_option,
    report_options,
    write_assessment_reports,
)
from careplan_csv.reporting.reporters import AssessmentReport

if TYPE_CHECKING:
    from careplan_csv.conformance.harness.harness_result import HarnessResult
    from careplan_csv.conformance.harness.trial import Trial
    from careplan_csv.conformance.kit.kit_model import Kit

_OWNER_ONLY = 0o600
_form_option = format_option(AssessmentReport, "画面に出す形式。")
_kit_argument = click.argument("kit", type=click.Path(path_type=Path), metavar="キット")
_values_option = click.option(
    "--show-values",
    is_flag=True,
    help="違いの値を伏せずに、画面と帳票に示します（キットの利用者は架空です）。",
)
_out_option = click.option("--out", type=click.Path(path_type=Path), help="結果を書くフォルダー。")


class Steps(click.Group):
    """Lists its commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group("kit", cls=Steps, no_args_is_help=True)
@click.help_option("--help", help="この説明を示します。")
def command() -> None:
    """取込を確かめるためのキットを作り、実行し、比べます。"""


@command.command("make", short_help="キットを作ります。")
@rehearsing_office_type_option
@profile_option
@kit_edition_option
@click.option(
    "--seed",
    type=click.IntRange(0),
    help="同じ数なら、同じキットができます（CI 用）。省略すると、毎回違うキットです。",
)
@click.option(
    "--scenario",
    metavar="名前",
    help="ベンダーテストの1つのパターン（D1〜D7）か、強化ベンダ試験（enhanced）の予行のキットを作ります。",
)
@click.option(
    "--challenge",
    is_flag=True,
    help="期待する結果を入れない「出題キット」を作ります（都道府県など、証拠を求める人が使います）。",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="--challenge のとき、答えを書くファイル。省略すると「キットの名前-answers.json」。渡さずに保管します。",
)
@click.option(
    "--issuer",
    default="",
    show_default=False,
    metavar="名前",
    help="--challenge のとき、出題する人の名前（例 山口県）。",
)
@click.option(
    "--long-sheet",
    is_flag=True,
    help="すべての手順を確かめる長い確認表を作ります。省略すると、要件を1度ずつ確かめる短い確認表です。",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="キットを書くフォルダー。")
@click.help_option("--help", help="この説明を示します。")
@click.pass_context
def make(
    context: click.Context,
    office_type: str | None,
    profile: str,
    edition: str,
    seed: int | None,
    scenario: str | None,
    challenge: bool,
    answers: Path | None,
    issuer: str,
    long_sheet: bool,
    out: Path,
) -> int:
    """取り込ませるファイル、期待する結果、画面で確かめるための確認表を作ります。"""
    from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
    from careplan_csv.conformance.kit.challenge import random_seed
    from careplan_csv.standard import standard

    if scenario is not None:
        if challenge or answers or issuer:
            raise Refused("出題キット（--challenge）は、すべてを試すものです。--scenario は指定できません。")
        chosen = context.get_parameter_source("profile") is not ParameterSource.DEFAULT
        named = profile if chosen else None
        return RehearsalOrder(scenario, named, office_type, edition, seed, long_sheet).make(out)
    if office_type is None:
        wanted = next(one for one in context.command.params if one.name == "office_type")
        raise click.MissingParameter(ctx=context, param=wanted)
    if challenge and seed is not None:
        raise Refused("--challenge のキットは、毎回違う数（seed）で作ります。--seed は指定できません。")
    if long_sheet and challenge:
        raise Refused("--challenge のキットには確認表がありません。--long-sheet は指定できません。")
    if (answers or issuer) and not challenge:
        raise Refused("--answers と --issuer は、--challenge と一緒に指定してください。")

    known, kind = profile_and_type(profile, office_type)
    version = known.csv_version if edition == "auto" else edition
    refuse_used(out)
    try:
        number = random_seed() if seed is None else seed
        with told_progress("キットを作っています"):
            kit = make_kit(known, kind, standard().edition(version), number)
            if not challenge:
                write_kit(kit, out, long_sheet=long_sheet)
    except KitNotPossible as error:
        raise Refused(str(error)) from error
    if challenge:
        return _write_challenge(kit, out, answers, issuer)
    say(
        f"{out} にキットを作りました（取り込む組 {len(kit.inbox)}、誤りのある組 {len(kit.faults)}）。"
        "すべて架空のデータです。\n"
        f"手で確かめるときは {out / 'checksheet.html'} を開いてください。"
        f"自動で確かめるときは「careplan-csv kit run {out} --adapter adapter.toml」を実行してください。",
        ExitCode.CONFORMANT,
    )
    return ExitCode.CONFORMANT


def _write_challenge(kit: Kit, out: Path, answers: Path | None, issuer: str) -> int:
    """A kit without its answers, and the answers for whoever sets it."""
    from careplan_csv.conformance.harness.run_record import now
    from careplan_csv.conformance.kit.challenge import challenge_of

    sealed, opened = challenge_of(kit, now(), issuer)
    path = answers or out.with_name(f"{out.name}-answers.json")
    if path.resolve().is_relative_to(out.resolve()):
        raise Refused("答えのファイルは、キットのフォルダーの外に書いてください。")
    save_new(path, opened.data(), force=False)
    path.chmod(_OWNER_ONLY)
    write_kit(sealed, out)
    say(
        f"{out} に出題キットを作りました（取り込む組 {len(sealed.inbox)}、誤りのある組 {len(sealed.faults)}）。"
        "このフォルダーを、ソフト会社に渡してください。\n"
        f"答えは {path} にあります。渡さずに保管し、戻ってきた証拠を"
        f"「careplan-csv verify 証拠.zip --challenge {path}」で判定してください。",
        ExitCode.CONFORMANT,
    )
    return ExitCode.CONFORMANT


@command.command("run", short_help="アダプターで、キットの全部を自動的に試します。")
@_kit_argument
@own_profile_option
@click.option("--adapter", required=True, metavar="アダプター", help="adapter.toml か reference。")
@_out_option
@click.option("--resume", is_flag=True, help="途中で止まった実行の続きをします。")
@_form_option
@output_option
@report_options
@forms_option
@report_force_option
@_values_option
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def run(
    kit: Path,
    own_profile: Path | None,
    adapter: str,
    out: Path | None,
    resume: bool,
    form: str,
    output: Path | None,
    reports: tuple[Path, ...],
    report_encoding: str,
    forms: Path | None,
    force: bool,
    show_values: bool,
    no_color: bool,
) -> int:
    """キットの全部を、アダプターのコマンドで自動的に取り込ませ、結果を判定します。

    終了コード: 0 適合 / 1 不適合・未確認 / 2 指定の誤り / 3 何も調べられない / 4 careplan-csv の不具合
    """
    wanted = Wanted(form, output, reports, report_encoding, force, show_values, not no_color, forms)
    wanted.refuse_files()
    if own_profile:
        added_profile(own_profile)
    from careplan_csv.cli.kit_options import JUDGING, steps_told, trial_problems_refused
    from careplan_csv.conformance.harness.trial import adapter_trial, opened_kit

    folder = out or Path(f"{kit.name}-run")
    try:
        bar = is_for_people(AssessmentReport, form)
        with trial_problems_refused(), told_progress(JUDGING, shown=bar) as told:
            progress = steps_told(told)
            trial = adapter_trial(
                wanted.usable(opened_kit(kit)), kit, adapter, folder, resume=resume, progress=progress
            )
    except KeyboardInterrupt:
        text = "中止しました。終わったところまでは記録されています。同じ指定に --resume を付けると、続きから始めます。"
        return say(text, ExitCode.INTERRUPTED)
    return conclude(trial, folder / "result", wanted)


@command.command("compare", short_help="介護ソフトの出力・内部データ・確認表を、期待する結果と比べます。")
@_kit_argument
@own_profile_option
@click.option(
    "--exported", type=click.Path(path_type=Path), help="介護ソフトが出力したファイルのフォルダー。"
)
@click.option(
    "--dump", type=click.Path(path_type=Path), help="介護ソフトの内部データを書き出したフォルダー。"
)
@click.option("--answers", type=click.Path(path_type=Path), help="記入した確認表（checksheet.xlsx）。")
@_out_option
@_form_option
@output_option
@report_options
@forms_option
@report_force_option
@_values_option
@click.option("--no-color", is_flag=True, help="色を付けません。")
@click.help_option("--help", help="この説明を示します。")
def compare(
    kit: Path,
    own_profile: Path | None,
    exported: Path | None,
    dump: Path | None,
    answers: Path | None,
    out: Path | None,
    form: str,
    output: Path | None,
    reports: tuple[Path, ...],
    report_encoding: str,
    forms: Path | None,
    force: bool,
    show_values: bool,
    no_color: bool,
) -> int:
    """キットを取り込んだ介護ソフトの出力・内部データ・確認表を、期待する結果と比べます。

    終了コード: 0 適合 / 1 不適合・未確認 / 2 指定の誤り / 3 何も調べられない / 4 careplan-csv の不具合
    """
    wanted = Wanted(form, output, reports, report_encoding, force, show_values, not no_color, forms)
    wanted.refuse_files()
    if own_profile:
        added_profile(own_profile)
    from careplan_csv.cli.kit_options import JUDGING, trial_problems_refused
    from careplan_csv.conformance.harness.trial import manual_trial, opened_kit

    bar = is_for_people(AssessmentReport, form)
    with trial_problems_refused(), told_progress(JUDGING, shown=bar):
        trial = manual_trial(wanted.usable(opened_kit(kit)), exported, dump, answers)
    folder = out or Path(f"{kit.name}-result")
    return conclude(trial, folder, wanted)


@command.command("defects", short_help="参照ソフトに持たせることのできる欠陥の一覧を示します。")
@click.help_option("--help", help="この説明を示します。")
def list_defects() -> int:
    """参照ソフトに持たせることのできる欠陥の一覧を示します（--adapter reference:名前）。"""
    from careplan_csv.reference import defects

    deliver("".join(f"{name}　{sentence.removesuffix('。')}\n" for name, sentence in defects().items()), None)
    return ExitCode.CONFORMANT


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the result of a kit is to be shown."""

    form: str
    output: Path | None = None
    reports: Sequence[Path] = ()
    encoding: str = "utf-8"
    force: bool = False
    show_values: bool = False
    color: bool = True
    forms: Path | None = None

    def refuse_files(self) -> None:
        """Say what is wrong with the names of files before a long run.

        Raises:
            Refused: a name cannot be used, is taken, or is given twice.
        """
        refuse_reports(self.reports, force=self.force)
        if self.forms:
            refuse_forms(self.forms, force=self.force)
        refuse_twice([*self.reports, *(path for path in (self.output, self.forms) if path)])

    def usable(self, kit: Kit) -> Kit:
        """The kit, if what is wanted can be made of it.

        Raises:
            Refused: it is a challenge, which says nothing about what is expected.
        """
        if self.forms and kit.is_challenge:
            raise Refused("出題キットには期待する内容が入っていないため、--forms は使えません。")
        return kit


def conclude(trial: Trial, out: Path, wanted: Wanted) -> int:
    """Merge the harness's evidence with the exported files, write the results and show them."""
    from careplan_csv.cli.assess import exit_code, show, write_json, write_results
    from careplan_csv.conformance.harness.kit_assessment import assess_with

    harness = trial.harness
    assert harness is not None
    exported = [str(trial.exported)] if trial.exported else []
    values, force = wanted.show_values, wanted.force
    bar = is_for_people(AssessmentReport, wanted.form)
    with places_for(wanted.reports, force=force, show_values=False) as every:
        result = check_paths(exported, edition="auto", bar=False, every=every)
        assessment = assess_with(harness, result)
        # A rehearsal is no proof: it makes no form.
        written = (write_json if harness.kit.scenario else write_results)(assessment, out, harness)
        written += write_assessment_reports(
            wanted.reports,
            every,
            assessment,
            harness,
            wanted.encoding,
            force=force,
            bar=bar,
            show_values=values,
        )
    written += _write_forms(harness, result.checked_at, wanted, bar=bar)
    show(
        assessment,
        harness,
        written,
        wanted.form,
        color=wanted.color,
        output=wanted.output,
        show_values=values,
    )
    return exit_code(assessment)


def _write_forms(harness: HarnessResult, made_at: str, wanted: Wanted, *, bar: bool) -> list[str]:
    """Write the forms that were asked for; returns a line for them.

    Raises:
        Refused: they cannot be written.
    """
    if wanted.forms is None:
        return []
    from careplan_csv.reporting.form_sheet import FormLook
    from careplan_csv.reporting.kit_forms import kit_form_page

    look = FormLook(show_values=wanted.show_values, paper=is_paper(wanted.forms))
    with told_progress(MAKING_FORMS, shown=bar):
        write_forms_of(kit_form_page(harness, made_at, look), wanted.forms, force=wanted.force)
    return [f"帳票: {wanted.forms}"]
