"""Pages and their addresses. ``tests/web/test_access.py`` names who may open each: a new route goes there too."""

from django.urls import path, register_converter

from zhenwu.kernel.matters.api import LOOKUP_PATH
from zhenwu.web.views import (
    documents,
    errata,
    exchange,
    figure,
    flow,
    home,
    issues,
    kept,
    ledger,
    lookup,
    maps,
    matter_kin,
    matter_list,
    matter_new,
    matters,
    metrics,
    notices,
    outbox,
    plan,
    record,
    report,
    reported,
    rolls,
    room,
    room_consulting,
    room_editions,
    room_figures,
    room_opinions,
    room_paragraph,
    room_sheets,
    room_signing,
    room_takeback,
    roster_swaps,
    rosters,
    rounds,
    saved_views,
    session,
    signs,
    tables,
    task,
    windows,
)


class LedgerKey:
    """``pack.ledger``; anything else is no page, and reaches no query."""

    regex = r"[a-z][a-z0-9_]{0,59}\.[a-z][a-z0-9_]{0,59}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FlowKey(LedgerKey):
    """``standard``, or ``pack.workflow``."""

    regex = r"[a-z][a-z0-9_]{0,59}(?:\.[a-z][a-z0-9_]{0,59})?"


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
register_converter(FlowKey, "flow")
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
    path("report/<number:year>/room", room.room, name="room"),
    path("report/<number:year>/room/begin", room.begin, name="room_begin"),
    path("report/<number:year>/room/assign", room.assign, name="room_assign"),
    path("report/<number:year>/room/store", room.store, name="room_store"),
    path("report/<number:year>/room/head", room.head, name="room_head"),
    path("report/<number:year>/room/replace", room.replace_words, name="room_replace"),
    path("report/<number:year>/room/compare", room_editions.compare, name="room_compare"),
    path("report/<number:year>/room/edition<number:number>.docx", room_editions.edition_file, name="room_edition"),
    path("report/<number:year>/room/opinions", room_opinions.opinions, name="room_opinions"),
    path("report/<number:year>/room/opinions.<slug:form>", room_opinions.opinions_file, name="room_opinions_file"),
    path("report/<number:year>/room/opinions/<uuid:opinion>/rule", room_opinions.rule, name="room_rule"),
    path("report/<number:year>/room/takeback", room_takeback.takeback, name="room_takeback"),
    path("report/<number:year>/room/takeback/<digest:file>", room_takeback.taken, name="room_taken"),
    path("report/<number:year>/room/<uuid:paragraph>", room_paragraph.paragraph, name="room_paragraph"),
    path("report/<number:year>/room/<uuid:paragraph>/hold", room_paragraph.hold, name="room_hold"),
    path("report/<number:year>/room/<uuid:paragraph>/release", room_paragraph.release, name="room_release"),
    path("report/<number:year>/room/<uuid:paragraph>/save", room_paragraph.save, name="room_save"),
    path("report/<number:year>/room/<uuid:paragraph>/break", room_paragraph.take_over, name="room_break"),
    path("report/<number:year>/room/<uuid:paragraph>/seen", room_paragraph.seen, name="room_seen"),
    path("report/<number:year>/room/<uuid:paragraph>/aside", room_paragraph.aside, name="room_aside"),
    path("report/<number:year>/room/<uuid:paragraph>/discard", room_paragraph.discard, name="room_discard"),
    path("report/<number:year>/room/<uuid:paragraph>/move", room_paragraph.move, name="room_move"),
    path("report/<number:year>/room/<uuid:paragraph>/opine", room_paragraph.opine, name="room_opine"),
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
    path("issues/<number:number>.pdf", errata.issue_pdf, name="issue_pdf"),
    path("issues/<number:number>/errata", errata.errata, name="errata"),
    path("issues/<number:number>/errata/<number:erratum>.<slug:form>", errata.erratum_file, name="erratum_file"),
    path("exchange", exchange.first_exchange, name="first_exchange"),
    path("exchange/<ledger:key>", exchange.exchange, name="exchange"),
    path("tables", tables.tables, name="tables"),
    path("tables/<digest:file>", tables.table, name="table"),
    path("tables/<digest:file>/fill", tables.fill, name="fill_table"),
    path("matters", matter_list.matters, name="matters"),
    path("matters/export", matter_list.export_matters, name="export_matters"),
    path("matters/views", saved_views.save_of_matters, name="save_matters_view"),
    path("views/<uuid:identity>/drop", saved_views.drop, name="drop_view"),
    path("flow/<flow:key>", flow.flow, name="flow"),
    path("matters/new", matter_new.new_matter, name="new_matter"),
    path("matter/<uuid:identity>/merge", matter_kin.merge, name="merge_matters"),
    path("matter/<uuid:identity>/files", matters.add_files, name="add_files"),
    path("matter/<uuid:identity>/file/<number:number>", matters.file, name="matter_file"),
    path("matter/<uuid:identity>/documents", documents.make, name="make_document"),
    path("matter/<uuid:identity>/documents/<uuid:made>.<slug:form>", documents.file, name="document_file"),
    path("matter/<uuid:identity>/press", matter_kin.press, name="press_matter"),
    path("matter/<uuid:identity>/part", matter_kin.part, name="part_merged"),
    path("matter/<uuid:identity>/split", matter_kin.split, name="split_matter"),
    path("matter/<uuid:identity>", matters.matter, name="matter"),
    path("matter/<uuid:identity>/step", matters.take_step, name="take_step"),
    path("outbox", outbox.outbox, name="outbox"),
    path("outbox/<uuid:identity>/<slug:act>", outbox.attend, name="attend_outbox"),
    path("notices", notices.notices, name="notices"),
    path("notices/read", notices.mark_read, name="mark_read"),
    path("unsent", kept.unsent, name="unsent"),
    path("kept-worker.js", kept.worker, name="kept_worker"),
    path("reported", reported.my_reports, name="reported"),
    path("reported/seen", reported.mark_answers, name="mark_answers"),
    path("slip/<number:number>", notices.slip, name="slip"),
    path("slip/<number:number>/sign", notices.sign, name="sign_slip"),
    path("rounds", rounds.rounds, name="rounds"),
    path("map", maps.lines_map, name="map"),
    path("window", windows.windows, name="windows"),
    path("window/<ledger:key>/<uuid:record>", windows.window, name="window"),
    path("rolls", rolls.rolls, name="rolls"),
    path("roll/<ledger:key>", rolls.roll_list, name="roll_list"),
    path("roll/<ledger:key>/<uuid:event>", rolls.roll, name="roll"),
    path("roll/<ledger:key>/<uuid:event>/off", rolls.call_off, name="call_off"),
    path("rosters", rosters.first_roster, name="first_roster"),
    path("rosters/<ledger:key>", rosters.rosters, name="rosters"),
    path("rosters/<ledger:key>/propose", rosters.propose, name="propose_roster"),
    path("rosters/<ledger:key>/save", rosters.save, name="save_roster"),
    path("rosters/<ledger:key>/clear", rosters.clear, name="clear_roster"),
    path("rosters/<ledger:key>/arrive", rosters.arrive, name="note_arrival"),
    path("rosters/<ledger:key>/note", rosters.note, name="note_watch"),
    path("rosters/<ledger:key>/board", rosters.board, name="roster_board"),
    path("rosters/<ledger:key>/swap", roster_swaps.ask_swap, name="ask_swap"),
    path("rosters/<ledger:key>/swap/<uuid:identity>", roster_swaps.take_swap, name="take_swap"),
    path("metrics", metrics.metrics, name="metrics"),
    path("figure/<path:address>", figure.figure, name="figure"),
    path("ledgers", ledger.ledgers, name="ledgers"),
    path("ledger/<ledger:key>", ledger.ledger, name="ledger"),
    path("ledger/<ledger:key>/export", ledger.export_ledger, name="export_ledger"),
    path("ledger/<ledger:key>/views", saved_views.save_of_ledger, name="save_ledger_view"),
    path("ledger/<ledger:key>/signs", signs.signs, name="signs"),
    path(LOOKUP_PATH, lookup.lookup, name="lookup"),
    path("sign/<ledger:key>/<uuid:record>", signs.sign, name="sign"),
    path("ledger/<ledger:key>/new", record.new_record, name="new_record"),
    path("record/<uuid:record>", record.record, name="record"),
    path("record/<uuid:record>/documents", documents.make_of_record, name="make_record_document"),
    path("record/<uuid:record>/documents/<uuid:made>.<slug:form>", documents.file_of_record, name="record_document_file"),
    path("record/<uuid:record>/correct", record.correct_record, name="correct_record"),
    path("record/<uuid:record>/course", maps.take_track, name="take_course"),
    path("record/<uuid:record>/void", record.void_record, name="void_record"),
    path("record/<uuid:record>/restore", record.bring_back, name="restore_record"),
    path("record/<uuid:record>/reveal", record.reveal_record, name="reveal_record"),
]
