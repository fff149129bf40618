"""The door for staff who do not want to say who they are: no session, no cookie, no address, no browser's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hjulet.cases import actions, codes, unnamed
from hjulet.cases.doors import alarms_used_up, braked, minutes_to_wait, wait_words
from hjulet.cases.forms import MessageForm, ReportForm
from hjulet.cases.models import Case
from hjulet.cases.web import path_of
from hjulet.core.access import ANYONE, access
from hjulet.core.fields import CHOOSE
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org.login import attempt_keys, client_address

TOLD = (
    "unit",
    "description",
    "immediate_action",
    "occurred_at",
    "occurred_time_known",
    "reported_harm",
    "acute",
    "about_manager",
)

STAFF_ONLY = (
    "guessed_track",
    "suspects_misconduct",
    "person_ref",
    "protected_identity",
    "process_step",
    "begun_from",
)

READERS = (
    gettext_lazy("Den som tar emot rapporter för enheten"),
    gettext_lazy("Den som handlägger ärendet"),
    gettext_lazy("Den som är utsedd för lex Sarah eller lex Maria, om det ska prövas"),
)


class UnnamedForm(ReportForm):
    """As staff's own, without what a name would be needed for."""

    watched: tuple[str, ...] = ("description", "immediate_action")
    code = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"code": codes.sealed(codes.new_code())}
        super().__init__(*args, actor=None, **kwargs)
        for name in STAFF_ONLY:
            del self.fields[name]
        place: Any = self.fields["unit"]
        place.empty_label = _("Välj plats")  # nothing is known of where she works, and the first would be a guess
        place.queryset = self.places

    def clean_code(self) -> str:
        try:
            return codes.unsealed(self.cleaned_data["code"])
        except signing.BadSignature:
            raise forms.ValidationError(_("Sidan har varit öppen för länge. Skicka en gång till.")) from None


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Din kod"),
        max_length=60,
        help_text=gettext_lazy("24 tecken, till exempel QX7F-2KMA-… Stora eller små bokstäver spelar ingen roll."),
        error_messages={"required": gettext_lazy("Skriv koden du fick när du rapporterade.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ReplyForm(MessageForm):
    """A reply; when several cases are open, to which of them."""

    def __init__(self, *args: Any, parts: list[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {str(part.pk): part for part in parts}
        if len(parts) > 1:
            choices = [(str(part.pk), part.get_track_display()) for part in parts]
            asked = forms.ChoiceField(
                label=_("Vilken del svarar du om?"), choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE
            )
            self.fields = {"part": asked, **self.fields}

    @property
    def chosen(self) -> Case | None:
        first = next(iter(self.parts.values()), None)
        return self.parts.get(self.cleaned_data.get("part", ""), first)


# A form that no session stands behind cannot be sent in anyone's name, so there is nothing for CSRF to protect, and its
# cookie would tell one visitor from another.
@csrf_exempt
@access(ANYONE)
@require_http_methods(["GET", "POST"])
@braked
def report_unnamed(request: HttpRequest) -> HttpResponse:
    at = now()
    form = UnnamedForm(request.POST if request.method == "POST" else None, at=at)
    if request.method == "GET" or not form.is_valid():
        return _report_page(request, _with_fresh_code(form), 422 if form.is_bound else 200)
    data = form.cleaned_data
    if reason := _must_wait(request, data):
        form.add_error(None, reason)
        return _report_page(request, form, 429)
    told = actions.Report(**{name: data[name] for name in TOLD}, submission_key=data["submission_key"])
    try:
        case = unnamed.report(told, code=data["code"], at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _report_page(request, form, 422)
    return _page(request, "sent", {"case": case, "code": data["code"]})


def _must_wait(request: HttpRequest, data: dict[str, Any]) -> str:
    """Why this is not taken in now; empty when it is."""
    if minutes := minutes_to_wait(request):
        return wait_words(minutes)
    known = unnamed.by_code(data["code"]) is not None  # the same page again alarms nobody
    if data["acute"] and not known and alarms_used_up(request):
        return _(
            "Flera har larmat härifrån de senaste minuterna, och jouren vet om det. Ring 112 eller enheten om det är "
            "något nytt. Ta bort krysset för fara, så kan du skicka."
        )
    return ""


def _with_fresh_code(form: UnnamedForm) -> UnnamedForm:
    if "code" in form.errors:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["code"] = codes.sealed(codes.new_code())  # type: ignore[index]
    return form


def _report_page(request: HttpRequest, form: UnnamedForm, status: int) -> HttpResponse:
    return _page(request, "", {"form": form, "readers": [str(who) for who in READERS]}, status)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """`nameless` keeps out of the page what would set a cookie."""
    page = f"cases/unnamed_{name}.html" if name else "cases/unnamed.html"
    return render(request, page, context | {"nameless": True}, status=status)


@csrf_exempt
@access(ANYONE)
@require_http_methods(["GET", "POST"])
@braked
def unnamed_inbox(request: HttpRequest) -> HttpResponse:
    """The code comes with every question and is kept nowhere between them."""
    at, form = now(), CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, "code", {"form": form}, 422 if form.errors else 200)
    if minutes := minutes_to_wait(request):
        form.add_error(None, wait_words(minutes))
        return _page(request, "code", {"form": form, "kept": request.POST.get("message", "")}, 429)
    place = attempt_keys("", client_address(request))[1]
    case = unnamed.open_with(form.cleaned_data["code"], place=place, at=at)
    if case is None:
        form.add_error("code", _("Koden stämmer inte. Kontrollera att du har skrivit alla tecken."))
        return _page(request, "code", {"form": form}, 422)
    return _inbox(request, case, form.cleaned_data["code"], at)


def _inbox(request: HttpRequest, case: Case, code: str, at: Any) -> HttpResponse:
    """The event may have become several cases, one for each law; the code opens all of them."""
    parts = [case, *unnamed.same_event(case)]
    still_open = [part for part in parts if part.is_open]
    message = ReplyForm(request.POST if "message" in request.POST else None, parts=still_open)
    sent = False
    if message.is_bound and message.is_valid():
        try:
            unnamed.reply(message.chosen or case, text=message.cleaned_data["message"], at=at)
            message, sent = ReplyForm(parts=still_open), True
        except Refused as refusal:
            message.add_error(None, str(refusal))
    context = {
        "case": case,
        "code": code,
        "form": message,
        "sent": sent,
        "parts": [(part, unnamed.read_messages(part, at=at)) for part in parts],
        "several": len(parts) > 1,
        "open": bool(still_open),
        "path": path_of(case),
    }
    return _page(request, "inbox", context, 422 if message.errors else 200)
