"""Codes of samples, of log extracts and of followed-up decisions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hjulet.org.choices import Duty, Track

# Whoever leads from above or sees to legal certainty draws and judges; a unit's own manager is among the reviewed.
DRAWS = (Duty.LEX, Duty.READ)
# Those who see what came of it when it is closed: the sums, never a file.
SEES_SUMS = (Duty.RECEIVE, Duty.STATISTICS)
# Whoever handles or reads cases at a unit sees each decision there, and reads the lists in.
SEES_DECISIONS = (Duty.HANDLE, Duty.READ)
COUNTS = (Duty.STATISTICS,)
MASKED = (Duty.MASKED_STATISTICS,)
FOLLOWS = (*SEES_DECISIONS, *COUNTS, *MASKED)

LAWS = [(track.value, track.label) for track in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)]
LAWS_OF_DECISIONS = (Track.SOL.value, Track.LSS.value)

JUDGE_LEVEL = "sample.judge"  # how long a sample or an extract may take
KEEP_LEVEL = "sample.keep"  # how long references are kept
REVIEW_LEVEL = "audit.log_review_unit"  # how often each unit is reviewed
UNCLEAR_LEVEL = "audit.unclear"  # how soon an unclear reading is found out
DECISION_LEVEL = "decision.follow_up"
PLAN_LEVEL = "care_plan.make"
PLAN_FOLLOW_LEVEL = "care_plan.follow_up"


class Source(TextChoices):
    LIST = "list", _("En lista från verksamhetssystemet")
    CASES = "cases", _("Hjulets egna ärenden som är avslutade")


class GroupBy(TextChoices):
    NONE = "none", _("Nej, en enda lott")
    UNIT = "unit", _("Ja, per enhet")
    HANDLER = "handler", _("Ja, per handläggare")


class FileOutcome(TextChoices):
    OK = "ok", _("Uppfyllt")
    REMARK = "remark", _("Anmärkning")
    SERIOUS = "serious", _("Allvarlig brist")
