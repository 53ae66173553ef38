"""The keys shared with receivers: made here, shown once, kept in envelopes under the installation's master key."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.outbox.models import SigningSecret
from zhenwu.kernel.outbox.signing import new_secret
from zhenwu.lib import envelopes
from zhenwu.lib.ids import new_id

OVERLAP = timedelta(days=1)  # how long the secret that was replaced still signs


class Fresh:
    """A secret that no store has yet: made, and sealed, before the transaction."""

    def __init__(self, subscription: UUID) -> None:
        self.subscription, self.id, self.plain = subscription, new_id(), new_secret()
        self.envelope = envelopes.seal(self.plain, _master(), settings.CIPHER, _context(subscription, self.id))

    def keep(self, event: Event, moment: datetime) -> None:
        """Store it. The one it replaces signs on for a day; one that was replaced before ends now."""
        others = SigningSecret.objects.filter(subscription=self.subscription)
        others.filter(valid_until__gt=moment).update(valid_until=moment)
        others.filter(valid_until=None).update(valid_until=moment + OVERLAP)
        SigningSecret.objects.create(id=self.id, subscription_id=self.subscription, envelope=self.envelope, event=event)


def secrets_of(subscription: UUID, moment: datetime) -> list[str]:
    """What signs for a receiver at a moment, the newest first. Raises ``Problem('envelope.damaged')``."""
    valid = SigningSecret.objects.filter(Q(valid_until=None) | Q(valid_until__gt=moment), subscription=subscription)
    rows = sorted(valid, key=lambda row: row.valid_until is not None)
    return [envelopes.unseal(row.envelope, _master(), _context(subscription, row.id)) for row in rows]


def _context(subscription: UUID, secret: UUID) -> bytes:
    return f"outbox:{subscription.hex}:{secret.hex}".encode()


def _master() -> bytes:
    return envelopes.key_at(f"{settings.HOME}/keys/master")
