"""Views from another system open like any case."""

from __future__ import annotations

import pytest

from hjulet.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.mark.capability("DEV-2")
def test_an_imported_view_has_a_page_and_steps(assessed, browse):
    case = assessed("sol")
    Case.objects.unscoped(reason="test").filter(pk=case.pk).update(kind="view")
    page = browse("asa").get(case.get_absolute_url())
    assert page.status_code == 200
    assert "Synpunkt" in page.content.decode() and "Börja utreda" in page.content.decode()


@pytest.mark.capability("NEW-1")
def test_a_filter_that_is_on_can_be_taken_away(assessed, browse) -> None:
    assessed("sol")
    page = browse("asa").get("/arenden/?val=alla&track=sol&state=assessed&sida=1")
    assert page.status_code == 200
    assert 'href="?val=alla&amp;state=assessed"' in page.content.decode()
