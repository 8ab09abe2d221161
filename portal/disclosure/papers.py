"""The papers behind the lines of a draft or of a published item, gathered for their pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal.accounts.rules import Actor, Permission
from portal.disclosure import acts, queries
from portal.disclosure.queries import DraftView
from portal.errors import NotFound
from portal.evidence import queries as evidence
from portal.evidence.queries import Linked
from portal.evidence.rules import Bearer
from portal.gazette import followed
from portal.gazette import queries as gazette
from portal.kinds import KINDS
from portal.kinds.base import Kind
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_

LINES_A_PAGE = 100


@dataclass(frozen=True)
class Subject:
    """A draft or an item with its lines, as far as papers concern it; `may_add` says whether this reader adds some."""

    bearer: Bearer
    place: PlaceView
    kind: Kind
    period: str | None
    lines: Sequence[Mapping[str, Any]]
    may_add: bool
    is_published: bool

    @property
    def address(self) -> dict[str, Any]:
        """The arguments of its addresses."""
        if self.bearer.number is None:
            return {"draft_id": self.bearer.draft_id or 0}
        return {"number": self.bearer.number}

    @property
    def vouchers(self) -> dict[str, str]:
        """The voucher of each line, by the line's key."""
        return {line["key"]: str(line["voucher"]) for line in self.lines if line.get("voucher")}

    def position(self, key: str) -> int | None:
        """The 1-based number of the line with this key, None if there is none."""
        return next((n for n, line in enumerate(self.lines, 1) if line["key"] == key), None)

    def line(self, n: int) -> Mapping[str, Any]:
        """Line `n` (1-based); NotFound."""
        if not 1 <= n <= len(self.lines):
            raise NotFound(N_("There is no line %(n)s in this posting."), n=n)
        return self.lines[n - 1]


@dataclass(frozen=True)
class PaperDesk:
    """The list of lines with what is behind each; `rows` are one page of them: number, line, papers."""

    subject: Subject
    rows: Sequence[tuple[int, Mapping[str, Any], Sequence[Linked]]]
    page: int
    pages: int
    backed: int
    wanted: int
    first_without: int | None
    unassigned: Sequence[Linked]
    unreadable: Sequence[tuple[int, Linked]]
    """Papers that could not be prepared, and the numbers of their lines."""
    preparing: int
    total: int


def of_draft(actor: Actor, draft_id: int) -> Subject:
    """A draft as a bearer of papers; Forbidden, NotFound."""
    view = acts.visible(actor, draft_id)
    lines = (queries.reading(draft_id).content or {}).get("lines", ())
    may_add = view.state.is_open and actor.may(Permission.DRAFTS_PREPARE, places.line(view.place.id))
    bearer = Bearer(view.place.id, draft_id=view.id)
    return Subject(bearer, view.place, view.kind, view.period, lines, may_add, False)


def of_item(actor: Actor, number: int) -> Subject:
    """A published item as a bearer of papers; Forbidden, NotFound if it is withheld or no posting."""
    item = gazette.item(number)
    line = places.line(item.place_id)
    actor.must(Permission.PAPERS_SEE, line)
    if item.withheld_by or item.kind not in KINDS:
        raise NotFound(N_("There is no item %(number)s."), number=number)
    may_add = item.superseded_by is None and actor.may(Permission.DRAFTS_PREPARE, line)
    place = places.place_by_id(item.place_id)
    lines = gazette.lines(number, item.kind)
    return Subject(followed.bearer(item), place, KINDS[item.kind], item.period, lines, may_add, True)


def desk_of(subject: Subject, page: int) -> PaperDesk:
    """Everything on the page of a draft's or item's papers."""
    found = evidence.by_key(subject.bearer)
    pages = max(1, -(-len(subject.lines) // LINES_A_PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * LINES_A_PAGE
    shown = enumerate(subject.lines[start : start + LINES_A_PAGE], start + 1)
    wanted = [n for n, line in enumerate(subject.lines, 1) if is_wanted(line)]
    without = [n for n in wanted if not is_backed(found.get(subject.lines[n - 1]["key"], ()))]
    return PaperDesk(
        subject=subject,
        rows=[(n, line, found.get(line["key"], ())) for n, line in shown],
        page=page,
        pages=pages,
        backed=len(wanted) - len(without),
        wanted=len(wanted),
        first_without=without[0] if without else None,
        unassigned=lost(subject, found),
        unreadable=[
            (n, linked)
            for n, line in enumerate(subject.lines, 1)
            for linked in found.get(line["key"], ())
            if linked.file.error
        ],
        preparing=evidence.being_prepared(subject.bearer),
        total=len({linked.file.id for papers in found.values() for linked in papers}),
    )


def backed(view: DraftView, lines: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many lines of a draft have papers, of how many that should."""
    found = evidence.by_key(Bearer(view.place.id, draft_id=view.id))
    wanted = [line for line in lines if is_wanted(line)]
    return sum(1 for line in wanted if is_backed(found.get(line["key"], ()))), len(wanted)


def lost(subject: Subject, found: Mapping[str, Sequence[Linked]]) -> list[Linked]:
    """Papers that belong to no line: nobody has said which, or the line was mended and has another key now."""
    keys = {line["key"] for line in subject.lines}
    return [
        replace(linked, name=linked.name or key)
        for key, papers in found.items()
        if key not in keys
        for linked in papers
    ]


def is_wanted(line: Mapping[str, Any]) -> bool:
    """Should papers lie behind this line? Behind all but transfers between the village's own books."""
    return not line.get("transfer")


def is_backed(papers: Sequence[Linked]) -> bool:
    """Is there a paper that can be read, or that still may turn out so?"""
    return any(not linked.file.error for linked in papers)


def next_without(subject: Subject, after: int) -> int | None:
    """The next line after `after` that has no paper yet, else the first such line before it; None if there is none."""
    found = evidence.by_key(subject.bearer)
    without = [
        n for n, line in enumerate(subject.lines, 1) if is_wanted(line) and not is_backed(found.get(line["key"], ()))
    ]
    in_order = [n for n in without if n > after] + [n for n in without if n < after]
    return in_order[0] if in_order else None
