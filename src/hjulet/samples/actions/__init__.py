"""What one does with samples, with extracts of logs, and with decisions to follow up."""

from hjulet.samples.actions.decisions import Line, read_in
from hjulet.samples.actions.draws import Asked, close_draw, draw_again, draw_files, erase_old_draws, judge_file
from hjulet.samples.actions.extracts import (
    AskedOfLog,
    close_extract,
    draw_extract,
    erase_old_extracts,
    judge_row,
)

__all__ = [
    "Asked",
    "AskedOfLog",
    "Line",
    "close_draw",
    "close_extract",
    "draw_again",
    "draw_extract",
    "draw_files",
    "erase_old_draws",
    "erase_old_extracts",
    "judge_file",
    "judge_row",
    "read_in",
]
