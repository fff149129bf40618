"""Looks after the files: half-written ones go, and those that hang on nothing; strays are told about, not removed.

A database restored to an earlier day, or a wrong database address, must never empty the folder.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from hjulet.core.jobs import scheduled
from hjulet.files.actions import remove
from hjulet.files.models import FOLDER, StoredFile
from hjulet.files.registry import in_use

log = logging.getLogger(__name__)
GRACE = timedelta(days=1)
LOOKS_BACK = timedelta(days=7)


@scheduled("look-after-files", every=timedelta(hours=6))
def look_after_files(at: datetime) -> list[Path]:
    """Removes half-written files older than a day, and returns whole ones as old that belong to no row."""
    strays: list[Path] = []
    for folder in sorted((Path(settings.DATA_DIR) / FOLDER).glob("[0-9a-f][0-9a-f]")):
        old = [path for path in folder.iterdir() if _changed_at(path) < at.astimezone(UTC) - GRACE]
        for half in [path for path in old if path.suffix == ".half"]:
            half.unlink(missing_ok=True)
        whole = {path.name: path for path in old if path.suffix != ".half"}
        known = set(StoredFile.objects.filter(key__in=list(whole)).values_list("key", flat=True))
        strays += [path for name, path in whole.items() if name not in known]
    if strays:
        log.warning("%s stored files belong to no row, the first is %s", len(strays), strays[0])
    return strays


@scheduled("remove-unused-files", every=timedelta(hours=6))
def remove_unused_files(at: datetime) -> int:
    """Removes what was uploaded with something that was then refused, or sent twice. Returns how many."""
    uploaded = StoredFile.objects.filter(created_at__lt=at - GRACE, created_at__gte=at - LOOKS_BACK)
    files = {file.pk: file for file in uploaded}
    unused = files.keys() - in_use(list(files))
    for pk in sorted(unused):
        remove(files[pk], actor=None, at=at)
    return len(unused)


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
