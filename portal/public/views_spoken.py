"""The page with what is read out over the loudspeaker, to be printed or read from a telephone."""

from flask import render_template

from portal.gazette import queries as gazette
from portal.notices.voice import said
from portal.public import item_queries, spoken
from portal.public.views import blueprint
from portal.web.declared import open_to_all
from portal.web.language import current_language


@blueprint.get("/gazette/<int:number>/script")
@open_to_all
def script(number: int) -> str:
    """A minute's text for the loudspeaker, from the figures of the page."""
    page = item_queries.item_page(gazette.item(number), compare=False)
    sentences = [said(sentence, current_language()) for sentence in spoken.script(page)]
    return render_template("public/script.html", page=page, sentences=sentences)
