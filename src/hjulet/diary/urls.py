from django.urls import path

from hjulet.diary import settings_pages, web

MATTER = "diarium/registrator/<int:pk>/"

urlpatterns = [
    path("diarium/", web.public_register, name="public-diary"),
    path("diarium/registrator/", web.diary, name="diary"),
    path("diarium/registrator/nytt/", web.new_matter, name="matter-new"),
    path(MATTER, web.matter, name="matter"),
    path(f"{MATTER}handling/", web.new_document, name="matter-document"),
    path(f"{MATTER}rubrik/", web.matter_subject, name="matter-subject"),
    path(f"{MATTER}nummer/", web.matter_number, name="matter-number"),
    path(f"{MATTER}<int:line>/rubrik/", web.document_subject, name="document-subject"),
    path(f"{MATTER}<int:line>/sekretess/", web.document_mark, name="document-mark"),
    path(f"{MATTER}<int:line>/ta-bort-sekretess/", web.document_unmark, name="document-unmark"),
    path("diarium/serier/", settings_pages.series_list, name="diary-series"),
    path("diarium/serier/<str:code>/", settings_pages.series_change, name="diary-series-change"),
]
