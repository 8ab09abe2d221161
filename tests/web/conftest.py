"""A room of the tests' own: a few pages as any room would have them, so that `web` is tried without villages."""

import pytest
from flask import Blueprint, Flask, redirect, render_template_string, request, session, url_for
from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.text import N_
from portal.web.declared import open_to_all
from portal.web.forms import Form
from portal.web.pager import Pager

PAGE = """{% extends "base.html" %}{% import "macros/show.html" as show %}
{% block title %}Books of March{% endblock %}
{% block crumbs %}{{ show.crumbs([("County", "/"), ("Village", none)]) }}{% endblock %}
{% block content %}<h1>Books of March</h1>
{{ show.state("Posted 6 days late", "late") }} {{ show.state("The sums agree", "ok") }}
{{ show.sum([("", "Brought forward", 8642015), ("+", "Money in", 4120000), ("−", "Money out", 2891360),
             ("=", "Left over", 9870655)]) }}
<p class="do"><a class="main" href="#">Ask or report</a><a href="#">Notice as PDF</a><a href="#">Table as CSV</a></p>
<div class="two"><section><h2>Where it came from</h2>
{{ show.bars([("Grants from above", 3000000), ("Rent of the shop", 900000), ("Other", 220000)], "Yuan", "in") }}
</section><section><h2>Where it went</h2>
{{ show.bars([("Public works", 1846000), ("Running costs", 695360), ("Lost-work pay", 350000)], "Yuan") }}
</section></div>
<h2>Every line</h2>
{% call show.table([("Date, voucher", ""), ("What for", ""), ("In", "num"), ("Out", "num"), ("", "")], "3 lines") %}
{% for day, text, income, out in lines %}<tr><td class="full soft">{{ day | day }}</td>
<td>{{ text }}<small>Paid to the county's power company</small></td><td class="num in">{{ income | money }}</td>
<td class="num">{{ out | money }}</td>
<td class="full"><a class="ask" href="#">Ask about this line</a></td></tr>{% endfor %}
{% endcall %}
<h2>Who signed</h2>
{{ show.steps([("Bookkeeper: prepared", "14 April", "done"), ("Head: signed", "15 April", "done"),
               ("Committee: signed with reservation", "No receipt seen.", "reserved")], row=true) }}
{{ show.empty("April is not here yet", "It is due on 10 May.") }}
{{ show.pager(pager) }}
<p>{{ request.endpoint }} <a href="{{ url_for('room.page', number=2) }}">next</a></p>{% endblock %}"""

FORM = """{% extends "desk.html" %}{% import "macros/forms.html" as forms %}
{% block title %}A reason{% endblock %}
{% block content %}<h1>A reason</h1>{{ forms.show(form, label="Send") }}{% endblock %}"""


CHOICES = [SelectChoice("signed", "I sign"), SelectChoice("refused", "I refuse")]


class ReasonForm(Form):
    reason = StringField("Reason", [InputRequired()], description="It is printed.")
    decision = RadioField(
        "Decision", choices=[SelectChoice("signed", "I sign"), SelectChoice("refused", "I refuse")], default="signed"
    )
    seen = BooleanField("I have seen the papers")
    town = StringField(lazy_gettext("Save"))


@pytest.fixture
def rendered() -> list[str]:
    """The addresses that were really rendered, not answered by the cache."""
    return []


@pytest.fixture
def room(app: Flask, rendered: list[str]) -> Flask:
    """The application with the room's pages."""
    public = Blueprint("room", __name__, url_prefix="/<language:language>")
    desk = Blueprint("workroom", __name__, url_prefix="/workroom")

    @public.get("/things/<int:number>")
    @open_to_all
    def page(number: int) -> str:
        rendered.append(request.full_path)
        lines = [("2026-03-02", "Rent", 900000, None), ("2026-03-06", "Street lights", None, 86240)]
        return render_template_string(PAGE, lines=lines, pager=Pager.of_request(120))

    @public.get("/remembers")
    @open_to_all
    def remembers() -> str:
        session["seen"] = True
        rendered.append(request.path)
        return "x" * 600

    @public.get("/fails/<what>")
    @open_to_all
    def fails(what: str) -> str:
        errors = {"invalid": Invalid, "forbidden": Forbidden, "missing": NotFound, "conflict": Conflict}
        if what in errors:
            raise errors[what](N_("The month %(month)s is closed."), month="2026-03")
        raise RuntimeError("a fault")

    @desk.route("/form", methods=["GET", "POST"])
    @open_to_all
    def form() -> object:
        form = ReasonForm()
        if form.validate_on_submit():
            if form.reason.data == "done":
                return redirect(url_for("workroom.form"))
            form.refuse(Invalid(N_("The month %(month)s is closed."), field="reason", month="2026-03"))
        return render_template_string(FORM, form=form)

    app.register_blueprint(public)
    app.register_blueprint(desk)
    return app
