"""Signs a person in as a program on their machine does: OAuth 2 authorization code with PKCE, the browser for
the password, and a redirect to this machine for the code. Keeps the session's tokens fresh afterwards. Standard
library only; see "Signing in" in ../../README.md.
"""
import asyncio
import base64
import hashlib
import http.client
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

CLIENT_ID = "skein-cli"
SIGN_IN_WITHIN_S = 300.0
REQUEST_WITHIN_S = 15.0
REFRESH_BEFORE_END_S = 60.0


class SignInNeeded(Exception):
    """The session is over: only the person can begin another."""


class Session:
    """The tokens of one sign-in. A refresh token works once, so this object alone refreshes, one at a time."""

    def __init__(self, origin: str, tokens: dict[str, object]) -> None:
        self._origin = origin
        self._one_at_a_time = asyncio.Lock()
        self._take(tokens)

    def _take(self, tokens: dict[str, object]) -> None:
        self._access, self.refresh_token = str(tokens["access_token"]), str(tokens["refresh_token"])
        self._ends_at = time.monotonic() + float(str(tokens["expires_in"]))

    async def access_token(self, old: str | None = None) -> str:
        """A token that is good for a while, and a fresher one than `old`, if that is one."""
        async with self._one_at_a_time:
            ends_soon = self._ends_at - time.monotonic() < REFRESH_BEFORE_END_S
            if ends_soon or self._access == old:
                fields = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
                self._take(await asyncio.to_thread(_request_tokens, self._origin, fields))
            return self._access


def sign_in(origin: str, handle: str = "", open_url: Callable[[str], object] = webbrowser.open) -> Session:
    """Opens the sign-in page in the browser and waits until the person is through."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    digest = hashlib.sha256(verifier.encode()).digest()
    with _RedirectServer(("127.0.0.1", 0), _RedirectHandler) as server:
        redirect_uri = f"http://127.0.0.1:{server.server_port}/callback"
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": redirect_uri,
            "scope": "openid profile offline_access",
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **({"login_hint": handle} if handle else {}),
        }
        open_url(f"{origin}/oauth/auth?{urllib.parse.urlencode(query)}")
        came_back = server.wait()
    if came_back.get("state") != state or "code" not in came_back:
        reason = came_back.get("error_description", "The browser did not come back with a code.")
        raise SignInNeeded(reason)
    fields = {"code": came_back["code"], "redirect_uri": redirect_uri, "code_verifier": verifier}
    return Session(origin, _request_tokens(origin, {"grant_type": "authorization_code", **fields}))


def _request_tokens(origin: str, fields: dict[str, str]) -> dict[str, object]:
    body = urllib.parse.urlencode({"client_id": CLIENT_ID, **fields}).encode()
    try:
        with urllib.request.urlopen(f"{origin}/oauth/token", body, REQUEST_WITHIN_S) as answer:
            tokens: dict[str, object] = json.load(answer)
            return tokens
    except urllib.error.HTTPError as refusal:
        if refusal.code >= 500:
            raise
        raise SignInNeeded(refusal.read().decode(errors="replace")) from refusal
    except http.client.HTTPException as broken:
        raise ConnectionError("The answer broke off.") from broken


class _RedirectServer(HTTPServer):
    came_back: dict[str, str] | None = None
    timeout = 1.0

    def wait(self) -> dict[str, str]:
        deadline = time.monotonic() + SIGN_IN_WITHIN_S
        while self.came_back is None:
            if time.monotonic() > deadline:
                raise SignInNeeded("Nobody signed in.")
            self.handle_request()
        return self.came_back


class _RedirectHandler(BaseHTTPRequestHandler):
    server: _RedirectServer

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        found = url.path == "/callback"
        if found:
            self.server.came_back = dict(urllib.parse.parse_qsl(url.query))
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"You are signed in. You can close this page." if found else b"Not here.")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address has the code in it."""
