from django.apps import AppConfig


class InternalReviewsConfig(AppConfig):
    name = "hjulet.internal_reviews"
    label = "internal_reviews"
    default_auto_field = "django.db.models.BigAutoField"
