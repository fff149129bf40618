"""The public's door: say what one thinks, and read the answer with a code (rulebook 4; CMP-1, NEW-3, NEW-5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hjulet.cases import actions, unnamed
from hjulet.cases.choices import MessageKind, State
from hjulet.cases.codes import digest_of
from hjulet.cases.doors import braked, minutes_to_wait
from hjulet.cases.models import Case
from hjulet.cases.public_forms import UNKNOWN, PublicForm, TakenDownForm, with_fresh_code
from hjulet.cases.public_phone import phone_of
from hjulet.cases.public_texts import Texts, languages, texts_in
from hjulet.core.access import ANYONE, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.fields import Text
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.files.actions import FileRefused, StorageFull, store
from hjulet.org.choices import Duty
from hjulet.org.login import attempt_keys, client_address
from hjulet.org.models import Principal, Unit

MOST_FILES = 5
# Who reads: the text for the role, its name, text and place. By the duties that a complaint comes to.
READERS = (
    ("role_registrar", "yes_if_named", "yes", "yes"),
    ("role_manager", "yes_if_named", "yes", "yes"),
    ("role_lex", "yes_if_named", "yes", "yes"),
    ("role_others", "yes_if_open", "yes_if_open", "yes"),
)
STATES = {
    State.REPORTED: "state_new",
    State.REGISTERED: "state_registered",
    State.CONFIRMED: "state_confirmed",
    State.INVESTIGATING: "state_investigating",
    State.ANSWERED: "state_answered",
    State.CLOSED: "state_closed",
    State.HANDED_OVER: "state_handed",
    State.ANNULLED: "state_annulled",
}


def _texts(request: HttpRequest) -> Texts:
    return texts_in(request.POST.get("sprak") or request.GET.get("sprak", ""))


def _page(request: HttpRequest, name: str, texts: Texts, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """No frame of the house: it speaks two languages, and its parts would set a cookie."""
    phone = phone_of(context.get("principal") or _principal(request))
    shared = {
        "t": texts,
        "languages": languages() if request.method == "GET" else [],
        "swedish": texts_in("sv"),
        "call": texts.say("call", phone=phone) if phone else texts["call_us"],
        "where": request.path,
    }
    return render(request, f"cases/public/{name}.html", shared | context, status=status)


def _principal(request: HttpRequest) -> Principal | None:
    """The one chosen, or the only one there is."""
    found = list(Principal.objects.order_by("name", "id"))
    code = request.POST.get("huvudman") or request.GET.get("huvudman", "")
    return found[0] if len(found) == 1 else next((one for one in found if one.code == code), None)


# A form that no session stands behind cannot be sent in anyone's name, so there is nothing for CSRF to protect, and its
# cookie would tell one visitor from another.
@csrf_exempt
@access(ANYONE)
@require_http_methods(["GET", "POST"])
@braked
def voice(request: HttpRequest) -> HttpResponse:
    at, texts, principal = now(), _texts(request), _principal(request)
    if principal is None:
        if request.method == "POST":
            raise Http404
        return _page(request, "choose", texts, {"principals": Principal.objects.order_by("name", "id")})
    posted = request.POST if request.method == "POST" else None
    form = PublicForm(posted, texts=texts, principal=principal, at=at)
    if posted is None or not form.is_valid():
        return _form_page(request, form, principal)
    try:
        if minutes := minutes_to_wait(request):
            raise Refused(texts.say("err_wait", minutes=minutes))
        uploads = request.FILES.getlist("files")
        if len(uploads) > MOST_FILES:
            raise Refused(texts["err_files"])
        told = actions.Voice(unit=_unit(form, principal, at), language=texts.code, **form.told())
        case = _taken_in(told, uploads, form.cleaned_data["code"], texts, at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, form, principal)
    days = unnamed.told_of(case).last_days
    context = {
        "number": texts.say("receipt_number", ref=case.ref),
        "code": form.cleaned_data["code"],
        "steps": _what_happens(texts, days, mailed=bool(form.cleaned_data["email"])),
        "principal": principal,
        "promised": bool({"complaint.confirm", "complaint.answer"} & days.keys()),
    }
    return _page(request, "sent", texts, context)


def _unit(form: PublicForm, principal: Principal, at: datetime) -> Unit:
    chosen = form.cleaned_data["unit"]
    found = None if chosen == UNKNOWN else Unit.objects.of(principal.pk).filter(pk=int(chosen)).first()
    return found or unnamed.front_of(principal, at=at)


def _taken_in(told: actions.Voice, uploads: list[Any], code: str, texts: Texts, at: datetime) -> Case:
    """Raises Refused in the words of the language."""
    try:
        return unnamed.send(told, uploads=uploads, code=code, at=at)
    except StorageFull as full:
        raise Refused(texts["err_room"]) from full
    except FileRefused as refusal:
        large = any((upload.size or 0) > settings.UPLOAD_MAX_BYTES for upload in uploads)
        raise Refused(texts["err_size" if large else "err_file"]) from refusal
    except (Refused, IntegrityError) as refusal:
        raise Refused(texts["err_gone"]) from refusal


def _what_happens(texts: Texts, days: dict[str, Any], *, mailed: bool) -> list[str]:
    """What comes next; the days are the principal's own promise, out of its times."""
    steps = [texts["next_register"]]
    for code, text in (("complaint.confirm", "next_confirm"), ("complaint.answer", "next_answer")):
        if code in days:
            steps.append(texts.say(text, day=days[code].isoformat()))
    return [*steps, texts["next_mail" if mailed else "next_return"]]


