"""Asks over the PostgreSQL wire through psycopg 3 as it is published: transactions, bound parameters, both formats, typed values."""
import json
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal

import psycopg
from psycopg import errors

port, key = sys.argv[1:3]
address = f"host=127.0.0.1 port={port} dbname=perennial user=analyst password={key}"
COLUMNS = "SELECT order_id, day, paid_at, net, quantity, counted, nth FROM orders"
told = {}
with psycopg.connect(address) as connection:
    # Not in autocommit mode: psycopg sends BEGIN first.
    for binary in (False, True):
        with connection.cursor(binary=binary) as cursor:
            cursor.execute(f"{COLUMNS} WHERE net > %s AND day >= %s ORDER BY order_id", (Decimal("60.00"), date(2026, 1, 1)), prepare=True)
            (order_id, day, paid_at, net, quantity, counted, nth), *more = cursor.fetchall()
            assert not more, more
            assert (order_id, day, net, quantity, counted, nth) == ("A1", date(2026, 1, 11), Decimal("120.50"), Decimal("1.000"), True, 1)
            assert isinstance(paid_at, datetime) and paid_at.utcoffset() == timedelta(hours=8), paid_at
            told["binary" if binary else "text"] = [paid_at.isoformat(), [column.name for column in cursor.description]]
    connection.commit()
    try:
        connection.execute("SELECT nme FROM members")
        sys.exit("a column there is not was told")
    except errors.UndefinedColumn as error:
        told["undefined"] = str(error)
    connection.rollback()
    try:
        connection.execute("DELETE FROM members")
        sys.exit("something was deleted")
    except errors.ReadOnlySqlTransaction as error:
        told["refused"] = str(error)
    connection.rollback()
    told["members"] = connection.execute("SELECT count(*) FROM members").fetchone()[0]
    told["data_up_to"] = connection.info.parameter_status("data_up_to")
    told["phone"] = connection.execute("SELECT phone FROM members").fetchone()[0]
print(json.dumps(told))
