"""How the web server runs: `gunicorn -c python:hjulet.config.gunicorn hjulet.config.wsgi:application`."""

import gc
import os

from hjulet.operations import logs

bind = os.environ.get("HJULET_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("HJULET_WORKERS", "") or min(2 * (os.cpu_count() or 1), 4))
# More would only wait for each other: a page is mostly Python's own work, one thread at a time (docs/performance.md).
threads = int(os.environ.get("HJULET_THREADS", "") or 2)
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a heartbeat on disk may stall
control_socket_disable = True  # it would be put in the home folder, which may be read-only
timeout = 60
preload_app = True  # read once and shared by the workers: a quicker start and less memory
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


def when_ready(_server: object) -> None:
    """What has been read by now lives as long as the server: the collector need not walk through it at each turn,
    and does not write into the memory that the workers share. A page makes many objects that go of themselves, so
    that the collector's usual turns cost a third of the page (docs/performance.md). A connection cannot be shared.
    """
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
