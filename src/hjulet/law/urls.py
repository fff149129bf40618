from django.urls import URLPattern, path

from hjulet.law import web

urlpatterns: list[URLPattern] = [
    path("lagar/", web.law_list, name="law-list"),
    path("lagar/tider/", web.law_clocks, name="law-clocks"),
    path("lagar/upphavda/", web.law_worklist, name="law-worklist"),
    path("lagar/nytt/", web.law_new, name="law-new"),
    path("lagar/<slug:code>/", web.law_detail, name="law-detail"),
    path("lagar/<slug:code>/lydelse/", web.law_wording, name="law-wording"),
    path("lagar/<slug:code>/upphav/", web.law_end, name="law-end"),
    path("lagar/<slug:code>/kontrollera/", web.law_check, name="law-check"),
    path("lagar/<slug:code>/ta-tillbaka/", web.law_withdraw, name="law-withdraw"),
]
