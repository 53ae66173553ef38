"""The outbox's door: verbs for administrators, what the clockwork follows and sends with. No other shelf imports it."""

from zhenwu.kernel.outbox.addresses import bad_entries
from zhenwu.kernel.outbox.attending import drop, pause, resume, retry, send_test
from zhenwu.kernel.outbox.reading import LABELS, PATIENCE, Standing, latest, named, spoken, standings, troubles
from zhenwu.kernel.outbox.sending import Sender, due, forget_ended, pause_after, send_due
from zhenwu.kernel.outbox.signing import headers, verify
from zhenwu.kernel.outbox.telling import EVERYTHING, FOLLOWER, KINDS, follow_outbox
from zhenwu.kernel.outbox.verbs import Made, Wish, altered, change_subscription, rotate_secret, subscribe, unsubscribe

__all__ = [
    "EVERYTHING", "FOLLOWER", "KINDS", "LABELS", "PATIENCE", "Made", "Sender", "Standing", "Wish", "altered", "bad_entries", "change_subscription", "drop",
    "due", "follow_outbox", "forget_ended", "headers", "latest", "named", "pause", "pause_after", "resume", "retry", "rotate_secret",
    "send_due", "send_test", "spoken", "standings", "subscribe", "troubles", "unsubscribe", "verify",
]  # fmt: skip
