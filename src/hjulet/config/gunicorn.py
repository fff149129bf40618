"""How the web server runs: `gunicorn -c python:hjulet.config.gunicorn hjulet.config.wsgi:application`."""

import os

from hjulet.operations import logs

bind = os.environ.get("HJULET_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("HJULET_WORKERS", "") or min(2 * (os.cpu_count() or 1), 4))
threads = int(os.environ.get("HJULET_THREADS", "") or 4)
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a heartbeat on disk may stall
control_socket_disable = True  # it would be put in the home folder, which may be read-only
timeout = 60
# A request under way is answered before a stop; whoever stops us must wait a little longer than this.
graceful_timeout = int(os.environ.get("HJULET_GRACE_SECONDS", "") or 30)
_form = os.environ.get("HJULET_LOG_FORMAT", "text")
logconfig_dict = logs.config(_form, os.environ.get("HJULET_LOG_LEVEL", "WARNING"))
logconfig_dict["loggers"]["gunicorn.error"] = {"level": "INFO" if _form == "json" else "WARNING", "propagate": True}


def on_starting(_server: object) -> None:
    """Before the first worker. Settings are read here, so that a wrong one stops the start with its own words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hjulet.config.settings")
    from hjulet.operations import metrics

    metrics.begin()
