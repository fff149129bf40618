"""Logging in: slowed guessing, and nothing typed is lost when a session has run out."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.kept import State
from hjulet.core.prepared import Given, Prepared
from hjulet.org.choices import FAILED_LOGIN
from hjulet.org.models import LoginAttempt, Person, UnknownLogin

FREE_TRIES = 5
FREE_TRIES_FROM_ONE_PLACE = 100  # a whole municipality may come from one address
FORGIVEN_EACH = timedelta(seconds=30)  # a place with thousands of people always has someone who mistypes
LONGEST_WAIT = timedelta(minutes=15)
KEPT_SALT = "hjulet.kept"
KEPT_HOURS = 12
NOT_KEPT = {"csrfmiddlewaretoken", "password", "written_by"}

# What an upper room wants known of the one who asks, in the query that fetches her anyway: name to expression.
KNOWN_WITH_PERSON: dict[str, Callable[[], Any]] = {}


def _with_what_is_known() -> QuerySet[Person]:
    known = {name: make() for name, make in KNOWN_WITH_PERSON.items()}
    people = Person.objects.select_related("principal", "home_unit").annotate(marks=State(), **known)
    return people.filter(pk=Given("person"), is_active=True).order_by()


PERSON = Prepared(_with_what_is_known)


class LoginBackend(BaseBackend):
    """Login name and password. An unknown name takes as long as a wrong password."""

    def authenticate(self, request: Any, login: str = "", password: str = "", **_: Any) -> Person | None:
        person = Person.objects.filter(login=login.strip().lower(), is_active=True).first()
        if person is None:
            make_password(password)
            return None
        return person if check_password(password, person.password) else None

    def get_user(self, user_id: Any) -> Person | None:
        return next(iter(PERSON(person=user_id)), None)


def client_address(request: HttpRequest) -> str:
    """Where the request comes from. X-Forwarded-For is believed only as far as our own proxies wrote it; of an
    IPv6 address the network counts, since one household has more addresses than there are tries.
    """
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    known = settings.PROXIES and len(hops) >= settings.PROXIES
    address = hops[-settings.PROXIES] if known else request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def attempt_keys(login: str, address: str) -> list[str]:
    """Digests of the login name and of the address, in that order; no address is stored."""
    return [hashlib.sha256(part.encode()).hexdigest() for part in (f"login:{login.strip().lower()}", f"from:{address}")]


def _free_tries(keys: list[str], key: str) -> int:
    return FREE_TRIES if key == keys[0] else FREE_TRIES_FROM_ONE_PLACE


def wait_until(keys: list[str], at: datetime) -> datetime | None:
    """When the next try is allowed, or None when it is allowed now. The wait doubles from 30 seconds to 15 minutes."""
    latest: datetime | None = None
    for row in LoginAttempt.objects.filter(key__in=keys, failures__gte=FREE_TRIES):
        over = row.failures - _free_tries(keys, row.key)
        if over < 0:
            continue
        wait = min(LONGEST_WAIT, timedelta(seconds=30 * 2 ** min(over, 10)))
        if row.last_at + wait > at:
            latest = max(latest or at, row.last_at + wait)
    return latest


def note_failure(keys: list[str], at: datetime) -> None:
    with transaction.atomic():
        for key in filter(None, keys):  # a key of an API has no name, only a place
            row, _ = LoginAttempt.objects.select_for_update().get_or_create(key=key, defaults={"last_at": at})
            row.failures = min(_remembered(row, keys, at) + 1, 1000)
            row.last_at = at
            row.save()


def _remembered(row: LoginAttempt, keys: list[str], at: datetime) -> int:
    """Failures that still count: of a name for a day, of a place fewer as time goes."""
    since = max(at - row.last_at, timedelta())
    if row.key == keys[0]:
        return 0 if since > timedelta(hours=24) else row.failures
    return max(0, row.failures - since // FORGIVEN_EACH)


def log_failure(login: str, at: datetime) -> None:
    """Tells in the log whose name was tried in vain. A name nobody has may be anything, also a personal number:
    of that only the count of the day is kept.
    """
    person = Person.objects.filter(login=login.strip().lower()).first()
    if person is None:
        with transaction.atomic():
            row, _ = UnknownLogin.objects.select_for_update().get_or_create(day=local_date(at))
            UnknownLogin.objects.filter(pk=row.pk).update(count=F("count") + 1)
        return
    record(
        FAILED_LOGIN,
        actor=None,
        at=at,
        about=("person", person.pk),
        principal_id=person.principal_id,
        unit_id=person.home_unit_id,
    )


def forget_failures(keys: list[str]) -> None:
    LoginAttempt.objects.filter(key__in=keys).delete()


def owner_token(person_id: int) -> str:
    """Put in a form, so that text kept over a lost session is given back to the same person only."""
    return signing.dumps(person_id, salt="hjulet.owner")


def login_first(request: HttpRequest) -> HttpResponse:
    """Leads to the login page. What was posted is kept, signed, in the page itself and nowhere else."""
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=401)
    if request.method != "POST":
        return redirect(f"/konto/logga-in/?{urlencode({'next': request.get_full_path()})}")
    kept = {
        "path": request.get_full_path(),
        "owner": _owner_of(request),
        "fields": [[k, v] for k, values in request.POST.lists() for v in values if k not in NOT_KEPT],
        "files": bool(request.FILES),
    }
    context = {"kept": signing.dumps(kept, salt=KEPT_SALT, compress=True), "expired": True}
    return render(request, "org/login.html", context, status=401)


def _owner_of(request: HttpRequest) -> int | None:
    expired: int | None = getattr(request, "expired_person_id", None)
    if expired is not None:
        return expired
    return read_owner(request.POST.get("written_by", ""))


def read_owner(token: str) -> int | None:
    """The person that a form was made for, as long as its text is kept; None when no one can tell."""
    try:
        owner: int = signing.loads(token, salt="hjulet.owner", max_age=KEPT_HOURS * 3600)
    except signing.BadSignature:
        return None
    return owner


def read_kept(token: str, person_id: int) -> dict[str, Any] | None:
    """What was kept, if it belongs to this person; None otherwise."""
    try:
        kept: dict[str, Any] = signing.loads(token, salt=KEPT_SALT, max_age=KEPT_HOURS * 3600)
    except signing.BadSignature:
        return None
    return kept if kept["owner"] == person_id else None


def safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if safe and target.startswith("/") else "/"
