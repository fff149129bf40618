from django.urls import path

from hjulet.services import checking, editing, public_pages, web

ONE = "insatser/<slug:code>/"
PROMISE = f"{ONE}lofte/<slug:promise>/"

urlpatterns = [
    path("insatser/", web.service_list, name="services"),
    path("insatser/ny/", editing.new, name="service-new"),
    path(ONE, web.service, name="service"),
    path(f"{ONE}andra/", editing.change, name="service-change"),
    path(f"{ONE}beskrivning/", editing.description, name="service-description"),
    path(f"{ONE}deklaration/", editing.declaration, name="service-declaration"),
    path(f"{ONE}deklaration/nytt-lofte/", editing.promise_new, name="promise-new"),
    path(f"{ONE}deklaration/<slug:promise>/", editing.promise_change, name="promise-change"),
    path(f"{ONE}deklaration/<slug:promise>/ta-bort/", editing.promise_remove, name="promise-remove"),
    path(f"{ONE}besluta/<slug:what>/", editing.adopt, name="service-adopt"),
    path(PROMISE, web.promise, name="promise"),
    path("loften/", checking.check_list, name="promises"),
    path("loften/<int:pk>/", checking.check, name="promise-check"),
    path("servicedeklarationer/", public_pages.declarations, name="public-declarations"),
    path("servicedeklarationer/<slug:code>/", public_pages.declaration, name="public-declaration"),
]
