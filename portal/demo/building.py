"""Builds the demo: places, people and accounts, then a history made through the same services as a real one.

The older half is taken over from older records (`portal backfill`), the newer half goes the whole way: workbook, draft,
signatures, publication. The newest month is left as people find it: some posted, some waiting, some late.
"""

import csv
import io
import json
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from portal import clock
from portal.accounts import passwords, setup
from portal.accounts import queries as accounts
from portal.accounts import services as account_services
from portal.accounts.rules import OPERATOR, Actor
from portal.clock import COUNTY_TIME, period_bounds, shift_period
from portal.config import Settings
from portal.demo import corrections, hung, lists, samples
from portal.demo.county import County, Township, Village, invent
from portal.demo.ledger import Month, history
from portal.disclosure import backfill, importing, queries, services
from portal.disclosure.rules import Decision
from portal.duties import boards
from portal.duties import services as duties
from portal.gazette import services as gazette
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.rules import Held, Role
from portal.places.rules import Level as PlaceLevel
from portal.recipients import queries as recipient_queries
from portal.recipients import rules as recipient_rules
from portal.recipients import services as recipients

PASSWORD = passwords.DEFAULT  # known to everyone: the demo listens on loopback only
ORIGIN = "demo.village-portal.example/log"
LOGINS = {
    "bookkeeper": "bookkeeper",
    "head": "head",
    "committee": "committee",
    "secretary": "secretary",
    "agency_bookkeeper": "agency",
    "township": "township",
    "county": "county",
    "inspector": "inspector",
    "administrator": "admin",
}
"""Role → login of the demo's people; village roles at the first village, township roles at the first township."""
SECOND_LOGINS = {"head": "head2", "committee": "committee2"}
"""Those who sign what the visiting bookkeeper has just handed over: of the second village."""

KEEPER_PHONE = "09905550100"
"""One person keeps the books of the first two villages, so that the trial finds one month waiting and one to begin."""

STUCK = 3
"""The village, by its place in the county, that has posted nothing for some months: its page leads to the letter."""
STUCK_MONTHS = 3
REMINDED_DAYS = 35

ASKED_FIRST = ("finance", "subsidy", "project", "decision")
ASKED_LATER = ("contract", "statement:claims", "statement:debts")
"""What the county asks for: money, lists and decisions from the beginning; by quarter since the villages began it."""

SLIP = "slip.txt"
"""The slip code that visitors may try, among the samples."""
PLANTED = [f"100{n:08d}" for n in (12_010_317, 20_231_509, 20_320_211, 30_121_804, 10_223_120)]
"""Telephones that the county keeps for check calls; they look like those of the demo's households."""

RESERVATIONS = (
    "{voucher}没有见到验收单",
    "{voucher}的人工天数与记工本不一致,请补说明",
    "{voucher}报销时没有两个人的证明",
)
REFUSALS = ("{voucher}的开支没有经过村民代表会议,不同意列支",)
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Label:
    """A planted anomaly: where a detector should find something, and what."""

    village: str
    period: str
    anomaly: str


def build(villages: int, months: int, until: str, seed: int, settings: Settings, progress: Progress) -> list[Label]:
    """Build the demo in the empty database of the running application; `until` is its newest month, ``2026-03``.

    The sample workbooks of the month that waits for its bookkeeper go into `samples_folder(settings.instance)`.
    """
    county = invent(villages, seed)
    first = shift_period(until, 1 - months)
    opened = period_bounds(first)[0]
    _settle(county, settings, opened)
    _ask_for(opened, until)
    gazette.open_log(ORIGIN, _at(opened + timedelta(days=10)))  # what was due before is nobody's fault
    ledgers = {village.code: list(history(village, first, months, seed)) for village in county.villages}
    older = months // 2
    _take_over([month for ledger in ledgers.values() for month in ledger[:older]], progress)
    trials = county.villages[0].code, county.villages[min(1, villages - 1)].code
    _write_samples(ledgers[trials[1]][-1], samples_folder(settings.instance))
    silent = {month for village in county.villages[STUCK : STUCK + 1] for month in _stuck(village, until)}
    plans = [_plan(month, until, trials, silent, seed) for ledger in ledgers.values() for month in ledger[older:]]
    others = [one for n, village in enumerate(county.villages) for one in lists.postings(village, n, until, seed)]
    everything: list[Plan | lists.Posting] = [*plans, *others]
    todo = sorted((one for one in everything if opened < one.handed <= clock.today()), key=lambda one: one.handed)
    for index, one in enumerate(todo):
        if isinstance(one, Plan):
            _post(one)
        else:
            _post_list(one)
        progress((index + 1) / len(todo))
    corrections.correct([village.code for village in county.villages[2:]], _officer, clock.now())
    _ask_households(county, settings)
    _remind(county)
    _hang_notices(county, settings)
    return [
        Label(m.village.code, m.period, name) for ledger in ledgers.values() for m in ledger for name in m.anomalies
    ]


