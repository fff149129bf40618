import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from hjulet.core import jobs
from hjulet.core.now import now

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Kör schemalagt arbete: aviseringar, påminnelser, försegling av loggen. --once kör allt en gång. "
        "Vid SIGTERM görs det påbörjade jobbet klart."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            for name in jobs.run_due(now(), everything=True):
                self.stdout.write(name)
            return
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        while not stop.is_set():
            self._round(stop)
            stop.wait(5)

    def _round(self, stop: threading.Event) -> None:
        try:
            close_old_connections()
            jobs.run_due(now(), go_on=lambda: not stop.is_set())
        except (OperationalError, InterfaceError):
            log.error("the database does not answer; trying again")
            connection.close()
