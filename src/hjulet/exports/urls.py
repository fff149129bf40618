from django.urls import path

from hjulet.exports import web

urlpatterns = [
    path("exporter/", web.exports, name="exports"),
    path("exporter/ny/", web.export_order, name="export-order"),
    path("exporter/<int:pk>/", web.export_file, name="export-file"),
    path("exporter/<int:pk>/ta-bort/", web.export_remove, name="export-remove"),
]
