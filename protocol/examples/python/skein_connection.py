"""The connection of a Skein client: greets, asks and answers, keeps the server's clock, notices a dead network,
and comes back by itself for as long as the close codes allow it. See "Greeting", "Requests and answers" and
"Closing" in ../../README.md. What the requests mean is the client's.
"""
import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgpack  # type: ignore[import-untyped]
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from skein_sign_in import SignInNeeded

HELLO, REAUTHENTICATE, PING, WELCOME, ERROR, REAUTHENTICATE_SOON = 1, 2, 3, 64, 96, 131
RETRYABLE = {"rate_limited", "overloaded", "unavailable", "storage_full", "timeout", "predecessor_missing", "internal"}
PROTOCOL_VERSION = 1
CLIENT_NAME = "skein-python/1"
ANSWER_WITHIN_S, OPEN_WITHIN_S, PING_EVERY_S, PING_WITHIN_S = 15.0, 8.0, 20.0, 5.0
FRAME_BYTES_MAX = 1 << 20
REQUEST_ID_MAX = 2**32 - 1

TokenSource = Callable[[str | None], Awaitable[str]]
"""Answers an access token, and a fresher one than the argument, if that is one."""


class SkeinError(Exception):
    def __init__(self, code: str, message: str, retry_after_ms: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.retryable = code, code in RETRYABLE
        self.retry_after_s = (retry_after_ms or 0) / 1000


def backoff_s(failures: int) -> float:
    return random.uniform(0.1, 1) * min(15.0, 0.25 * 2.0 ** min(failures, 10))


class SkeinConnection:
    """Calls `on_welcome` on every new socket, which follows nothing yet, and `on_push` for what comes unasked."""

    def __init__(
        self,
        origin: str,
        token: TokenSource,
        device_id: str,
        on_welcome: Callable[[], None],
        on_push: Callable[[int, list[Any]], None],
    ) -> None:
        self._url = f"{origin.replace('http', 'ws', 1)}/ws"
        self._token, self._device_id, self._used_token = token, device_id, ""
        self.user_id = self.handle = ""
        self._on_welcome, self._on_push = on_welcome, on_push
        self._server_ahead_s = time.time() - time.monotonic()
        self._best_round_trip_s = float("inf")
        self._socket: ClientConnection | None = None
        self.online = asyncio.Event()
        self._pending: dict[int, asyncio.Future[list[Any]]] = {}
        self._last_request_id = 1
        self._tasks: set[asyncio.Task[object]] = set()
        self._life: asyncio.Task[object] | None = None

    async def connect(self) -> None:
        """Returns when the server has said welcome; from then on the connection comes back by itself."""
        self._life = self.spawn(self._live())
        await self.wait_for(self.online)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def call(self, opcode: int, *fields: Any) -> list[Any]:
        """The fields of the answer. Repeats what will pass, over every reconnect; else raises SkeinError."""
        failures = 0
        while True:
            await self.wait_for(self.online)
            try:
                return await self.ask_once(opcode, *fields)
            except SkeinError as error:
                if not error.retryable:
                    raise
                await asyncio.sleep(max(error.retry_after_s, backoff_s(failures)))
                failures += 1

    async def ask_once(self, opcode: int, *fields: Any, within_s: float = ANSWER_WITHIN_S) -> list[Any]:
        """Over the connection there is now, and without a repeat."""
        if self._socket is None:
            raise SkeinError("unavailable", "There is no connection.")
        self._last_request_id = request_id = self._last_request_id % REQUEST_ID_MAX + 1
        answer = self._pending[request_id] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(msgpack.packb([opcode, request_id, *fields]))
            frame: list[Any] = await asyncio.wait_for(answer, within_s)
        except TimeoutError:
            raise SkeinError("timeout", "No answer in time.") from None
        except ConnectionClosed:
            raise SkeinError("unavailable", "The connection was lost.") from None
        finally:
            del self._pending[request_id]
        if frame[0] == ERROR:
            raise SkeinError(*frame[2:5])
        return frame[2:]

    def server_time_s(self) -> float:
        """Counted from what the server said: setting the local clock does no harm."""
        return time.monotonic() + self._server_ahead_s

    async def correct_clock(self) -> None:
        self._best_round_trip_s = float("inf")
        await self._ask_time(ANSWER_WITHIN_S)

    async def _live(self) -> None:
        failures, refused = 0, None
        while True:
            code, welcomed = 1006, False
            try:
                self._used_token = await self._token(refused)
                options: dict[str, Any] = {"max_size": FRAME_BYTES_MAX, "open_timeout": OPEN_WITHIN_S}
                async with connect(self._url, compression=None, ping_interval=None, **options) as socket:
                    await self._greet(socket)
                    welcomed = True
                    await self._read(socket)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
            except (OSError, TimeoutError, WebSocketException) as trouble:
                logging.info("No connection: %s", trouble)
            finally:
                self._lose_connection()
            if 4000 <= code <= 4099:
                raise SkeinError("protocol_error", f"The server closed the connection with {code}.")
            if code == 4100 and refused is not None and not welcomed:
                raise SignInNeeded("A fresh token was refused.")
            refused = self._used_token if 4100 <= code <= 4199 else None
            failures = 0 if welcomed else failures + 1
            await asyncio.sleep(backoff_s(failures))

    async def _greet(self, socket: ClientConnection) -> None:
        sent_at = time.monotonic()
        hello = [HELLO, 1, PROTOCOL_VERSION, self._used_token, self._device_id, CLIENT_NAME]
        await socket.send(msgpack.packb(hello))
        welcome = msgpack.unpackb(await asyncio.wait_for(socket.recv(), ANSWER_WITHIN_S))
        if welcome[0] != WELCOME:
            raise SkeinError("protocol_error", "The first frame was no welcome.")
        self.user_id, self.handle = welcome[2:4]
        self._best_round_trip_s = float("inf")
        self._take_server_time(welcome[5], sent_at)
        self._socket = socket
        self.online.set()

    async def _read(self, socket: ClientConnection) -> None:
        keeping_alive = self.spawn(self._keep_alive(socket))
        self._on_welcome()
        try:
            while True:
                self._on_frame(msgpack.unpackb(await socket.recv()))
        finally:
            keeping_alive.cancel()

    def _on_frame(self, frame: list[Any]) -> None:
        opcode, request_id = frame[:2]
        if request_id in self._pending:
            if not self._pending[request_id].done():
                self._pending[request_id].set_result(frame)
        elif opcode == REAUTHENTICATE_SOON:
            self.spawn(self._reauthenticate())
        elif request_id == 0:
            self._on_push(opcode, frame[2:])

    def _lose_connection(self) -> None:
        self._socket = None
        self.online.clear()
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(SkeinError("unavailable", "The connection was lost."))

    async def _keep_alive(self, socket: ClientConnection) -> None:
        try:
            while True:
                await asyncio.sleep(PING_EVERY_S)
                await self._ask_time(PING_WITHIN_S)
        except SkeinError:
            socket.transport.abort()

    async def _ask_time(self, within_s: float) -> None:
        sent_at = time.monotonic()
        self._take_server_time((await self.ask_once(PING, within_s=within_s))[0], sent_at)

    def _take_server_time(self, server_time_ms: float, sent_at: float) -> None:
        round_trip_s = time.monotonic() - sent_at
        if round_trip_s < self._best_round_trip_s:
            self._best_round_trip_s = round_trip_s
            self._server_ahead_s = server_time_ms / 1000 + round_trip_s / 2 - time.monotonic()

    async def _reauthenticate(self) -> None:
        self._used_token = await self._token(self._used_token)
        await self.ask_once(REAUTHENTICATE, self._used_token)

    async def wait_for(self, event: asyncio.Event) -> None:
        """Waits; raises the reason instead when the connection has ended for good."""
        assert self._life is not None, "connect first"
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait({waiting, self._life}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if self._life.done():
            self._life.result()

    def spawn(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        def ended(task: asyncio.Task[object]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and task.exception() is not None:
                logging.warning("%s", task.exception())

        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(ended)
        return task
