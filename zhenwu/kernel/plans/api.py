"""The plan's door: adopt sentences as tasks, change and end them, read how far they are. Progress comes from metrics where there
is one; where there is none it is entered once a quarter."""

from zhenwu.kernel.plans.adopting import Adoption, GoalInput, SentenceInput, adopt, compare
from zhenwu.kernel.plans.breakdown import breakdown_xlsx
from zhenwu.kernel.plans.changing import (
    CHANGEABLE,
    Ending,
    Report,
    change_task,
    close_task,
    note_quarter,
    report_progress,
)
from zhenwu.kernel.plans.lights import LIGHTS, Light
from zhenwu.kernel.plans.matching import STATES, Match
from zhenwu.kernel.plans.reading import (
    DONE,
    DROPPED,
    LINE,
    RUNNING,
    SENTENCES,
    TASKS,
    Sentence,
    Standing,
    Task,
    period_of,
    plan_years,
    sentences,
    standing_of,
    standings,
    target_of,
    tasks,
)
from zhenwu.kernel.plans.supervising import supervisions
from zhenwu.kernel.plans.wording import BOUNDS, SORTS, lines_of, reached_words, scope_words, target_words

__all__ = [
    "BOUNDS",
    "CHANGEABLE",
    "DONE",
    "DROPPED",
    "LIGHTS",
    "LINE",
    "RUNNING",
    "SENTENCES",
    "SORTS",
    "STATES",
    "TASKS",
    "Adoption",
    "Ending",
    "GoalInput",
    "Light",
    "Match",
    "Report",
    "Sentence",
    "SentenceInput",
    "Standing",
    "Task",
    "adopt",
    "breakdown_xlsx",
    "change_task",
    "close_task",
    "compare",
    "lines_of",
    "note_quarter",
    "period_of",
    "plan_years",
    "reached_words",
    "report_progress",
    "scope_words",
    "sentences",
    "standing_of",
    "standings",
    "supervisions",
    "target_of",
    "target_words",
    "tasks",
]  # fmt: skip
