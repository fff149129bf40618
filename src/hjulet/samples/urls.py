from django.urls import path

from hjulet.samples import decision_pages, log_pages, web

ONE = "stickprov/<int:pk>/"
LOG = "logg/granskning/"

urlpatterns = [
    path("stickprov/", web.samples, name="samples"),
    path("stickprov/nytt/", web.draw, name="sample-new"),
    path(ONE, web.sample, name="sample"),
    path(f"{ONE}protokoll/", web.protocol, name="sample-protocol"),
    path(f"{ONE}igen/", web.again, name="sample-again"),
    path(f"{ONE}avsluta/", web.close, name="sample-close"),
    path(f"{LOG}plan/", log_pages.log_plan, name="log-plan"),
    path(f"{LOG}vardsystem/", log_pages.extracts, name="log-extracts"),
    path(f"{LOG}vardsystem/<int:pk>/", log_pages.extract, name="log-extract"),
    path(f"{LOG}vardsystem/<int:pk>/avsluta/", log_pages.extract_close, name="log-extract-close"),
    path("uppfoljning-beslut/", decision_pages.follow_up, name="decision-follow-up"),
    path("uppfoljning-beslut/beslut/", decision_pages.decisions, name="decisions"),
    path("uppfoljning-beslut/las-in/", decision_pages.read_in, name="decisions-read-in"),
]
