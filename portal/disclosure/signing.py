"""The signers' and the township's verbs: sign, reserve, refuse, send back, order; and the publication that follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.disclosure import assembling, overtaking, queries, rules
from portal.disclosure.acts import check_later, check_not_published, check_openings, check_single, finish, record
from portal.disclosure.correcting import later_entries
from portal.disclosure.models import DraftState, Signature
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import Act, Decision, State
from portal.errors import Conflict, Forbidden, Invalid
from portal.evidence import services as evidence
from portal.gazette import services as gazette
from portal.kinds.names import sealed_columns
from portal.places import queries as places
from portal.places.queries import Holder
from portal.places.rules import Role
from portal.text import N_, Message

MAKER = Role.BOOKKEEPER


def required_offices(view: DraftView, at: datetime) -> list[str]:
    """The roles whose decision publication waits for: the county's setting `sign_offices`."""
    return list(places.setting("sign_offices", view.place.id, clock.today(at)))


def missing_offices(view: DraftView, at: datetime) -> list[str]:
    """The required offices that have not decided yet."""
    return rules.missing(required_offices(view, at), view.standing)


def sign(
    actor: Actor,
    draft_id: int,
    decision: str,
    reason: str,
    seen: str,
    at: datetime,
    answers: Mapping[str, str] | None = None,
) -> int | None:
    """Sign, sign with reservation or refuse what the page showed (`seen`, its digest); the number if that publishes.

    `answers` are those of the review sheet. Conflict if the draft has changed since; Forbidden for its drafter.
    """
    if decision not in rules.SIGNERS_DECISIONS:
        raise Invalid(N_("Choose one: sign, sign with reservation, or refuse."), field="decision")
    with transaction():
        view = _waiting(draft_id)
        role, office = _signing_office(actor, view, at)
        rules.check_signer(actor.person_id, actor.session, view.happenings, view.standing, role)
        rules.check_seen(seen, view.digest)
        overtaking.check(view)
        db.session.add(
            Signature(
                draft_id=draft_id,
                office_id=office,
                role=role,
                person_id=actor.person_id,
                decision=decision,
                reason=_reason(view, decision, reason),
                content_digest=seen,
                session=actor.session,
                answers=json.dumps(dict(answers), ensure_ascii=False).encode() if answers else None,
                at=at,
            )
        )
        db.session.flush()
        number = _publish_if_decided(actor, draft_id, at)
    overtaking.read_overtaken(view, number, at)
    return number


def enter_paper(
    actor: Actor, draft_id: int, code: str, role: str, person_id: int, decision: str, reason: str, at: datetime
) -> int | None:
    """The township enters a review sheet that `person_id`, holder of `role`, signed on paper under the sheet's code."""
    if decision not in rules.SIGNERS_DECISIONS:
        raise Invalid(N_("Choose one: sign, sign with reservation, or refuse."), field="decision")
    with transaction():
        view = _waiting(draft_id)
        actor.must(Permission.DRAFTS_ENTER, places.line(view.place.id))
        assert view.digest is not None
        if not rules.is_sheet_code(code, draft_id, view.digest):
            raise Invalid(
                N_("This is not the code of the sheet as it is now. Was the draft changed after printing?"),
                field="code",
            )
        holder = _holder(view, role, person_id, at)
        rules.check_signer(person_id, None, view.happenings, view.standing, role)
        _check_not_maker(actor, view)
        overtaking.check(view)
        db.session.add(
            Signature(
                draft_id=draft_id,
                office_id=holder.office_id,
                role=role,
                person_id=person_id,
                decision=decision,
                reason=_reason(view, decision, reason),
                content_digest=view.digest,
                session=actor.session,
                entered_by=actor.person_id,
                at=at,
            )
        )
        db.session.flush()
        number = _publish_if_decided(actor, draft_id, at)
    overtaking.read_overtaken(view, number, at)
    return number


