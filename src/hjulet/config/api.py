"""Puts the rooms' routers on the API, and gives its addresses."""

from hjulet.cases.api import router as cases
from hjulet.checks.api import router as checks
from hjulet.diary.api import router as diary
from hjulet.documents.api import router as documents
from hjulet.handover.api import router as handover
from hjulet.internal_reviews.api import router as internal_reviews
from hjulet.law.api import router as law
from hjulet.learning.api import router as learning
from hjulet.learning_stops.api import router as learning_stops
from hjulet.management_system.api import router as management_system
from hjulet.measures.api import router as measures
from hjulet.org.api import router as org
from hjulet.processes.api import router as processes
from hjulet.receipts.api import router as receipts
from hjulet.rest.info import router as info
from hjulet.rest.root import api
from hjulet.rest.urls import pages, rest
from hjulet.samples.api import router as samples
from hjulet.services.api import router as services
from hjulet.stats.api import router as stats
from hjulet.wheel.api import router as wheel

ROUTERS = (
    *(info, org, law, cases, measures, documents, services, learning, diary, receipts, stats, handover),
    *(management_system, processes, wheel, checks, samples, internal_reviews, learning_stops),
)
for router in ROUTERS:
    api.add_router("", router)

urlpatterns = [*pages, *api.patterns, *rest]
