"""Register devices, take readings, raise and end alarms, and tell who has gone silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Max

from zhenwu.kernel.journal.api import Act, Event, Writer, perform
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.telemetry.models import Alarm, Device, Reading
from zhenwu.lib.clock import now
from zhenwu.lib.digests import digest
from zhenwu.lib.facts import Fact, Row
from zhenwu.lib.problems import NotFound, Problem

__all__ = ["ALARM_COLUMNS", "DeviceInput", "alarm_raised", "record_readings", "register_device", "silent_devices"]


ALARM_COLUMNS = {"kind": "text", "code": "text", "label": "text", "measure": "text"}


@dataclass(frozen=True)
class DeviceInput:
    """A device to register. ``alarm_above`` is in the device's scale."""

    code: str
    kind: str
    label: str
    unit: UUID
    measure: str = ""
    scale: int = 0
    alarm_above: int | None = None
    silent_after_minutes: int = 1440
    test: bool = False


def register_device(actor: Actor, device: DeviceInput, op_id: UUID) -> UUID:
    """Register a device; its code is unique. Returns its id."""
    identity = uuid5(op_id, "device")

    def change(writer: Writer) -> dict[str, Any]:
        if Device.objects.filter(code=device.code).exists():
            raise Problem("device.taken", f"设备编号“{device.code}”已登记", "请核对编号。")
        event = writer.event("device.registered", f"device:{identity}", {"device": str(identity), "kind": device.kind})
        fields = {name: value for name, value in device.__dict__.items() if name != "unit"}
        Device.objects.create(id=identity, unit_id=device.unit, event=event, **fields)
        return {"device": str(identity)}

    request = {**device.__dict__, "unit": str(device.unit)}
    return UUID(perform(Act(actor.principal, op_id, "register_device", request), change)["device"])


def record_readings(actor: Actor, code: str, readings: Sequence[tuple[datetime, int]], op_id: UUID) -> dict[str, Any]:
    """Store a device's readings (moment, whole number in its scale); raises or ends its alarm.

    Readings already known are passed over. Returns ``{"stored": n, "raised": alarm id or None}``.
    """
    device = Device.objects.filter(code=code).first()
    if device is None:
        raise NotFound("device.unknown", f"没有登记编号为“{code}”的设备", "先登记设备。")
    latest = now() + timedelta(minutes=10)
    if any(at.tzinfo is None or at > latest for at, _ in readings):
        raise Problem("reading.time", "读数的时间不对（没有时区，或在将来）", "请校准设备时钟。")

    def change(writer: Writer) -> dict[str, Any]:
        known = set(Reading.objects.filter(device=device, at__in=[at for at, _ in readings]).values_list("at", flat=True))
        fresh = sorted({at: value for at, value in readings if at not in known}.items())
        Reading.objects.bulk_create(Reading(device=device, at=at, value=value) for at, value in fresh)
        raised = None
        for at, value in fresh:
            raised = _weigh(writer, device, at, value) or raised
        return {"stored": len(fresh), "raised": raised}

    told = digest([[at.isoformat(), value] for at, value in readings], settings.DIGEST)
    return perform(Act(actor.principal, op_id, "record_readings", {"device": code, "readings": told}), change)


def silent_devices() -> list[Device]:
    """Devices that have said nothing for longer than they may."""
    devices = Device.objects.annotate(last=Max("readings__at")).order_by("code")
    moment = now()
    return [
        device for device in devices
        if device.last is None or device.last < moment - timedelta(minutes=device.silent_after_minutes)
    ]  # fmt: skip


def alarm_raised(event: Event) -> Fact | None:
    """What an ``alarm.raised`` speaks of, at the place of its device (``ALARM_COLUMNS``); None for a device in test mode."""
    alarm = Alarm.objects.select_related("device").filter(event=event, device__test=False).first()
    if alarm is None:
        return None
    row = Row((name, getattr(alarm.device, name)) for name in ALARM_COLUMNS)
    return Fact("alarm", alarm.id, 1, alarm.device.unit_id, row)


def _weigh(writer: Writer, device: Device, at: datetime, value: int) -> str | None:
    """Raise, raise higher or end the device's alarm; returns the id of a new one."""
    over = device.alarm_above is not None and value > device.alarm_above
    open_alarm = Alarm.objects.filter(device=device, ended_at=None).first()
    if over and open_alarm is None:
        identity = uuid5(writer.act.op_id, at.isoformat())
        body = {"alarm": str(identity), "device": str(device.id), "test": device.test}
        event = writer.event("alarm.raised", f"device:{device.id}", body)
        Alarm.objects.create(id=identity, device=device, raised_at=at, highest=value, event=event)
        return str(identity)
    if open_alarm and over and value > open_alarm.highest:
        Alarm.objects.filter(id=open_alarm.id).update(highest=value)
    if open_alarm and not over:
        Alarm.objects.filter(id=open_alarm.id).update(ended_at=at)
        writer.event("alarm.ended", f"device:{device.id}", {"alarm": str(open_alarm.id)})
    return None
