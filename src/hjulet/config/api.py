"""Puts the rooms' routers on the API, and gives its addresses."""

from hjulet.cases.api import router as cases
from hjulet.diary.api import router as diary
from hjulet.learning.api import router as learning
from hjulet.measures.api import router as measures
from hjulet.org.api import router as org
from hjulet.receipts.api import router as receipts
from hjulet.rest.info import router as info
from hjulet.rest.root import api
from hjulet.rest.urls import pages, rest
from hjulet.stats.api import router as stats

for router in (info, org, cases, measures, learning, diary, receipts, stats):
    api.add_router("", router)

urlpatterns = [*pages, *api.patterns, *rest]
