"""Shelf `telemetry`: devices, readings, alarms. An alarm is news; what follows from it is a rule's business."""