def samples_folder(instance: Path) -> Path:
    """Where the sample workbooks lie."""
    return instance / "demo-samples"


def _write_samples(month: Month, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    to_try = lists.to_try(month.village, month.period)
    for name, (_what, kind) in samples.LISTS.items():
        (folder / name).write_bytes(to_try[kind].workbook())
    for name, (_what, make) in samples.SAMPLES.items():
        (folder / name).write_bytes(make(month))


def write_labels(labels: list[Label], path: Path) -> None:
    """The planted anomalies as JSON: a list of {village, period, anomaly}."""
    rows = [{"village": label.village, "period": label.period, "anomaly": label.anomaly} for label in labels]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def roster(county: County, opened: date) -> bytes:
    """The county as the csv of `portal places load`."""
    out = io.StringIO()
    columns = ("level", "code", "name", "parent", "population", "role", "person", "phone", "login", "begins")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerow({"level": "county", "code": county.code, "name": county.name, "begins": opened})
    for township in county.townships:
        writer.writerow(
            {"level": "township", "code": township.code, "name": township.name, "parent": county.code, "begins": opened}
        )
    for village in county.villages:
        writer.writerow(
            {"level": "village", "code": village.code, "name": village.name, "parent": village.township,
             "population": village.population, "begins": opened}
        )  # fmt: skip
    trial: list[County | Township | Village] = [county, county.townships[0], county.villages[0]]
    everywhere: list[County | Township | Village] = [county, *county.townships, *county.villages]
    for place in everywhere:
        for role, person in place.officers.items():
            if role == "administrator":
                continue  # the first one: `portal init` appoints him
            login = LOGINS[role] if place in trial else ""
            if place in county.villages[1:2]:
                login = SECOND_LOGINS.get(role, "")
            phone = KEEPER_PHONE if role == "bookkeeper" and place in county.villages[:2] else ""
            writer.writerow(
                {"code": place.code, "role": role, "person": person, "phone": phone, "login": login, "begins": opened}
            )
    return out.getvalue().encode()


def _settle(county: County, settings: Settings, opened: date) -> None:
    """Places, people, offices, accounts, and the settings that have no default, in the order of a real county: the
    first administrator confirms the terms that need a second person."""
    at = _at(opened)
    first = county.officers["administrator"], LOGINS["administrator"]
    setup.init_county(settings, county.code, county.name, ORIGIN, at, first)
    account_services.load_places(roster(county, opened), OPERATOR, at)
    administrator = _officer(places.county().id, Role.ADMINISTRATOR, PlaceLevel.COUNTY, at)
    place_services.confirm_terms([term.id for term in places.pending_terms()], administrator, at)
    for index, township in enumerate(county.townships):
        place = places.place(township.code)
        phone = f"0990-555{index:04d}"  # no such area code
        place_services.set_setting("township_phone", place.id, phone, opened, "demo", OPERATOR, at)
    place_services.set_setting("rate.arable", places.county().id, [lists.RATE], opened, "demo", OPERATOR, at)
    place_services.set_setting("planted_phones", places.county().id, PLANTED, opened, "demo", OPERATOR, at)
    for login in (*LOGINS.values(), *SECOND_LOGINS.values()):
        account = accounts.account_of_login(login)
        if account is not None:
            link = account_services.new_password_link(account.id, OPERATOR, at)
            account_services.set_password(link, PASSWORD, at, is_known=True)


def _ask_for(opened: date, until: str) -> None:
    """What villages have to post, and from when."""
    county = places.county().id
    later = max(period_bounds(lists.quarters(until)[0])[1], opened) + timedelta(days=1)
    for since, asked in ((opened, ASKED_FIRST), (later, ASKED_FIRST + ASKED_LATER)):
        place_services.set_setting("duties", county, list(asked), since, "demo", OPERATOR, _at(opened))


def _stuck(village: Village, until: str) -> list[tuple[str, str]]:
    return [(village.code, shift_period(until, -back)) for back in range(STUCK_MONTHS)]


def _take_over(months: list[Month], progress: Progress) -> None:
    """The older months, as one csv, by the service behind `portal backfill`."""
    columns = (
        "village",
        "period",
        "date",
        "voucher",
        "summary",
        "account",
        "income",
        "expense",
        "payee",
        "handler",
        "book",
        "document",
        "opening",
    )
    first = {(month.village.code, book): month.opening[book] for month in reversed(months) for book in month.opening}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "older.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            for month in months:
                for entry in month.entries:
                    opening = first.pop((month.village.code, entry.book), None)
                    writer.writerow(
                        {"village": month.village.code, "period": month.period, "date": entry.day,
                         "voucher": entry.voucher, "summary": entry.summary, "account": entry.account,
                         "income": _yuan(entry.income), "expense": _yuan(entry.expense), "payee": entry.payee,
                         "handler": entry.handler, "book": entry.book, "document": entry.document,
                         "opening": "" if opening is None else f"{opening / 100:.2f}"}
                    )  # fmt: skip
        at = _at(period_bounds(months[-1].period)[1] + timedelta(days=20))
        backfill.backfill(path, "finance", OPERATOR, at, progress=progress)


@dataclass(frozen=True)
class Plan:
    """When a month is handed over (`date.max`: not yet), and whether it is signed then; `draw` decides the rest."""

    month: Month
    handed: date
    is_signed: bool
    draw: random.Random


def _plan(month: Month, until: str, trials: tuple[str, str], silent: Collection[tuple[str, str]], seed: int) -> Plan:
    """In time or late; of the newest month some wait for signatures and some were never begun, as people find it.

    `trials` are the villages whose newest month visitors find waiting, and not begun; `silent` village and month of
    what is never posted.
    """
    draw = random.Random(f"post {month.village.code} {month.period} {seed}")
    _, last = period_bounds(month.period)
    is_late, is_silent, is_signed = draw.random() < 0.12, draw.random() < 0.15, draw.random() < 0.8
    handed = last + timedelta(days=draw.randint(4, 8) + (draw.randint(3, 20) if is_late else 0))
    if (month.village.code, month.period) in silent:
        return Plan(month, date.max, False, draw)
    if month.period != until:
        return Plan(month, handed, True, draw)
    waits, empty = trials
    if month.village.code == waits:
        return Plan(month, min(handed, clock.today() - timedelta(days=1)), False, draw)
    return Plan(month, date.max if is_silent or month.village.code == empty else handed, is_signed, draw)


def _post(plan: Plan) -> None:
    """One month on its way: imported, handed over, signed."""
    draft = _hand_over(plan.month, _at(plan.handed))
    if plan.is_signed:
        _sign(plan, draft)


def _post_list(posting: lists.Posting) -> None:
    """A list on its way: imported, handed over, signed on the next two days by head and supervision committee."""
    at = _at(posting.handed)
    place = places.place(posting.village.code)
    keeper = importing.acting_for_bookkeeper(place, at)
    with clock.stopped(at):
        files = [("公开表.xlsx", posting.workbook())]
        imported = importing.import_files(
            place, posting.kind, posting.period, files, {}, keeper, at, about=posting.about
        )
        if imported.draft is None:
            raise RuntimeError(f"{posting.title} {posting.period}: {imported.understood.assembly.findings[:3]}")
        services.hand_over(keeper, imported.draft, at)
    for days, role in ((1, Role.HEAD), (2, Role.COMMITTEE)):
        day = posting.handed + timedelta(days=days)
        if day > clock.today():
            return
        signer, at = _officer(place.id, role, PlaceLevel.VILLAGE, _at(day)), _at(day)
        with clock.stopped(at):
            digest = queries.draft(imported.draft).digest
            services.sign(signer, imported.draft, Decision.SIGNED, "", digest or "", at)


def _ask_households(county: County, settings: Settings) -> None:
    """Slips of the first village; some households have answered, one says that nothing came. Last month's calls are
    made and published, this month's are drawn. One code is written down for visitors to try."""
    township, village = places.place(county.townships[0].code), places.place(county.villages[0].code)
    at = clock.now()
    officer = _officer(township.id, Role.TOWNSHIP, PlaceLevel.TOWNSHIP, at)
    made = recipients.make_slips(officer, village, "", at)
    (samples_folder(settings.instance) / SLIP).write_text(recipient_rules.written(made[0].code), encoding="utf-8")
    for n, one in enumerate(made[1:8]):
        granted = one.household.granted[0]
        said = recipient_rules.Answer.NOT_RECEIVED if n == 2 else recipient_rules.Answer.RECEIVED
        recipient_id = recipients.open_slip(one.code, at)
        recipients.answer(recipient_id, granted.number, granted.key, said, at)
    month_ago = _at(period_bounds(shift_period(clock.period_of(clock.today()), -1))[1])
    if recipients.draw(officer, township, month_ago):
        _call(officer, township.id, at)
    recipients.draw(officer, township, at)


def _call(officer: Actor, township_id: int, at: datetime) -> None:
    """Make all calls of the rounds that were drawn, and publish what they came to; in each one household says no."""
    for one in recipient_queries.rounds([township_id]):
        for call in recipient_queries.calls(one.id):
            got = "no" if call.position == 2 else "yes"
            recipients.answered(officer, call.id, {"known": "yes", "got": got, "sum": "yes", "kept": "no"}, at)
        recipients.publish(officer, one.id, at)


def _remind(county: County) -> None:
    """The reminders of the last weeks, as the worker would have written them, and the township's letter to the village
    that is silent longest."""
    now = clock.now()
    for days in range(REMINDED_DAYS, 0, -1):
        duties.remind(now - timedelta(days=days))
    for village in county.villages[STUCK : STUCK + 1]:
        place, at = places.place(village.code), now - timedelta(days=3)
        officer = _officer(places.place(village.township).id, Role.TOWNSHIP, PlaceLevel.TOWNSHIP, at)
        owed = [duty for one in boards.unposted([place], places.county().id, clock.today(at)) for duty in one.duties]
        if owed:
            duties.note_letter(officer, place, owed, at)


def _hang_notices(county: County, settings: Settings) -> None:
    """Photos of some notices on the boards of the first township's villages."""
    township = places.place(county.townships[0].code)
    officer = _officer(township.id, Role.TOWNSHIP, PlaceLevel.TOWNSHIP, clock.now())
    hung.hang(places.villages_under(township.id), importing.acting_for_bookkeeper, officer, settings)


def _hand_over(month: Month, at: datetime) -> int:
    place = places.place(month.village.code)
    keeper = importing.acting_for_bookkeeper(place, at)
    with clock.stopped(at):
        files = [("账簿.xlsx", samples.plain(month))]
        imported = importing.import_files(place, "finance", month.period, files, {}, keeper, at)
        if imported.draft is None:
            raise RuntimeError(f"{month.village.name} {month.period}: {imported.understood.assembly.findings[:3]}")
        services.hand_over(keeper, imported.draft, at)
    return imported.draft


def _sign(plan: Plan, draft: int) -> None:
    """Head and supervision committee sign on the next two days, as far as they have come; a few with a reservation, a
    few refuse."""
    month, draw = plan.month, plan.draw
    place = places.place(month.village.code)
    voucher = draw.choice([entry.voucher for entry in month.entries if entry.expense] or ["现-001"])
    committee = Decision.SIGNED, ""
    if month.anomalies or draw.random() < 0.08:
        committee = Decision.RESERVED, draw.choice(RESERVATIONS).format(voucher=voucher)
    if draw.random() < 0.02:
        committee = Decision.REFUSED, draw.choice(REFUSALS).format(voucher=voucher)
    for days, role, (decision, reason) in ((1, Role.HEAD, (Decision.SIGNED, "")), (2, Role.COMMITTEE, committee)):
        day = plan.handed + timedelta(days=days)
        if day > clock.today():
            return
        at = _at(day)
        actor = _officer(place.id, role, PlaceLevel.VILLAGE, at)
        digest = queries.draft(draft).digest
        with clock.stopped(at):
            services.sign(actor, draft, decision, reason, digest or "", at)


def _officer(place_id: int, role: Role, level: PlaceLevel, at: datetime) -> Actor:
    holder = next(holder for holder in places.holders(place_id, clock.today(at)) if holder.role == role)
    held = Held(holder.office_id, holder.role, place_id, level)
    return Actor(holder.person_id, holder.name, (held,))


def _at(day: date) -> datetime:
    """Ten in the morning, county time."""
    return datetime.combine(day, time(10), COUNTY_TIME).astimezone(UTC)


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}" if fen else ""
