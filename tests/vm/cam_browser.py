"""What a page in Chromium gets of the virtual webcam."""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("call.html")
HOME = Path("/run/browser")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--no-zygote",  # else it hangs in the guest
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


class Told(ThreadingHTTPServer):
    """Serves the page, and hears what it tells."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.heard = threading.Event()
        self.told: Any = None


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Told

    def do_GET(self) -> None:
        """The page."""
        self._send(PAGE.read_bytes())

    def do_POST(self) -> None:
        """What it tells."""
        self.server.told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._send(b"")
        self.server.heard.set()

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def browse(seconds: float = 60) -> Any:
    """What the page tells, or an error."""
    HOME.mkdir(exist_ok=True)
    said = HOME / "said"
    with Told() as server, said.open("w") as errors:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        words = ["chromium", *FLAGS, f"--user-data-dir={HOME}/profile", f"http://127.0.0.1:{server.server_port}/"]
        environment = os.environ | {"HOME": str(HOME)}
        with subprocess.Popen(words, stderr=errors, stdout=errors, env=environment) as browser:
            heard = server.heard.wait(seconds)
            browser.kill()
        server.shutdown()
        thread.join()
        return server.told if heard else {"error": f"nothing in {seconds:.0f} s: {said.read_text()[-500:]}"}
