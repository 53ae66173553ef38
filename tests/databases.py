"""Databases of a test's own on the PostgreSQL server; mark the test ``postgres``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from tests import leftout


@contextmanager
def fresh_database(template: str = "") -> Iterator[str]:
    """The address of a new database, empty or a copy of the one at ``template``; dropped in the end."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    server, name = leftout.postgres_url(), f"zhenwu_{uuid4().hex[:12]}"
    source = Identifier(template.rpartition("/")[2] or "template1")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), source))
        try:
            yield server.rpartition("/")[0] + "/" + name
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
