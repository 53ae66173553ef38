"""On SQLite the cells lie in the tree of their key (WITHOUT ROWID): one place to find and to write instead of two."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = ("metrics_cell", "metrics_keycell")


def rearrange(tail: str, schema_editor: Any) -> None:
    """Make the tables anew with ``tail`` behind their definition; nothing refers to them."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
            found = cursor.fetchall()
            [made] = [sql.removesuffix(" WITHOUT ROWID") for kind, sql in found if kind == "table"]
            cursor.execute(made.replace(table, f"{table}_new", 1) + tail)
            cursor.execute(f"INSERT INTO {table}_new SELECT * FROM {table} ORDER BY 1, 2, 3")
            cursor.execute(f"DROP TABLE {table}")
            cursor.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
            for index in (sql for kind, sql in found if kind == "index"):
                cursor.execute(index)


def by_key(apps: Any, schema_editor: Any) -> None:
    rearrange(" WITHOUT ROWID", schema_editor)


def by_row(apps: Any, schema_editor: Any) -> None:
    rearrange("", schema_editor)


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial")]
    operations = [migrations.RunPython(by_key, by_row)]
