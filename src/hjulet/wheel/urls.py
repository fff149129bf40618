from django.urls import path

from hjulet.wheel import deciding, editing, feeds, web

ONE = "arshjul/<int:pk>/"

urlpatterns = [
    path("arshjul/", web.wheel, name="wheel"),
    path("arshjul/framdrift/", web.progress, name="wheel-progress"),
    path("arshjul/ny/", editing.new, name="wheel-new"),
    path("arshjul/mallar/", editing.from_ready, name="wheel-ready"),
    path("arshjul/nasta-ar/", editing.next_year, name="wheel-next"),
    path("arshjul/till-beslut/", deciding.ask, name="wheel-ask"),
    path("arshjul/ta-tillbaka/", deciding.take_back, name="wheel-take-back"),
    path("arshjul/skicka-tillbaka/", deciding.send_back, name="wheel-send-back"),
    path("arshjul/besluta/", deciding.adopt, name="wheel-adopt"),
    path("arshjul/prenumerera/", feeds.subscriptions, name="wheel-feeds"),
    path("arshjul/prenumerera/<int:pk>/stang/", feeds.shut, name="wheel-feed-shut"),
    path("arshjul/prenumerera/<str:secret>.ics", feeds.feed, name="wheel-feed"),
    path(ONE, web.activity, name="wheel-activity"),
    path(f"{ONE}andra/", editing.change, name="wheel-change"),
    path(f"{ONE}ta-bort/", editing.remove, name="wheel-remove"),
    path(f"{ONE}klar/", editing.done, name="wheel-done"),
    path(f"{ONE}utgar/", editing.skip, name="wheel-skip"),
    path(f"{ONE}angra/", editing.undo, name="wheel-undo"),
]
