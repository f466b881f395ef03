"""Messages that were written and are not accepted yet, in a file, so that they outlive the program: each keeps
its key until the server has it, which is what makes repeats harmless. See "Sending" in ../../README.md.
"""
import secrets
import sqlite3
import uuid
from dataclasses import dataclass

MESSAGES_MAX = 1000
SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  position INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT, key TEXT UNIQUE, body TEXT
);
CREATE TABLE IF NOT EXISTS device (id TEXT);
"""


class OutboxFull(Exception):
    """Connect, or discard some."""


@dataclass(frozen=True)
class Outgoing:
    conversation: str
    key: str
    body: str


class Outbox:
    """One file for one person; only one program at a time may have it open."""

    def __init__(self, path: str = ":memory:") -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(SCHEMA)
        self.device_id = self._device_id()

    def add(self, message: Outgoing) -> None:
        """On disk when it returns. A key that waits already is the same message."""
        if self._database.execute("SELECT count(*) FROM message").fetchone()[0] >= MESSAGES_MAX:
            raise OutboxFull(f"{MESSAGES_MAX} messages wait to be sent.")
        row = (message.conversation, message.key, message.body)
        self._database.execute("INSERT OR IGNORE INTO message (conversation, key, body) VALUES (?, ?, ?)", row)

    def oldest(self, count: int) -> list[Outgoing]:
        query = "SELECT conversation, key, body FROM message ORDER BY position LIMIT ?"
        return [Outgoing(*row) for row in self._database.execute(query, (count,))]

    def give_key(self, old: str, new: str) -> None:
        self._database.execute("UPDATE message SET key = ? WHERE key = ?", (new, old))

    def remove(self, key: str) -> None:
        self._database.execute("DELETE FROM message WHERE key = ?", (key,))

    def _device_id(self) -> str:
        """The installation makes it once and keeps it."""
        query = "INSERT INTO device (id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM device)"
        self._database.execute(query, (str(uuid.uuid4()),))
        return str(self._database.execute("SELECT id FROM device").fetchone()[0])


class KeyMaker:
    """UUIDs of version 7, each greater than the one before."""

    def __init__(self) -> None:
        self._last = 0

    def make(self, at_s: float) -> str:
        # 48 bits of milliseconds and 12 that count within one, as RFC 9562 allows (its section 6.2, method 1).
        self._last = max(int(at_s * 1000) << 12, self._last + 1)
        milliseconds, count = self._last >> 12, self._last & 0xFFF
        return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | count << 64 | 2 << 62 | secrets.randbits(62)))

    def forget(self) -> None:
        """After the clock was set back."""
        self._last = 0
