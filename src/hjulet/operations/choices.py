"""How a back-up or a restore ended, as the command's exit code."""

from enum import IntEnum


class Outcome(IntEnum):
    WELL = 0
    NOTHING_DONE = 1
    WITH_REMARKS = 3
