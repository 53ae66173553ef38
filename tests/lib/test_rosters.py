"""Rosters: whatever the solver says is judged by a slow checker that knows the rules and nothing of the solver."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.lib.roster_carrying import bounded, usual
from zhenwu.lib.roster_rules import Duty, Rules, Tally, Watch, Watcher, breaches, is_night, watches_of
from zhenwu.lib.rosters import Roster, solve, told_gap, told_remedy

FIRST = date(2026, 12, 1)
DAY = timedelta(days=1)


def days(count: int) -> list[date]:
    return [FIRST + DAY * n for n in range(count)]


def month(count: int = 31, parts: int = 3) -> list[Watch]:
    off = [day for day in days(count) if day.weekday() > 4]
    return watches_of("值班室", days(count), parts, 24, time(8), {"leader": 1, "keeper": 1}, off)


def staff(leaders: int, keepers: int, **more: object) -> list[Watcher]:
    made = [Watcher(f"带{n}", frozenset({"leader"}), **more) for n in range(leaders)]  # type: ignore[arg-type]
    return made + [Watcher(f"值{n}", frozenset({"keeper"}), **more) for n in range(keepers)]  # type: ignore[arg-type]


def broken_rules(watchers: list[Watcher], rules: Rules, kept: list[Duty], new: list[Duty]) -> list[str]:  # noqa: C901 - a list of all rules
    """Every rule read out loud, pair by pair and day by day."""
    found = []
    for person in watchers:
        mine = [duty for duty in new if duty.watcher == person.code]
        every = mine + [duty for duty in kept if duty.watcher == person.code]
        for duty in mine:
            watch = duty.watch
            if duty.role not in person.roles or (person.posts and watch.id.post not in person.posts):
                found.append(f"{person.code} is not for this")
            minute = watch.starts
            while minute < watch.ends:
                if minute.date() in person.away:
                    found.append(f"{person.code} is away")
                minute += timedelta(minutes=30)
            if person.no_nights and watch.is_night:
                found.append(f"{person.code} by night")
            for other in every:
                if other is not duty:
                    gap = max(other.watch.starts - watch.ends, watch.starts - other.watch.ends)
                    if gap < timedelta(hours=rules.rest_hours or 0):
                        found.append(f"{person.code} rests {gap}")
            for back in range(7):
                week = {watch.id.day - DAY * back + DAY * on for on in range(7)}
                if rules.week_shifts is not None and sum(one.watch.id.day in week for one in every) > rules.week_shifts:
                    found.append(f"{person.code} too often in a week")
            span = (rules.nights_row or 0) + 1
            for back in range(span if watch.is_night and rules.nights_row is not None else 0):
                row = {watch.id.day - DAY * back + DAY * on for on in range(span)}
                if sum(one.watch.is_night and one.watch.id.day in row for one in every) > (rules.nights_row or 0):
                    found.append(f"{person.code} too many nights in a row")
    return found


def overfull(watches: list[Watch], duties: list[Duty]) -> list[str]:
    """Watches with more people of a role than asked for, or the same person twice."""
    found = []
    for watch in watches:
        there = [duty for duty in duties if duty.watch.id == watch.id]
        if len({duty.watcher for duty in there}) < len(there):
            found.append(f"{watch.id} twice")
        found += [f"{watch.id} {role}" for role, count in watch.needs.items() if sum(duty.role == role for duty in there) > count]
    return found


roles = st.sampled_from([frozenset({"leader"}), frozenset({"keeper"}), frozenset({"leader", "keeper"})])
tallies = st.builds(Tally, st.integers(0, 40).map(lambda n: n * 240), st.integers(0, 6), st.integers(0, 6))


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Watch], list[Watcher], Rules, list[Duty]]:
    span = days(draw(st.integers(1, 6)))
    watches = []
    for post in draw(st.sampled_from([("甲",), ("甲", "乙")])):
        needs = {"leader": draw(st.integers(0, 1)), "keeper": draw(st.integers(1, 2))}
        hours, begins = draw(st.sampled_from([24, 12, 10])), time(draw(st.sampled_from([0, 8, 20])))
        watches += watches_of(post, span, draw(st.integers(1, 3)), hours, begins, needs, span[4:])
    watchers = [
        Watcher(
            f"人{n}", draw(roles), draw(st.sampled_from([frozenset(), frozenset({"甲"})])), frozenset(draw(st.sets(st.sampled_from(span), max_size=2))),
            draw(st.booleans()), draw(tallies),
        )
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    rules = Rules(draw(st.sampled_from([None, 0, 8, 24])), draw(st.sampled_from([None, 1, 3])), draw(st.sampled_from([None, 1, 2])))
    before = watches_of("甲", [FIRST - DAY], 1, 24, time(8), {})
    kept = [Duty(one.code, sorted(one.roles)[0], before[0]) for one in watchers[:1]]
    return watches, watchers, rules, kept


@settings(max_examples=60, deadline=None)
@given(questions())
def test_no_roster_breaks_a_rule_or_mans_a_watch_twice(question: tuple[list[Watch], list[Watcher], Rules, list[Duty]]) -> None:
    watches, watchers, rules, kept = question
    found = solve(watches, watchers, rules, kept, effort=0.05)
    duties = list(found.duties)
    assert broken_rules(watchers, rules, kept, duties) == [] and overfull(watches, duties) == []
    assert breaches(duties, {one.code: one for one in watchers}, rules, kept) == []
    needed = sum(sum(watch.needs.values()) for watch in watches)
    assert len(duties) + found.lacking == needed
    for gap in found.gaps:  # whoever could still stand there would have to be named as hindered
        assert sum(gap.reasons.values()) == sum(gap.role in one.roles for one in watchers)


@settings(max_examples=40, deadline=None)
@given(questions(), st.data())
def test_the_quick_check_finds_what_the_slow_one_finds(question: tuple[list[Watch], list[Watcher], Rules, list[Duty]], data: st.DataObject) -> None:
    watches, watchers, rules, kept = question
    if not watchers:
        return
    picked = data.draw(st.lists(st.tuples(st.sampled_from(watchers), st.sampled_from(watches)), max_size=6, unique_by=lambda one: (one[0].code, one[1].id)))
    duties = [Duty(person.code, sorted(person.roles)[0], watch) for person, watch in picked]
    quick = breaches(duties, {one.code: one for one in watchers}, rules, kept)
    assert bool(quick) == bool(broken_rules(watchers, rules, kept, duties))


def spread(found: Roster, role: str, counter: str) -> int:
    [one] = [one for one in found.spreads if one.counter == counter and one.group[0].startswith(role)]
    return one.most - one.least


def test_a_month_is_full_and_nobody_is_more_than_one_watch_apart() -> None:
    found = solve(month(), staff(9, 9), Rules(24, 3, 2))
    assert found.gaps == () and found.is_best and told_remedy(found) == ""
    assert [spread(found, "值", name) for name in ("minutes", "nights", "holidays")] == [480, 1, 1]


def test_who_stood_more_before_stands_less_now() -> None:
    watchers = [*staff(9, 8), Watcher("老兵", frozenset({"keeper"}), carried=Tally(60 * 60, 3, 3))]
    found = solve(month(14), watchers, Rules(24, 3, 2))
    new = {code: sums[0].minutes for code, sums in found.tallies.items()}
    assert new["老兵"] < min(new[f"值{n}"] for n in range(8))


def test_the_same_question_gets_the_same_answer() -> None:
    watchers = [*staff(4, 7), Watcher("都行", frozenset({"leader", "keeper"}), away=frozenset(days(3)))]
    once, again = (solve(month(10), watchers, Rules(24, 3, 2), effort=0.1) for _ in range(2))
    assert once == again and once.gaps


def test_what_lacks_people_says_who_is_kept_away_by_what() -> None:
    watchers = [Watcher("甲", frozenset({"keeper"}), away=frozenset(days(1))), Watcher("乙", frozenset({"keeper"}), no_nights=True)]
    watches = watches_of("值班室", days(1), 1, 24, time(8), {"keeper": 1, "leader": 1})
    found = solve(watches, watchers, Rules())
    assert [told_gap(gap, Rules(), {"leader": "带班领导", "keeper": "值班员"}) for gap in found.gaps] == ["缺值班员1人：能当值班员的共2人，1人请假外出，1人不排夜班", "缺带班领导1人：名单里没有能当带班领导的人"]
    assert told_remedy(found).startswith("放宽哪一条规矩都补不上")


def test_the_rule_that_stands_in_the_way_is_named() -> None:
    watches = watches_of("值班室", days(4), 1, 10, time(8), {"keeper": 1})
    found = solve(watches, staff(0, 1), Rules(8, 2, None))
    assert found.lacking == 2 and found.relaxed == {"week": 0}
    assert "不限七天内的班数，缺的从2人次减到0人次" in told_remedy(found)


def test_duties_that_stand_already_are_kept_and_rested_from() -> None:
    watches = watches_of("值班室", days(2), 1, 24, time(8), {"keeper": 1})
    kept = [Duty("值0", "keeper", watches[0])]
    found = solve(watches, staff(0, 2), Rules(24, 3, 2), kept)
    assert [(duty.watcher, duty.watch.id.day) for duty in found.duties] == [("值1", FIRST + DAY)]


def test_a_night_is_three_hours_between_ten_and_six() -> None:
    def on(first: int, last: int) -> bool:
        return is_night(datetime(2026, 12, 1) + timedelta(hours=first), datetime(2026, 12, 1) + timedelta(hours=last))

    assert [on(16, 24), on(16, 25), on(0, 8), on(4, 12), on(8, 32), on(8, 20)] == [False, True, True, False, True, False]


def stood(watches: int) -> Tally:
    return Tally(watches * 480, watches // 3, watches // 3)


def counts(found: Roster) -> dict[str, int]:
    return {code: new.minutes // 480 for code, (new, _) in found.tallies.items()}


def test_what_is_made_up_at_once_is_bounded_and_the_rest_comes_with_the_next_roster() -> None:
    """Seven of eight stood 30 watches of the last months; one came back from half a year elsewhere with none."""
    watches = [replace(one, needs={"keeper": 1}) for one in month(30)]
    people = [Watcher(f"值{n}", frozenset({"keeper"}), carried=stood(0 if n == 0 else 30)) for n in range(8)]
    rules = Rules(rest_hours=16, week_shifts=5, nights_row=3)
    loose, bound = solve(watches, people, rules), solve(watches, bounded(people, watches, 2), rules)
    others = [counts(bound)[f"值{n}"] for n in range(1, 8)]
    assert counts(loose)["值0"] > max(others) + 5  # without a bound all of it falls on one month
    assert max(others) < counts(bound)["值0"] <= max(others) + 3 and not bound.gaps
    after = [replace(one, carried=one.carried.plus(duty.watch for duty in bound.duties if duty.watcher == one.code)) for one in people]
    assert 0 < min(one.carried.minutes for one in after) < 30 * 480  # what is left is still known


def test_who_stood_much_more_is_let_off_by_no_more_than_the_bound() -> None:
    watches = [replace(one, needs={"keeper": 1}) for one in month(30)]
    people = [Watcher(f"值{n}", frozenset({"keeper"}), carried=stood(40 if n == 0 else 10)) for n in range(8)]
    found = counts(solve(watches, bounded(people, watches, 2), Rules(rest_hours=16, week_shifts=5, nights_row=3)))
    others = [found[f"值{n}"] for n in range(1, 8)]
    assert min(others) - 3 <= found["值0"] < min(others)


def test_without_a_bound_nothing_is_changed_and_newcomers_carry_the_mean() -> None:
    people = [Watcher(f"值{n}", frozenset({"keeper"}), carried=stood(n)) for n in range(3)]
    assert bounded(people, month(3), None) == people and bounded(people, [], 2) == people
    assert [one.carried for one in usual(people, {"值0"})][0] == Tally((480 + 960) // 2, 0, 0)
