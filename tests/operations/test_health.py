"""Ready or not and why, and figures for those who may have them."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hjulet import __version__
from hjulet.audit.seal import seal
from hjulet.core.models import JobRun
from hjulet.operations import metrics, note
from tests.conftest import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-4")]
TOKEN = "ett-langt-och-slumpat-ord"


@pytest.fixture
def working(at: datetime) -> None:
    JobRun.objects.create(name="seal-log", started_at=at, finished_at=at)


def told(client: Client) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode()


def test_all_is_well(client: Client, working: None) -> None:
    assert told(client) == (200, "ok\n")


def test_a_full_disk_is_told_in_megabytes(client: Client, working: None, settings: Any) -> None:
    settings.MIN_FREE_MB = 1024**3
    status, said = told(client)
    free = shutil.disk_usage(settings.DATA_DIR).free // 1024**2
    assert status == 503 and said.startswith("disken är snart full: ") and abs(int(said.split()[4]) - free) < 5000


def test_a_data_folder_that_is_gone(client: Client, working: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "borta"
    assert told(client) == (503, "datamappen går inte att skriva i\n")


def test_a_migration_that_was_not_run(client: Client, working: None) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notify'")
    status, said = told(client)
    assert status == 503 and "databasen är inte uppdaterad" in said


# Figures -----------------------------------------------------------------------------


@pytest.fixture
def measured(settings: Any) -> Any:
    settings.METRICS, settings.METRICS_TOKEN, settings.METRICS_FROM = True, TOKEN, [ip_network("10.1.0.0/16")]
    return settings


def asks(client: Client, **headers: str) -> Any:
    address = headers.pop("address", "192.0.2.9")
    return client.get("/metrics", headers=headers, REMOTE_ADDR=address)


def test_only_those_named_may_measure(client: Client, measured: Any) -> None:
    assert asks(client).status_code == 404
    assert asks(client, Authorization="Bearer fel").status_code == 404
    assert asks(client, Authorization="Bearer ").status_code == 404
    assert asks(client, address="10.2.0.1").status_code == 404
    assert asks(client, address="").status_code == 404
    assert asks(client, address="10.1.2.3", **{"X-Forwarded-For": "10.1.9.9"}).status_code == 404
    assert asks(client, Authorization=f"Bearer {TOKEN}").status_code == 200
    assert asks(client, address="10.1.2.3").status_code == 200
    measured.METRICS_TOKEN = ""
    assert asks(client, Authorization="Bearer ").status_code == 404


def test_it_is_off_unless_switched_on(client: Client, measured: Any) -> None:
    measured.METRICS = False
    assert asks(client, Authorization=f"Bearer {TOKEN}").status_code == 404
    assert not (Path(measured.DATA_DIR) / metrics.FOLDER).exists()


def figures(client: Client) -> dict[str, float]:
    lines = asks(client, Authorization=f"Bearer {TOKEN}").content.decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_what_is_counted(client: Client, measured: Any, at: datetime, working: None, reported: Any) -> None:
    JobRun.objects.create(name="broken", started_at=at, finished_at=at, error="x")
    note.write(at - timedelta(hours=3))
    before = figures(client)
    for path in ("/healthz", "/healthz", "/finns-inte/", "/"):
        client.get(path)
    after = figures(client)

    def grew(name: str) -> float:
        return after[name] - before[name]

    assert grew('hjulet_requests_total{status="2xx"}') == 2 + 1  # and the first look at the figures itself
    assert grew('hjulet_requests_total{status="4xx"}') == 1
    assert grew('hjulet_requests_total{status="3xx"}') == 1
    assert grew("hjulet_request_seconds_count") == grew('hjulet_request_seconds_bucket{le="+Inf"}') == 5
    assert grew("hjulet_request_seconds_sum") > 0
    assert after[f'hjulet_info{{version="{__version__}"}}'] == after["hjulet_database_up"] == 1
    assert after['hjulet_job_failed{job="broken"}'] == 1 and after['hjulet_job_failed{job="seal-log"}'] == 0
    assert after['hjulet_job_finished_timestamp_seconds{job="seal-log"}'] == at.timestamp()
    assert after["hjulet_last_backup_timestamp_seconds"] == (at - timedelta(hours=3)).timestamp()
    assert after["hjulet_data_free_bytes"] > 0
    unsealed, mails = after["hjulet_log_unsealed_events"], after["hjulet_mail_waiting"]
    reported()
    later = figures(client)
    assert later["hjulet_log_unsealed_events"] > unsealed and later["hjulet_mail_waiting"] > mails
    seal(at)
    assert figures(client)["hjulet_log_unsealed_events"] == 0
    assert figures(client)["hjulet_log_last_seal_timestamp_seconds"] == at.timestamp()


def test_the_sum_is_over_processes_also_ended_ones(measured: Any) -> None:
    metrics.observe(200, 0.05)
    child = os.fork()
    if child == 0:
        metrics.observe(503, 20)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    said = "\n".join(metrics.lines())
    assert 'total{status="2xx"} 1' in said and 'total{status="5xx"} 1' in said
    assert 'bucket{le="0.1"} 1' in said and 'bucket{le="10.0"} 1' in said and 'bucket{le="+Inf"} 2' in said
    metrics.begin()
    assert metrics.totals() == [0] * len(metrics.totals())
