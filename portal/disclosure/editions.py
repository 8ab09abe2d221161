"""Which edition of a draft a page showed, so that nobody undoes unseen what somebody else did meanwhile.

Every form of the bookkeeper's carries the edition of its page. Two people may mend different cells side by side; the
same cell, answer or column, or a draft that went to the signers meanwhile, is a Conflict with a sentence.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from portal.database import db
from portal.disclosure import queries
from portal.disclosure.models import DraftChoice, DraftState
from portal.disclosure.queries import MEND, DraftView
from portal.disclosure.rules import Act
from portal.errors import Conflict
from portal.kinds.privacy import without_digits
from portal.places import queries as places
from portal.text import N_

Choice = tuple[str, int | None, str, str, str | None]
"""What is chosen, file id, about what, the value, under which name it is remembered."""

CHANGED = N_("The draft has changed since you opened this page. Look at it again and decide about what it says now.")


@dataclass(frozen=True)
class Edition:
    """`revision` counts changes of files and choices, `choices` submits of choices, `handings` the handings over;
    `files` is a digest of the list of files."""

    revision: int
    choices: int
    handings: int
    files: str

    def __str__(self) -> str:
        return f"{self.revision}.{self.choices}.{self.handings}.{self.files}"


def edition(view: DraftView) -> Edition:
    """The draft's edition as it stands; a page asks before it reads what it shows, so that it never claims too much."""
    revision = db.session.scalar(select(DraftState.revision).where(DraftState.draft_id == view.id)) or 0
    choices = db.session.scalar(select(func.max(DraftChoice.act)).where(DraftChoice.draft_id == view.id)) or 0
    handings = sum(happening.act is Act.HANDED_OVER for happening in view.happenings)
    return Edition(revision, choices, handings, _digest((file.id, file.sha256) for file in queries.files(view.id)))


def _digest(files: Iterable[tuple[int, str]]) -> str:
    return sha256(str([*files]).encode()).hexdigest()[:12]


UNBEGUN = str(Edition(0, 0, 0, _digest(())))
"""What a page showed that knew of no draft."""


def check(seen: str | None, view: DraftView, as_a_whole: bool) -> None:
    """Conflict if the draft was handed over since `seen` (None: nobody looked), or changed at all if that matters."""
    if seen is None:
        return
    then, now = _read(seen), edition(view)
    if then.handings != now.handings:
        raise Conflict(
            N_(
                "The draft was handed over to be signed since you opened this page. Look at it again: whoever changes "
                "it now takes it back from the signers."
            )
        )
    if as_a_whole and then != now:
        raise Conflict(CHANGED)


def check_files(seen: str | None, view: DraftView) -> None:
    """Conflict if files came, went or were replaced: the cells that the page showed may be others now."""
    if seen is not None and _read(seen).files != edition(view).files:
        raise Conflict(
            N_("The files of this draft have changed since you opened this page. Look at it again, then mend it.")
        )


def check_names(seen: str | None, view: DraftView, names: Collection[str]) -> None:
    """Conflict if a file of one of these names, which is to be replaced, was sent or mended since."""
    if seen is None:
        return
    then, same = _read(seen), {file.id: file.name for file in queries.files(view.id) if file.name in names}
    if same and then.files == edition(view).files:
        newer = select(DraftChoice.file_id).where(DraftChoice.file_id.in_(same), DraftChoice.act > then.choices)
        same = {file_id: same[file_id] for file_id in db.session.scalars(newer) if file_id is not None}
    if same:
        text = N_("Somebody has sent or mended %(name)s since you opened this page. Look at it, then send yours again.")
        raise Conflict(text, name=next(iter(same.values())))


def check_choices(seen: str | None, view: DraftView, choices: Sequence[Choice]) -> None:
    """Conflict if somebody has chosen otherwise about the same since; the sentence tells what was not taken."""
    if seen is None:
        return
    then, now = _read(seen), edition(view)
    since = then.choices if then.files == now.files else 0  # choices go with their file, and free their numbers
    newer = select(DraftChoice).where(
        DraftChoice.draft_id == view.id, DraftChoice.undone_at.is_(None), DraftChoice.act > since
    )
    theirs = {(row.what, row.file_id, row.about): row for row in db.session.scalars(newer.order_by(DraftChoice.id))}
    mine = [one for one in choices if one[:3] in theirs and theirs[one[:3]].value.decode() != one[3]]
    if not mine:
        return
    name = places.person_name(theirs[mine[0][:3]].person_id)
    if mine[0][0] == MEND:
        text = N_(
            "%(name)s has mended the same since you opened this page, so yours was not taken: %(cells)s. Look at what "
            "it says now."
        )
        raise Conflict(text, name=name, cells=", ".join(_shown(one) for one in mine))
    raise Conflict(
        N_("%(name)s has decided the same since you opened this page. Look at what was chosen, then decide again."),
        name=name,
    )


def _shown(choice: Choice) -> str:
    return f"{choice[2].rpartition('!')[2]} “{without_digits(choice[3])}”"


def _read(text: str) -> Edition:
    """The edition that a form carries; one that nobody gave out is of a page long gone."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts[:3]):
        raise Conflict(CHANGED)
    revision, choices, handings = map(int, parts[:3])
    return Edition(revision, choices, handings, parts[3])
