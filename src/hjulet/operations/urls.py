from django.urls import path

from hjulet.operations import web

urlpatterns = [
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("metrics", web.metrics, name="metrics"),
]
