"""api-info: which API this is (DIGG's profile, VER.06)."""

from __future__ import annotations

from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from hjulet.core.access import ANYONE, access
from hjulet.rest.openapi import RELEASED, VERSION
from hjulet.rest.shapes import Day, Out

router = Router(by_alias=True, tags=["Vilket API"])


class ApiInfo(Out):
    api_name: str = Field(examples=["Hjulet"])
    api_version: str = Field(examples=[VERSION])
    api_released: Day
    api_documentation: str = Field(examples=["https://hjulet.kommun.example/api/v1/docs"])
    api_status: Literal["active"] = Field(examples=["active"])


@router.get("/api-info", response=ApiInfo, summary="Vilket API det är", description="Namn, version och läge.")
@access(ANYONE)
def api_info(request: HttpRequest) -> ApiInfo:
    return ApiInfo(
        api_name="Hjulet",
        api_version=VERSION,
        api_released=RELEASED,  # type: ignore[arg-type]
        api_documentation=f"{settings.BASE_URL}/api/v1/docs",
        api_status="active",
    )
