"""The claims and the statement go as one message, so that no other statement can come between them: also through a
pooler that gives each transaction whichever connection is free, and also without a transaction, since PostgreSQL runs
one message as one. What was set ends with the transaction, so nothing is left on a connection for the next to find.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as Operations
from psycopg import sql
from psycopg.pq import TransactionStatus

from hjulet.core import net

_TOUCHES_ROWS = re.compile(
    r"[\s(]*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|EXPLAIN|VALUES|TABLE|DECLARE)\b", re.IGNORECASE
)


def prefix() -> str:
    """Sets the claims until the transaction ends."""
    quoted = net.current().text().replace("'", "''")
    return f"SET LOCAL hjulet.claims = E'{quoted.replace(chr(92), chr(92) * 2)}'; "


_Cursor: Any = base.Cursor  # psycopg's, which binds values itself and so may send several statements at once


class Cursor(_Cursor):
    """Sends the claims before each statement that reads or writes rows."""

    _claims = b""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        if not _TOUCHES_ROWS.match(_text(query, self)):
            return super().execute(query, params, **kwargs)
        self._claims = prefix().encode()
        try:
            super().execute(query, params, **kwargs)
        finally:
            self._claims = b""
        self.nextset()  # past the answer to SET
        return self

    def _execute_send(self, query: Any, **kwargs: Any) -> None:
        """Put in front only now: psycopg remembers how it took a statement apart, the same for all who ask it."""
        if self._claims:
            query.query = self._claims + query.query
        super()._execute_send(query, **kwargs)

    def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
        """One by one: psycopg's own way takes one statement at a time. `rowcount` is the last one's."""
        for params in params_seq:
            self.execute(query, params)

    def copy(self, statement: Any, params: Any = None, **kwargs: Any) -> Any:
        """COPY stands alone in its message; inside a transaction the claims go before it."""
        if self.connection.info.transaction_status == TransactionStatus.INTRANS:
            super().execute(prefix())
        return super().copy(statement, params, **kwargs)


def _text(query: Any, cursor: Any) -> str:
    if isinstance(query, bytes):
        return query.decode()
    return query.as_string(cursor) if isinstance(query, sql.Composable) else str(query)


class DatabaseOperations(Operations):
    compiler_module = "hjulet.core.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def chunked_cursor(self) -> Any:
        """No cursors on the server: they outlive their transaction, and a pooler in between."""
        return self.cursor()
