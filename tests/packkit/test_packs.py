"""The packs that come with the product keep the rules that make them examples for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhenwu.kernel.ledgers.forms import make_form
from zhenwu.lib.problems import Problems
from zhenwu.packkit import Pack, check_packs, load_packs

PACKS = Path(__file__).parents[2] / "packs"
BY_ID: dict[str, Pack] = {pack.id: pack for pack in load_packs(PACKS)}
WITH_LEDGERS = [pack for pack in BY_ID.values() if pack.ledgers]

NEEDED = """
demolition.area demolition.area_self demolition.area_recognised demolition.quota demolition.completion
household.startup_reward household.tea_seedlings household.industry_subsidy household.young_stock household.income_gain
household.households household.people household.households_helped
project.beautiful_town_investment project.beautiful_town_completed project.small_town_completed
project.parking_completed project.town_investment
honour.garden_villages honour.waste_villages_province honour.waste_villages_city honour.civilised_villages_nation
honour.law_villages_province honour.law_villages_city
income.farmer_income income.low_income_income income.forest_cover income.forest_target income.farmer_growth_target
income.farmer_growth income.low_income_growth
petition.received petition.settled mediation.received mediation.settled legalaid.services
grid.incidents_handled grid.suspended grid.reopened grid.sent_back
emergency.teams emergency.called emergency.moved emergency.unmoved duty.checkpoints duty.county_checkpoints duty.unmanned
integrity.model_villages integrity.standard_villages integrity.model_villages_target integrity.standard_villages_target
plan.study_bases_target plan.tasks plan.tasks_done plan.red
insurance.medical_rate insurance.pension_rate insurance.social_card_rate insurance.zhelibao_rate insurance.medical_missing
relief.entitled_uncovered employment.zero_job_households household.monitored_open household.without_plan
veteran.town_stations veteran.model_village_stations care.barrier_free_homes care.children_homes
relocation.households relocation.persons education.special_pupils education.children_missing health.villages_equipped
health.villages_without_doctor
agri.new_bases agri.new_base_area agri.tea_garden_area agri.new_tea_factories agri.tea_processed agri.rabbit_farm_capacity
agri.new_rabbit_farms agri.cattle_farm_stock agri.new_cattle_farms agri.grain_sown_area agri.pigs_sold agri.grain_area_target
tourism.upgraded_lodgings tourism.visits tourism.income tourism.planned_projects tourism.planned_investment
tourism.villages_not_scenic project.wetland_investment project.forest_roads_hardened project.platform_investment
invest.projects_planned invest.projects_target invest.large_projects_target invest.talents_target invest.doctor_stations_target
finance.small_loans collective.weak_villages budget.unsigned_uses
remediation.forest_plots_target remediation.deadline_month
service.village_agents service.villages_unserved
culture.new_halls
market.trusted_shops market.return_shops market.trusted_factories
deeds.happy_homes deeds.rewired_households deeds.toilets_accepted
livable.toilets_built livable.toilets_repaired livable.new_era_villages_target livable.garden_villages_target
livable.old_villages_target livable.traditional_villages_target
""".split()


BY_THE_STORE = {"ledger.link", "ledger.unit_level", "ledger.key_taken", "ledger.twins", "ledger.unique", "ledger.refused", "ledger.until", "ledger.day_range", "ledger.link_day", "ledger.link_only"}


def test_all_packs_pass_their_checks() -> None:
    assert {name: [str(p) for p in found] for name, found in check_packs(PACKS).items() if found} == {}


def test_the_figures_that_the_yearly_report_asks_for_are_there() -> None:
    there = {key for pack in BY_ID.values() for key in pack.metrics}
    assert set(NEEDED) <= there


@pytest.mark.parametrize("pack", WITH_LEDGERS, ids=lambda pack: pack.id)
def test_a_pack_with_ledgers_shows_a_refusal_and_a_correction_that_moves_a_figure(pack: Pack) -> None:
    steps = [step for example in pack.examples for step in example.steps]
    assert any(step.refused for step in steps)
    assert any(step.act == "correct" and example.figures for example in pack.examples for step in example.steps)
    assert any(field["min"] is not None for body in pack.ledgers.values() for field in body["fields"])


@pytest.mark.parametrize("pack", BY_ID.values(), ids=lambda pack: pack.id)
def test_the_page_for_the_office_says_what_who_and_what_not(pack: Pack) -> None:
    for heading in ("做什么", "谁来做", "不做什么", "口径"):
        assert f"**{heading}。**" in pack.readme


@pytest.mark.parametrize("pack", BY_ID.values(), ids=lambda pack: pack.id)
def test_every_metric_says_in_words_how_it_is_counted(pack: Pack) -> None:
    assert all(len(body["basis"]) >= 8 for body in pack.metrics.values())


def test_an_honour_at_public_notice_is_counted_nowhere() -> None:
    assert all("state = 'awarded'" in body["where_text"] for body in BY_ID["honour"].metrics.values())


def test_income_is_imported_and_names_its_source() -> None:
    kinds = {key: (body["kind"], body["source"]) for key, body in BY_ID["income"].metrics.items()}
    assert all(kind in ("series", "growth") and (source or kind == "growth") for kind, source in kinds.values())


def test_the_yearly_report_asks_only_for_what_some_pack_can_tell() -> None:
    report = BY_ID["report"].reports["report.annual"]
    there = {key for pack in BY_ID.values() for key in pack.metrics}
    asked = {blank["metric"] for blank in report["blanks"].values() if blank["metric"]}
    assert asked <= there
    assert report["label"].startswith("⟦镇名⟧镇")


@pytest.mark.parametrize("pack", BY_ID.values(), ids=lambda pack: pack.id)
def test_what_an_example_types_is_taken_or_refused_by_the_ledgers_own_form(pack: Pack) -> None:
    ledgers = {key: body for other in BY_ID.values() for key, body in other.ledgers.items()}
    for step in (step for example in pack.examples for step in example.steps if step.act in ("save", "correct") and step.target in ledgers):
        form = make_form(ledgers[step.target])
        try:
            form.read(step.data, partial=step.act != "save")
        except Problems as problems:
            assert [problem.code for problem in problems.found] == [step.refused], step
        else:
            assert step.refused is None or step.refused in BY_THE_STORE


def test_matters_that_end_by_striking_off_leave_a_stock_on_that_day() -> None:
    until = {pack: BY_ID[pack].metrics[key].get("until") for pack, key in (("safety", "safety.open"), ("drinking", "drinking.repairs_open"), ("petition", "petition.open"))}
    assert until == {"safety": "struck_off_on", "drinking": None, "petition": None}
