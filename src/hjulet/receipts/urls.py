from django.urls import path

from hjulet.receipts import web

urlpatterns = [
    path("kvittens/", web.mine, name="receipts"),
    path("kvittens/<slug:code>/", web.receipt, name="receipt"),
    path("kvittens/<slug:code>/tackning/", web.coverage, name="receipt-coverage"),
    path("kvittens/<slug:code>/tackning/<str:unit>/", web.names, name="receipt-names"),
]
