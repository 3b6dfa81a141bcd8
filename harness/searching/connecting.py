"""Connections to a PostgreSQL server that do not wait for ever."""

from contextlib import closing

from .address import read, without_secrets

# Seconds, milliseconds and numbers of the client's own watch over a connection ...
WATCHED = {
    "connect_timeout": 10, "tcp_user_timeout": 30_000,
    "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
}  # fmt: skip
# ... and of the server's: a machine that lost its power must not hold a study's lock for two hours.
OPTIONS = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
READ_ONLY = f"{OPTIONS} -c default_transaction_read_only=on"
MADE_AT_ONCE = 0x6761_7465_6C61_62  # key of the lock under which tables are made


def connected(address, options=OPTIONS, **more):
    """A connection of psycopg's.

    Args:
        address: from ``address.checked``.
        options: of the session, as the server's command line takes them.
        more: parameters of libpq, such as ``application_name``.

    Raises:
        psycopg.OperationalError: the server is away, or refuses.
    """
    import psycopg

    url = read(address)
    _, given = url.get_dialect()().create_connect_args(url)
    settings = " ".join(filter(None, [given.get("options"), options]))
    return psycopg.connect(**{**WATCHED, **given, **more, "options": settings})


def durable(connection):
    """Have the server keep what it confirms, where it is set to confirm before it has written.

    With ``synchronous_commit = off`` a crash loses trials that Optuna takes for stored.
    """
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def rows(address, query, *values):
    """What a query finds; the database is not changed."""
    with closing(connected(address, READ_ONLY)) as connection:
        return connection.execute(query, values).fetchall()


def alone(address, make):
    """Call ``make()``, which makes tables, in one process at a time.

    Optuna makes its tables one by one: two studies that begin at once in a new database crash.
    """
    with closing(connected(address)) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MADE_AT_ONCE])
        return make()


def tables(address):
    """Names of the tables that the connection sees."""
    found = rows(
        address, "SELECT tablename FROM pg_tables WHERE schemaname = ANY(current_schemas(false))"
    )
    return {name for (name,) in found}


def said(address):
    """``host:5432/lab``, for messages."""
    url = read(without_secrets(address))
    host = url.host or url.query.get("host", "localhost")
    return f"{host}{f':{url.port}' if url.port else ''}/{url.database}"
