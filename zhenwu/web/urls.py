"""Pages and their addresses. ``tests/web/test_access.py`` names who may open each: a new route goes there too."""

from django.urls import path, register_converter

from zhenwu.web.views import (
    figure,
    home,
    issues,
    ledger,
    metrics,
    plan,
    record,
    report,
    room_consulting,
    room_figures,
    room_sheets,
    room_signing,
    session,
    tables,
    task,
)


class LedgerKey:
    """``pack.ledger``; anything else is no page, and reaches no query."""

    regex = r"[a-z][a-z0-9_]{0,59}\.[a-z][a-z0-9_]{0,59}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Number:
    """A whole number that fits a database column."""

    regex = r"[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Digest:
    """A stored file by its SHA-256."""

    regex = r"[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Digest, "digest")
register_converter(LedgerKey, "ledger")
register_converter(Number, "number")

urlpatterns = [
    path("", home.home, name="home"),
    path("login", session.LogIn.as_view(), name="login"),
    path("logout", session.LogOut.as_view(), name="logout"),
    path("report", report.report, name="report"),
    path("report/<number:year>", report.report_year, name="report_year"),
    path("report/<number:year>/figures", room_figures.standing, name="room_figures"),
    path("report/<number:year>/figures.<slug:form>", room_figures.standing_file, name="room_figures_file"),
    path("report/<number:year>/sheets", room_sheets.sheets, name="room_sheets"),
    path("sheet/<uuid:identity>", room_sheets.sheet, name="room_sheet"),
    path("sheet/<uuid:identity>/recall", room_sheets.recall, name="recall_sheet"),
    path("sheet/<uuid:identity>.<slug:form>", room_sheets.sheet_file, name="room_sheet_file"),
    path("report/<number:year>/consultations", room_consulting.consultations, name="consultations"),
    path("consult/<ledger:metric>/<ledger:other>/<str:period>", room_consulting.consultation, name="consultation"),
    path("consult/<ledger:metric>/<ledger:other>/<str:period>/sheet.<slug:form>", room_consulting.consultation_file, name="consultation_file"),
    path("report/<number:year>/signing", room_signing.signing, name="room_signing"),
    path("report/<number:year>/signing.<slug:form>", room_signing.signing_file, name="room_signing_file"),
    path("report/<number:year>/<slug:name>.<slug:form>", report.report_edition, name="report_edition"),
    path("report/<number:year>/issue", report.issue_year, name="issue_year"),
    path("issues", issues.issues, name="issues"),
    path("issues/<number:number>", issues.issue, name="issue"),
    path("issues/<number:number>/verify", issues.verify_issue, name="verify_issue"),
    path("issues/<number:number>.docx", issues.issue_docx, name="issue_docx"),
    path("plan", plan.plan, name="plan"),
    path("plan/export", plan.export_plan, name="export_plan"),
    path("plan/quarter", plan.quarter, name="note_quarter"),
    path("plan/adopt/<number:number>", plan.adopt_plan, name="adopt_plan"),
    path("plan/task/<slug:code>", task.task, name="task"),
    path("plan/task/<slug:code>/change", task.change, name="change_task"),
    path("plan/task/<slug:code>/close", task.close, name="close_task"),
    path("plan/task/<slug:code>/progress", task.progress, name="report_progress"),
    path("plan/task/<slug:code>/supervise", task.supervise, name="supervise_task"),
    path("tables", tables.tables, name="tables"),
    path("tables/<digest:file>", tables.table, name="table"),
    path("tables/<digest:file>/fill", tables.fill, name="fill_table"),
    path("metrics", metrics.metrics, name="metrics"),
    path("figure/<path:address>", figure.figure, name="figure"),
    path("ledgers", ledger.ledgers, name="ledgers"),
    path("ledger/<ledger:key>", ledger.ledger, name="ledger"),
    path("ledger/<ledger:key>/export", ledger.export_ledger, name="export_ledger"),
    path("ledger/<ledger:key>/new", record.new_record, name="new_record"),
    path("record/<uuid:record>", record.record, name="record"),
    path("record/<uuid:record>/correct", record.correct_record, name="correct_record"),
    path("record/<uuid:record>/reveal", record.reveal_record, name="reveal_record"),
]
