from django.urls import path

from hjulet.rest import later, web

pages = [
    path("openapi.json", web.schema, name="api-schema"),
    path("docs", web.docs, name="api-docs"),
]
rest = [path("<path:rest>", later.later, name="api-later")]
