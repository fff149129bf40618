from django.urls import include, path

urlpatterns = [
    path("", include("hjulet.shell.urls")),
    path("", include("hjulet.operations.urls")),
    path("", include("hjulet.org.urls")),
    path("", include("hjulet.audit.urls")),
    path("", include("hjulet.notify.urls")),
    path("", include("hjulet.law.urls")),
    path("", include("hjulet.diary.urls")),
    path("", include("hjulet.exports.urls")),
    path("", include("hjulet.receipts.urls")),
    path("", include("hjulet.cases.urls")),
    path("", include("hjulet.documents.urls")),
    path("", include("hjulet.measures.urls")),
    path("", include("hjulet.services.urls")),
    path("", include("hjulet.wheel.urls")),
    path("", include("hjulet.processes.urls")),
    path("", include("hjulet.checks.urls")),
    path("", include("hjulet.samples.urls")),
    path("", include("hjulet.internal_reviews.urls")),
    path("", include("hjulet.learning.urls")),
    path("", include("hjulet.stats.urls")),
    path("", include("hjulet.learning_stops.urls")),
    path("", include("hjulet.management_system.urls")),
    path("", include("hjulet.search.urls")),
    path("", include("hjulet.handover.urls")),
    path("", include("hjulet.setups.urls")),
    path("api/v1/", include("hjulet.config.api")),
]
handler400 = "hjulet.shell.web.bad_request"
handler403 = "hjulet.shell.web.forbidden"
handler404 = "hjulet.shell.web.not_found"
handler500 = "hjulet.shell.web.server_error"
