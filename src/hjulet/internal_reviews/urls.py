from django.urls import path

from hjulet.internal_reviews import editing, web

urlpatterns = [
    path("granskningar/", web.year, name="internal-reviews"),
    path("granskningar/plan/", editing.plan, name="internal-review-plan"),
    path("granskningar/regler/", editing.rules, name="internal-review-rules"),
    path("granskningar/nytt/", editing.new, name="internal-review-new"),
    path("granskningar/jamfor/", web.compare, name="internal-review-compare"),
    path("granskningar/fler-enheter/", web.others, name="internal-review-others"),
    path("granskningar/<int:pk>/", web.visit, name="internal-review"),
    path("granskningar/<int:pk>/dag/", editing.day, name="internal-review-day"),
    path("granskningar/<int:pk>/ta-bort/", editing.remove, name="internal-review-remove"),
    path("granskningar/<int:pk>/urval/", editing.draw, name="internal-review-draw"),
    path("granskningar/<int:pk>/protokoll/", editing.protocol, name="internal-review-protocol"),
    path("granskningar/<int:pk>/resultat/", editing.result, name="internal-review-result"),
    path("granskningar/<int:pk>/svar/", editing.reply, name="internal-review-reply"),
    path("granskningar/<int:pk>/atgard/", editing.measure, name="internal-review-measure"),
    path("granskningar/<int:pk>/ledningsgruppen/", editing.take_up, name="internal-review-take-up"),
    path("granskningar/<int:pk>/avsluta/", editing.close, name="internal-review-close"),
]
