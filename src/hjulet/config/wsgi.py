import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from hjulet.core import net

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjulet.config.settings")
net.nobody_unless_asked()
application = get_wsgi_application()
import_module("hjulet.operations.app_role").tell_if_above()  # only once Django is ready
