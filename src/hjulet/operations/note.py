"""When the last back-up was made, in a file beside the data: a restored database must not say it was just copied."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

NAME = "last-backup"


def write(at: datetime) -> None:
    note = Path(settings.DATA_DIR) / NAME
    note.touch(mode=0o600)
    note.write_text(at.astimezone(UTC).isoformat(timespec="seconds"))


def last_backup() -> datetime | None:
    try:
        return datetime.fromisoformat((Path(settings.DATA_DIR) / NAME).read_text())
    except (FileNotFoundError, ValueError):
        return None
