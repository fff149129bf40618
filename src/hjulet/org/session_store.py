"""Sessions as Django keeps them in the database; the question that every page asks is worded once."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from hjulet.core.prepared import Given, Prepared

NOW: Any = Given("now", DateTimeField())
FOUND = Prepared(lambda: Session.objects.filter(session_key=Given("key", CharField()), expire_date__gt=NOW).order_by())


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """None, and no key any more, for one that is not there or has run out."""
        found: Session | None = next(iter(FOUND(key=self.session_key, now=timezone.now())), None)
        if found is None:
            self._session_key = None
        return found