def _form_page(request: HttpRequest, form: PublicForm, principal: Principal) -> HttpResponse:
    with_fresh_code(form)
    texts, minutes = form.texts, minutes_to_wait(request)
    if minutes and not form.non_field_errors():
        form.add_error(None, texts.say("err_wait", minutes=minutes))
    context = {
        "form": form,
        "principal": principal,
        "readers": [[texts[code] for code in row] for row in READERS],
        "kinds": [(option, texts[f"{option.data['value']}_help"]) for option in form["kind"]],
        "whos": [(option, texts[f"who_{option.data['value']}_help"]) for option in form["who"]],
        "files_again": bool(form.errors and request.FILES),
    }
    status = (429 if minutes else 422) if form.is_bound else 200
    return _page(request, "form", texts, context, status)


# Following ------------------------------------------------------------------------------------------------------------


class CodeForm(forms.Form):
    code = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, texts: Texts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = texts
        self.fields["code"].label, self.fields["code"].help_text = texts["your_code"], texts["code_help"]
        self.fields["code"].error_messages["null_characters_not_allowed"] = texts["err_code"]


class WriteForm(forms.Form):
    message = Text(required=False)

    def __init__(self, *args: Any, texts: Texts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["message"]
        field.label = texts["write_label"]
        field.error_messages |= {"max_length": texts["err_long"], "null_characters_not_allowed": texts["err_chars"]}


@csrf_exempt
@access(ANYONE)
@require_http_methods(["GET", "POST"])
@braked
def voice_follow(request: HttpRequest) -> HttpResponse:
    """The code comes with every question and is kept nowhere between them."""
    at, texts = now(), _texts(request)
    form = CodeForm(request.POST if request.method == "POST" else None, texts=texts)
    if not form.is_bound:
        return _page(request, "code", texts, {"form": form})
    error = _open(request, form, texts, at)
    if isinstance(error, Case):
        return _inbox(request, error, form.cleaned_data["code"], texts, at)
    if "code" not in form.errors:
        form.add_error("code", error)
    kept = request.POST.get("message", "")
    status = 429 if minutes_to_wait(request) else 422
    return _page(request, "code", texts, {"form": form, "kept": kept}, status)


def _open(request: HttpRequest, form: CodeForm, texts: Texts, at: datetime) -> Case | str:
    """The case, or why not."""
    if minutes := minutes_to_wait(request):
        return texts.say("err_wait", minutes=minutes)
    if not form.is_valid() or not form.cleaned_data["code"]:
        return texts["err_code_empty"]
    place = attempt_keys("", client_address(request))[1]
    return unnamed.open_with(form.cleaned_data["code"], place=place, at=at) or texts["err_code"]


def _inbox(request: HttpRequest, case: Case, code: str, texts: Texts, at: datetime) -> HttpResponse:
    parts = [case, *unnamed.same_event(case)]
    write, sent = _write(request, parts, texts, at)
    told = unnamed.told_of(case)
    said = [(part, message) for part in parts for message in unnamed.read_messages(part, at=at)]
    said.sort(key=lambda row: (row[1].created_at, row[1].pk))
    context = {
        "case": case,
        "principal": case.principal,
        "code": code,
        "state": texts[STATES.get(State(case.state), "state_working")],
        "due": _due(case, texts, told.last_days.get("complaint.answer"), at),
        "wants": told.wants,
        "said": [(message, _kind(message.kind, texts), message.kind == MessageKind.REPLY) for _case, message in said],
        "open": any(part.is_open for part in parts),
        "form": write,
        "sent": sent,
        "number": texts.say("receipt_number", ref=case.ref),
        "day": local_date(case.reported_at).isoformat(),
    }
    return _page(request, "inbox", texts, context, 422 if write.errors else 200)


def _kind(kind: str, texts: Texts) -> str:
    return texts[f"said_{kind}"]


def _due(case: Case, texts: Texts, day: Any, at: datetime) -> str:
    if day is None or not case.is_open:
        return ""
    return texts.say("answer_late" if day < local_date(at) else "answer_by", day=day.isoformat())


def _write(request: HttpRequest, parts: list[Case], texts: Texts, at: datetime) -> tuple[WriteForm, bool]:
    form = WriteForm(request.POST if "message" in request.POST else None, texts=texts)
    if not form.is_bound or not form.is_valid():
        return form, False
    text = form.cleaned_data["message"]
    if not text.strip():
        form.add_error("message", texts["err_message"])
        return form, False
    try:
        unnamed.reply(next((part for part in parts if part.is_open), parts[0]), text=text, at=at)
    except Refused:
        form.add_error(None, texts["ended"])
        return form, False
    return WriteForm(texts=texts), True


# The registrar --------------------------------------------------------------------------------------------------------


@access(Duty.REGISTER)
@require_http_methods(["GET", "POST"])
def voice_new(request: ActorRequest) -> HttpResponse:
    """What someone said on the phone, in a letter or in person, entered by the registrar, who gets a code to tell."""
    actor, at = request.actor, now()
    form = TakenDownForm(request.POST if request.method == "POST" else None, actor=actor, at=at)
    if not form.is_bound or not form.is_valid():
        return _taken_down_page(request, form)
    code, uploads = form.cleaned_data["code"], request.FILES.getlist("files")
    case = unnamed.by_code(code)
    try:
        if len(uploads) > MOST_FILES:
            raise FileRefused(_("Du kan lägga till högst fem filer. Ta bort några, eller lägg till resten efteråt."))
        if case is not None and case.description != form.cleaned_data["description"]:
            raise Refused(_("Det här är redan inskrivet som %(ref)s. Lägg till det nya i ärendet.") % {"ref": case.ref})
        if case is None:
            kept = tuple(store(upload, actor=actor, at=at) for upload in uploads)
            told = actions.Voice(**form.told(), files=kept, code_digest=digest_of(code))
            case = actions.take_in_voice(told, actor=actor, at=at)
    except (Refused, FileRefused) as refusal:
        form.add_error(None, str(refusal))
        return _taken_down_page(request, form)
    messages.success(request, _("Synpunkten är inskriven."))
    return render(request, "cases/voice_taken_down.html", {"case": case, "code": code})


def _taken_down_page(request: ActorRequest, form: TakenDownForm) -> HttpResponse:
    with_fresh_code(form)
    return render(request, "cases/voice_new.html", {"form": form}, status=422 if form.is_bound else 200)
