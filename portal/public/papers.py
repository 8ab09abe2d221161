"""What villagers see of the papers behind a line: how many and what they are, small pictures, the files themselves."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from portal.errors import NotFound
from portal.evidence import installation
from portal.evidence import queries as evidence
from portal.evidence.queries import Linked
from portal.evidence.rules import LABELS, Bearer, Document
from portal.gazette import followed
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.public import memo
from portal.text import N_, Message

Counts = Mapping[str, Counter[tuple[Document, bool]]]
ONE, SEVERAL = N_("%(n)s %(what)s"), N_("%(n)s × %(what)s")
SEALED = N_("%(papers)s (sealed)")


@dataclass(frozen=True)
class LinePapers:
    """The papers of one line: those to be seen, those that only supervisors see, those that were taken away."""

    shown: list[Linked]
    sealed: list[Linked]
    gone: list[Linked]

    def __bool__(self) -> bool:
        return bool(self.shown or self.sealed or self.gone)


def bearer(item: ItemView) -> Bearer:
    """An item with those that it corrects; where their lines stand is found once for a page generation."""
    return memo.kept(("papers of item", item.number), lambda: followed.bearer(item))


def counts(item: ItemView) -> Counts:
    """How many papers each line of an item has, by its key."""
    return evidence.counts(bearer(item))


def told(papers: Counter[tuple[Document, bool]]) -> list[Message]:
    """What lies behind a line in words: 1 invoice, 2 × wage sheet (sealed); white slips are told apart."""
    found = []
    for (document, is_sealed), n in papers.items():
        if document is Document.SLIP:
            continue
        text = Message(ONE if n == 1 else SEVERAL, {"n": n, "what": Message(LABELS[document])})
        found.append(Message(SEALED, {"papers": text}) if is_sealed else text)
    return found


def slips(papers: Counter[tuple[Document, bool]]) -> int:
    """How many white slips are among them: the village paid without an invoice."""
    return sum(n for (document, _sealed), n in papers.items() if document is Document.SLIP)


def of_line(item: ItemView, key: str) -> LinePapers:
    """The papers of one line."""
    found = evidence.papers(bearer(item), key, also_removed=True)
    there = [linked for linked in found if not linked.removed_at]
    return LinePapers(
        shown=[linked for linked in there if not linked.file.is_sealed and linked.file.copy_digest],
        sealed=[linked for linked in there if linked.file.is_sealed],
        gone=[linked for linked in found if linked.removed_at and linked.reason],
    )


def public_copy(digest: str, kind: str) -> bytes:
    """The file that a published line shows under this address; NotFound for anything else, whatever the store has."""
    items = gazette.items(evidence.published_under(digest, kind)).values()
    if not any(item.withheld_by is None for item in items):
        raise NotFound(N_("This paper is not public, or not any more."))
    return installation.store().get(digest)