def send_back(actor: Actor, draft_id: int, reason: str, seen: str, at: datetime) -> None:
    """A signer gives the draft back to be mended, with a reason; after three times only a decision is left."""
    with transaction():
        view = _waiting(draft_id)
        role, _office = _signing_office(actor, view, at)
        rules.check_signer(actor.person_id, actor.session, view.happenings, view.standing, role)
        rules.check_seen(seen, view.digest)
        rules.check_sending_back(view.happenings)
        record(actor, draft_id, Act.SENT_BACK, at, reason=rules.check_reason("sent_back", reason))


def order_publication(actor: Actor, draft_id: int, seen: str, at: datetime, reason: str = "") -> int:
    """The township has a draft published whose signers were silent; the number. Their silence is printed."""
    with transaction():
        view = _waiting(draft_id)
        actor.must(Permission.DRAFTS_ORDER, places.line(view.place.id))
        _check_not_maker(actor, view)
        rules.check_seen(seen, view.digest)
        last_day = waits_until(view, at)
        if last_day is None or clock.today(at) <= last_day:
            raise Conflict(
                N_("The signers have time until %(day)s. After that you may order publication."), day=last_day
            )
        record(actor, draft_id, Act.ORDERED, at, reason=_reason(view, Decision.ORDERED, reason))
        number = _publish(actor, draft_id, at)
    overtaking.read_overtaken(view, number, at)
    return number


def _reason(view: DraftView, decision: str, reason: str) -> str | None:
    """What is printed beside a decision, None for nothing; Invalid as it stands in `rules`."""
    content = queries.reading(view.id).content or {}
    return rules.check_names_nobody(view.kind, rules.check_reason(decision, reason), content) or None


def waits_until(view: DraftView, at: datetime) -> Any:
    """The last day (date) on which the signers are waited for; None while the draft is not with them."""
    if view.handed_over_at is None:
        return None
    settings = places.settings_in_force(view.place.id, clock.today(at))
    free, worked = settings["holidays"], settings["worked_days"]
    return rules.silence_ends(view.handed_over_at, settings["silence_days"], free, worked)


@dataclass(frozen=True)
class Awaited:
    """A draft that waits for signatures: for which offices, and the last day on which they are waited for."""

    view: DraftView
    missing: Sequence[str]
    until: date | None
    is_overdue: bool


def awaited(views: Sequence[DraftView], at: datetime) -> list[Awaited]:
    """What many waiting drafts wait for, in their order; two queries, whatever their number."""
    if not views:
        return []
    today, county = clock.today(at), places.county().id
    settings = places.dated_settings(("sign_offices", "silence_days", "holidays", "worked_days"))
    found = []
    for view in views:
        line = (county, view.place.parent_id or county, view.place.id)
        required, days, free, worked = (
            settings.value(key, line, today) for key in ("sign_offices", "silence_days", "holidays", "worked_days")
        )
        since = view.handed_over_at
        until = None if since is None else rules.silence_ends(since, days, free, worked)
        missing = rules.missing(required, view.standing)
        found.append(Awaited(view, missing, until, until is not None and today > until))
    return found


def _waiting(draft_id: int) -> DraftView:
    view = queries.draft(draft_id)
    if view.state is not State.WAITING:
        raise Conflict(
            N_("This draft is not waiting for signatures now: %(state)s."),
            state=Message(rules.STATE_LABELS[view.state]),
        )
    return view


def _signing_office(actor: Actor, view: DraftView, at: datetime) -> tuple[str, int]:
    """Role and id of the required office that the actor holds in this village."""
    required = required_offices(view, at)
    for held in actor.offices:
        if held.place_id == view.place.id and held.role in required:
            return held.role, held.office_id
    raise Forbidden(N_("Only the offices that have to sign for this village can do this."))


