"""What a stored file is called and where it lies. The content lies in the data folder, not the database."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from hjulet.org.models import Person, Principal

FOLDER = "files"


class StoredFile(models.Model):
    """One file. Who may read it is decided by the room whose object it hangs on."""

    key = models.CharField(max_length=32, unique=True)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    owner = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return path_of(self.key)


def path_of(key: str) -> Path:
    return Path(settings.DATA_DIR) / FOLDER / key[:2] / key
