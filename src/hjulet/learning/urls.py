from django.urls import URLPattern, path

from hjulet.learning import web

urlpatterns: list[URLPattern] = [
    path("larande/", web.feed, name="learning"),
    path("larande/granska/", web.review, name="learning-review"),
    path("larande/ny/<str:ref>/", web.write, name="lesson-new"),
    path("larande/<int:pk>/", web.lesson, name="lesson"),
    path("larande/<int:pk>/andra/", web.rewrite, name="lesson-change"),
    path("larande/<int:pk>/publicera/", web.confirm, name="lesson-confirm"),
    path("larande/<int:pk>/skicka-tillbaka/", web.send_back, name="lesson-return"),
    path("larande/<int:pk>/dra-tillbaka/", web.withdraw, name="lesson-withdraw"),
    path("larande/<int:pk>/likadant/", web.take_up, name="lesson-use"),
    path("forslag/", web.suggestions, name="suggestions"),
]