def _holder(view: DraftView, role: str, person_id: int, at: datetime) -> Holder:
    if role in required_offices(view, at):
        for holder in places.holders(view.place.id, clock.today(at)):
            if holder.role == role and holder.person_id == person_id:
                return holder
    raise Invalid(N_("This person does not hold an office that signs here."), field="person")


def _check_not_maker(actor: Actor, view: DraftView) -> None:
    if actor.person_id in rules.makers(view.happenings):
        raise Forbidden(N_("You prepared this draft. Somebody else has to do this."))


def _publish_if_decided(actor: Actor, draft_id: int, at: datetime) -> int | None:
    view = queries.draft(draft_id)
    return None if missing_offices(view, at) else _publish(actor, draft_id, at)


def _publish(actor: Actor, draft_id: int, at: datetime) -> int:
    """Put the draft into the gazette, inside the running transaction; everything is looked at once more."""
    view = queries.draft(draft_id)
    check_not_published(view.place, view.kind, view.period, view.supersedes)
    check_openings(view)
    content, internal = _sealed_content(view)
    check_single(view, content)
    check_later(view, content)
    signoffs = _signoffs(view, at)
    entry = gazette.Entry(
        kind=view.kind.name,
        place=view.place.code,
        place_id=view.place.id,
        period=view.period,
        subject=view.kind.subject_of(content),
        content=content,
        signoffs=signoffs,
        supersedes=view.supersedes,
        internal=internal,
    )
    number, *_later = gazette.publish([entry, *later_entries(view, content, signoffs, at)], at)
    evidence.follow(view.id, number, {line["key"] for line in content.get("lines", ())})
    record(actor, draft_id, Act.PUBLISHED, at, digest=view.digest, number=number)
    finish(draft_id, at)
    overtaking.give_back(actor, view, at)
    return number


def _sealed_content(view: DraftView) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The content, if it is what was signed (its digest is computed anew, not taken from the row beside it), and the
    internal values of its lines."""
    state = db.session.get(DraftState, view.id, populate_existing=True)
    content = json.loads(state.content) if state else None
    if content is None or assembling.digest_of(content) != view.digest:
        raise Conflict(N_("The draft is not what was signed. Have the files read again and hand it over anew."))
    return dict(content), json.loads(state.internal) if state and state.internal else []


def _signoffs(view: DraftView, at: datetime) -> list[dict[str, Any]]:
    """What is printed: the maker, every office's decision or silence, and who ordered publication."""
    made = [happening for happening in view.happenings if happening.act is Act.HANDED_OVER][-1]
    lines = [_signoff(view, MAKER, places.person_name(made.person_id), Decision.MADE, made.at)]
    holders = {holder.role: holder.name for holder in places.holders(view.place.id, clock.today(at))}
    for role in required_offices(view, at):
        signed = view.standing.get(role)
        if signed is None:
            lines.append(_signoff(view, role, holders.get(Role(role)), Decision.SILENT, at))
        else:
            lines.append(_signoff(view, role, signed.name, signed.decision, signed.at, signed.reason, signed.on_paper))
    return lines + _orders(view)


def _orders(view: DraftView) -> list[dict[str, Any]]:
    last = view.happenings[-1]
    if last.act is not Act.ORDERED:
        return []
    name = places.person_name(last.person_id)
    return [_signoff(view, Role.TOWNSHIP, name, Decision.ORDERED, last.at, last.reason)]


def _signoff(
    view: DraftView,
    role: str,
    name: str | None,
    decision: Decision,
    at: datetime,
    reason: str | None = None,
    on_paper: bool = False,
) -> dict[str, Any]:
    line = {
        "office": str(role),
        "person": name,
        "decision": decision.value,
        "reason": reason,
        "at": at.isoformat(),
        # of a list whose names are sealed apart it would let anybody try names until it fits
        "digest": None if sealed_columns(view.kind) else view.digest,
        "on_paper": on_paper or None,
    }
    return {key: value for key, value in line.items() if value is not None}
