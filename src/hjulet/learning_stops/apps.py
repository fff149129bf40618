from django.apps import AppConfig


class LearningStopsConfig(AppConfig):
    name = "hjulet.learning_stops"
    label = "learning_stops"
    default_auto_field = "django.db.models.BigAutoField"
