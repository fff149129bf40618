"""Idempotency-Key: the same POST twice does the thing once and gets the same answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from hjulet.core.access import ActorRequest
from hjulet.core.problem import Problem
from hjulet.rest.models import Answer

HEADER = "Idempotency-Key"
FORM = re.compile(r"[\x21-\x7e]{1,100}")
KEPT_HEADERS = ("Content-Type", "Location", "ETag")


def once(request: ActorRequest, run: Callable[[], HttpResponseBase], at: datetime) -> HttpResponseBase:
    """Runs the operation and keeps its answer in one transaction: both happen, or neither.

    A second request with the same key waits for the first. What ends in a problem is not kept: it did nothing and
    may be tried again. Raises Problem 400 for a malformed key, 422 when the key has been used for something else.
    """
    key = request.headers[HEADER]
    if not FORM.fullmatch(key):
        raise Problem(400, _("Idempotency-Key ska vara 1 till 100 tecken, utan mellanslag. Ett UUID är bra."))
    digest, person_id = _digest(request), request.actor.person_id
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Answer.objects.create(person_id=person_id, key=key, digest=digest, at=at)
        except IntegrityError:
            return _again(Answer.objects.get(person_id=person_id, key=key), digest)
        response = run()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        else:
            _keep(row, response)
    return response


def _keep(row: Answer, response: HttpResponseBase) -> None:
    row.status = response.status_code
    row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    row.body = response.content if isinstance(response, HttpResponse) else b"".join(response)
    row.save(update_fields=["status", "headers", "body"])


def _again(row: Answer, digest: str) -> HttpResponse:
    if row.digest != digest:
        raise Problem(422, _("Samma Idempotency-Key har redan använts för något annat. Välj en ny."))
    return HttpResponse(bytes(row.body), status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})


def _digest(request: ActorRequest) -> str:
    """Of what is asked: key, method, address and body. The parts of a form, since its borders differ each time."""
    told = hashlib.sha256()
    key_id = request.actor.key.id if request.actor.key else 0
    for part in (str(key_id), request.method or "", request.get_full_path()):
        told.update(part.encode() + b"\0")
    if request.content_type != "multipart/form-data":
        told.update(request.body)
        return told.hexdigest()
    for name, values in sorted(request.POST.lists()):
        told.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            _add_file(told, name, file)
    return told.hexdigest()


def _add_file(told: Any, name: str, file: Any) -> None:
    told.update(repr((name, file.name)).encode())
    for chunk in file.chunks():
        told.update(chunk)
    file.seek(0)
