"""Import from the command line: files in, a draft or a list of errors out; all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal import clock
from portal.accounts.rules import Actor
from portal.database import db, transaction
from portal.disclosure import assembling, queries, rules
from portal.disclosure.acts import check_not_published
from portal.disclosure.assembling import Inputs, Understood
from portal.disclosure.choosing import put_choices
from portal.disclosure.models import DraftState
from portal.disclosure.preparing import Upload, put_files, start_draft
from portal.disclosure.queries import ANSWER, Choices
from portal.errors import Conflict, Forbidden, Invalid
from portal.kinds import KINDS
from portal.kinds.base import Assembly, Figure, Finding, Kind, Level, Type
from portal.money import quantity, yuan
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import Held, Role
from portal.places.rules import Level as PlaceLevel
from portal.text import N_, Message, translator


@dataclass(frozen=True)
class Imported:
    """What an import came to: the draft's id, or None with the reasons among the findings."""

    draft: int | None
    kind: Kind
    understood: Understood


def acting_for_bookkeeper(place: PlaceView, at: datetime) -> Actor:
    """The holder of the village's bookkeeper office, or of its township's agency: who imports acts for them."""
    on = clock.today(at)
    for view in reversed(places.ancestors(place.id)):
        for holder in places.holders(view.id, on):
            if holder.role in (Role.BOOKKEEPER, Role.AGENCY_BOOKKEEPER):
                held = Held(holder.office_id, holder.role, view.id, PlaceLevel(view.level))
                return Actor(holder.person_id, holder.name, (held,))
    raise Forbidden(N_("Nobody keeps the books of %(place)s: appoint a bookkeeper first."), place=place.name)


def import_files(
    place: PlaceView,
    kind: str,
    period: str | None,
    files: Sequence[Upload],
    choices: Mapping[str, str],
    actor: Actor,
    at: datetime,
    about: str = "",
) -> Imported:
    """Read files for a village's period and keep them as a draft if they are acceptable; else nothing is stored.

    Without a period the month that the files speak of is taken. `choices` answer questions by their keys; `about` as in
    `start_draft`.
    """
    if kind not in KINDS:
        raise Invalid(N_("There is no kind %(kind)s."), kind=kind)
    uploads = [(rules.clean_name(name), body) for name, body in files]
    inputs, understood = _understood(place, KINDS[kind], period, uploads, choices, at, about)
    if not understood.assembly.acceptable:
        return Imported(None, KINDS[kind], _with_questions(understood))
    try:
        with transaction():
            draft_id = _keep(place, inputs, understood, actor, at, about)
    except (Invalid, Conflict) as error:
        return Imported(None, KINDS[kind], _refused(understood, error.message))
    return Imported(draft_id, KINDS[kind], understood)


def _understood(
    place: PlaceView,
    kind: Kind,
    period: str | None,
    uploads: Sequence[Upload],
    answers: Mapping[str, str],
    at: datetime,
    about: str,
) -> tuple[Inputs, Understood]:
    with transaction(write=False):
        remembered, mappings = queries.remembered(place.id, kind.name)
        inputs = Inputs(
            kind=kind,
            context=assembling.context_of(place, kind, period, answers, at, about),
            files=[(index, name, body) for index, (name, body) in enumerate(uploads)],
            choices=Choices(answers, {}, mappings, False),
            remembered=remembered,
        )
    understood = assembling.understand(inputs)
    found = (understood.assembly.content or {}).get("period")
    if period is None and found:
        return _understood(place, kind, found, uploads, answers, at, about)
    return inputs, understood


def _keep(place: PlaceView, inputs: Inputs, understood: Understood, actor: Actor, at: datetime, about: str) -> int:
    period = inputs.context.period
    if period is None:
        raise Invalid(N_("The files do not say which month they are of. Name it: --period 2026-03."))
    check_not_published(place, inputs.kind, period)
    draft_id = start_draft(actor, place, inputs.kind.name, period, at, about)
    if queries.files(draft_id):
        raise Conflict(N_("There is already a draft with files for this month. Finish or discard it first."))
    put_files(draft_id, [(name, body) for _id, name, body in inputs.files], at)
    put_choices(
        actor, draft_id, [(ANSWER, None, key, value, None) for key, value in inputs.context.choices.items()], at
    )
    if db.session.get(DraftState, draft_id) is None:
        db.session.add(assembling.empty_state(draft_id, at))
        db.session.flush()
    state = db.session.get(DraftState, draft_id)
    assembling.store(draft_id, replace(inputs, revision=state.revision if state else 0), understood, at)
    return draft_id


def _refused(understood: Understood, message: Message) -> Understood:
    findings = [*understood.assembly.findings, Finding(Level.ERROR, "draft", message)]
    return replace(understood, assembly=replace(understood.assembly, findings=findings))


def _with_questions(understood: Understood) -> Understood:
    """Open questions as errors: the command line cannot ask, a sheet's name or the desk can say it."""
    for question in understood.assembly.questions:
        message = Message(
            N_("%(question)s Say it in the name of the sheet, or send the file at the desk and answer there."),
            {"question": question.message},
        )
        understood = _refused(understood, message)
    return understood


def as_json(imported: Imported, language: str = "zh") -> dict[str, Any]:
    """What `portal import --json` prints; amounts are yuan as text, messages in the reader's language."""
    assembly = imported.understood.assembly
    content = assembly.content or {}
    figures = _figures(imported.kind, assembly)
    lines: dict[str, Any] = {"draft": imported.draft, "rows": len(content.get("lines", ()))}
    lines |= {name: yuan(figures[name]) if name in figures else None for name in _AMOUNTS}
    return {
        **lines,
        "figures": {
            figure.name: _written(figure, figures[figure.name])
            for figure in imported.kind.headline
            if figure.name in figures
        },
        "books": [_book(book) for book in content.get("books", ())],
        "errors": [_finding(finding, language) for finding in assembly.findings if finding.level is Level.ERROR],
        "warnings": [_finding(finding, language) for finding in assembly.findings if finding.level is Level.WARNING],
    }


_AMOUNTS = ("opening", "income", "expense", "closing")


def _figures(kind: Kind, assembly: Assembly) -> dict[str, int]:
    return kind.figures(assembly.content) if assembly.content is not None else {}


def _written(figure: Figure, value: int) -> str:
    return {Type.MONEY: yuan, Type.QUANTITY: quantity}.get(figure.type, str)(value)


def _book(book: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "book": book["book"],
        "owner": book["owner"],
        "rows": book["lines"],
        **{name: yuan(book[name]) for name in _AMOUNTS},
    }


def _finding(finding: Finding, language: str) -> dict[str, Any]:
    place = {name: getattr(finding, name) for name in ("file", "sheet", "cell", "column", "value")}
    return {**place, "message": finding.message.render(translator(language))}
