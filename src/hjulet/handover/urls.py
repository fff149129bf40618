from django.urls import URLPattern, path

from hjulet.handover import web

ONE = "organisation/overlamning/<int:pk>"

urlpatterns: list[URLPattern] = [
    path("organisation/overlamning/", web.handovers, name="handovers"),
    path("organisation/overlamning/ny/", web.handover_new, name="handover-new"),
    path(f"{ONE}/", web.handover, name="handover"),
    path(f"{ONE}/underlag/<slug:key>/", web.section, name="handover-section"),
    path(f"{ONE}/ord/", web.words, name="handover-words"),
    path(f"{ONE}/fordela/", web.share, name="handover-share"),
    path(f"{ONE}/genomfor/", web.carry_out, name="handover-carry-out"),
    path(f"{ONE}/bekrafta/", web.confirm, name="handover-confirm"),
    path(f"{ONE}/ta-tillbaka/", web.withdraw, name="handover-withdraw"),
    path(f"{ONE}/kvitto.pdf", web.pdf, name="handover-pdf"),
]
