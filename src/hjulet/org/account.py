"""Login, logout and one's own account."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import ANYONE, LOGGED_IN, access
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.fields import REQUIRED, without_nul
from hjulet.core.now import now
from hjulet.core.swedish_time import time_short
from hjulet.org import login as guard
from hjulet.org.models import Assignment, Person, in_force
from hjulet.org.reach import actor_for
from hjulet.org.sessions import end_sessions

LONGEST_PASSWORD = 200


class LoginForm(forms.Form):
    login = forms.CharField(label=gettext_lazy("Användarnamn"), max_length=60)
    password = forms.CharField(
        label=gettext_lazy("Lösenord"), widget=forms.PasswordInput, max_length=LONGEST_PASSWORD, strip=False
    )


def _hidden(autocomplete: str) -> forms.PasswordInput:
    """Hidden as typed, with a button to show it where scripts run; password managers may fill it in."""
    words = {"data-t-show": gettext_lazy("Visa lösenordet"), "data-t-hide": gettext_lazy("Dölj lösenordet")}
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-island": "reveal", **words})


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=gettext_lazy("Nuvarande lösenord"),
        widget=_hidden("current-password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages=REQUIRED,
    )
    new = forms.CharField(
        label=gettext_lazy("Nytt lösenord"),
        widget=_hidden("new-password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={**REQUIRED, "max_length": gettext_lazy("Lösenordet är för långt. Välj högst 200 tecken.")},
        help_text=gettext_lazy("Minst 12 tecken. En mening som bara du kommer på är bra."),
    )


def me(request: HttpRequest) -> Person:
    """The person behind a request that only someone logged in can make."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def draft_key(person_id: int) -> str:
    """The key that a person's drafts on a phone are locked with; another person never gets it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"draft:{person_id}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@access(ANYONE)
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request.POST or None)
    kept = request.POST.get("kept", "")
    context = {"form": form, "next": guard.safe_next(request), "kept": kept}
    if request.method == "GET" or not form.is_valid():
        return render(request, "org/login.html", context)
    at = now()
    keys = guard.attempt_keys(form.cleaned_data["login"], guard.client_address(request))
    wait = guard.wait_until(keys, at)
    if wait:
        form.add_error(None, _("För många försök. Vänta till %(time)s och försök igen.") % {"time": time_short(wait)})
        return render(request, "org/login.html", context, status=429)
    person = auth.authenticate(request, **form.cleaned_data)
    if not isinstance(person, Person):
        guard.note_failure(keys, at)
        guard.log_failure(form.cleaned_data["login"], at)
        form.add_error(None, _("Användarnamnet eller lösenordet stämmer inte. Kontrollera båda och försök igen."))
        return render(request, "org/login.html", context, status=401)
    guard.forget_failures(keys[:1])
    enter(request, person, at)
    return _go_on(request, person, kept)


def enter(request: HttpRequest, person: Person, at: datetime) -> None:
    auth.login(request, person)
    request.session["authenticated_at"] = at.isoformat()
    request.session["seen"] = at.isoformat()
    record(
        "person.login",
        actor=actor_for(person, at=at),
        at=at,
        about=("person", person.pk),
        principal_id=person.principal_id,
    )


def _go_on(request: HttpRequest, person: Person, kept_token: str) -> HttpResponse:
    if not kept_token:
        return redirect(guard.safe_next(request))
    kept = guard.read_kept(kept_token, person.pk)
    if kept is None:
        messages.info(request, _("Texten som fanns i formuläret hörde till någon annan och har tagits bort."))
        return redirect("/")
    request.user = auth.get_user(request)  # with what the page's frame wants known of her
    request.actor = actor_for(person, at=now())  # type: ignore[attr-defined]
    return render(request, "org/continue.html", kept)


@access(LOGGED_IN)
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    return _leave(request)


@access(LOGGED_IN)
@require_POST
def logout_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends every session one has, for someone who has left a shared phone logged in or suspects a guest."""
    person, at = me(request), now()
    end_sessions(person=person, actor=actor_for(person, at=at), at=at)
    return _leave(request)


def _leave(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    answer = redirect("/konto/utloggad/")
    answer["Clear-Site-Data"] = '"storage"'  # drafts go even where no script runs
    return answer


@access(ANYONE)
def logged_out(request: HttpRequest) -> HttpResponse:
    return render(request, "org/logged_out.html")


@access(ANYONE)
@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """One click to become a demo person. Exists only in demo mode."""
    if not settings.DEMO:
        raise Http404
    person = get_object_or_404(Person, login=without_nul(request.POST.get("login", "")), is_active=True)
    auth.logout(request)
    enter(request, person, now())
    return redirect(guard.safe_next(request))


@access(LOGGED_IN)
def account(request: HttpRequest) -> HttpResponse:
    person = me(request)
    roles = Assignment.objects.filter(in_force(local_date(now())), person=person).select_related("role", "unit")
    return render(request, "org/account.html", {"person": person, "roles": roles})


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    person = me(request)
    if request.method == "POST" and form.is_valid() and _change_password(request, form, person):
        auth.update_session_auth_hash(request, person)
        messages.success(request, _("Lösenordet är bytt."))
        return redirect("/konto/")
    return render(request, "org/password.html", {"form": form})


def _change_password(request: HttpRequest, form: PasswordForm, person: Person) -> bool:
    if not _is_password(request, form.cleaned_data["current"]):
        form.add_error("current", _("Det nuvarande lösenordet stämmer inte, eller så har du försökt för många gånger."))
        return False
    try:
        password_validation.validate_password(form.cleaned_data["new"], person)
    except forms.ValidationError as problem:
        form.add_error("new", problem)
        return False
    person.set_password(form.cleaned_data["new"])
    person.save(update_fields=["password"])
    actor = actor_for(person, at=now())
    record(
        "person.password",
        actor=actor,
        at=now(),
        about=("person", person.pk),
        principal_id=person.principal_id,
    )
    return True


def recently_authenticated(request: HttpRequest) -> bool:
    """Whether the password was given lately enough for a decision."""
    given: str | None = request.session.get("authenticated_at")
    fresh = timedelta(minutes=settings.REAUTH_MINUTES)
    return given is not None and timedelta() <= now() - datetime.fromisoformat(given) <= fresh


def confirms_password(request: HttpRequest) -> bool:
    """Checks a password given with a decision, and remembers the time under a new session key."""
    if not _is_password(request, request.POST.get("password", "")):
        return False
    request.session.cycle_key()
    request.session["authenticated_at"] = now().isoformat()
    return True


def _is_password(request: HttpRequest, given: str) -> bool:
    """Whether it is the password of the one who is logged in. Guessing is slowed as at login."""
    person, at = me(request), now()
    keys = guard.attempt_keys(person.login, guard.client_address(request))
    if guard.wait_until(keys, at):
        return False
    if check_password(given, person.password):
        return True
    guard.note_failure(keys, at)
    guard.log_failure(me(request).login, at)
    return False
