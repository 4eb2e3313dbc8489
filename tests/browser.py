"""A headless Chromium without a network, driven over its DevTools protocol."""

import json
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import websocket

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run "
    "--remote-debugging-port=0 --remote-allow-origins=* --hide-scrollbars"
).split()
# No name leads anywhere, not even by a proxy.
OFFLINE = ["--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server"]
SECONDS = 30


class Page:
    """One tab. ``errors`` and ``requests`` are what its console and its network have seen since it was opened."""

    def __init__(self, address):
        self.socket = websocket.create_connection(address, timeout=SECONDS)
        self.numbers, self.errors, self.requests, self.loaded = count(1), [], [], False
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (message := self._receive()).get("id") != number:
            pass
        assert "error" not in message, message
        return message["result"]

    def _receive(self):
        message = json.loads(self.socket.recv())
        what, told = message.get("method"), message.get("params", {})
        if what == "Runtime.exceptionThrown":
            self.errors.append(told["exceptionDetails"])
        elif what == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.errors.append(told["args"])
        elif what == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.errors.append(told["entry"])
        elif what == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif what == "Page.loadEventFired":
            self.loaded = True
        return message

    def open(self, path, width=1280, height=900):
        """Open a file from disk and wait until it has loaded."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.errors, self.requests, self.loaded = [], [], False
        self.ask("Page.navigate", url=Path(path).resolve().as_uri())
        while not self.loaded:
            self._receive()
        # Two frames later everything is drawn that is drawn at once.
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def press(self, key):
        """Press Tab, Enter or the blank on the keyboard."""
        code, letter = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}[key]
        for event in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=event, key=key, windowsVirtualKeyCode=code, text=letter * (event == "keyDown"))

    def run(self, script):
        """What a script gives, as JSON has it."""
        found = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")


@contextmanager
def chromium(program):
    """A Page of a browser that ends with the block."""
    # Its helpers may write into the profile for a moment longer than it lives.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *FLAGS, *OFFLINE, f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True
        )
        try:
            address = next(line.split()[-1] for line in process.stderr if "DevTools listening on" in line)
            browser = Page.__new__(Page)
            browser.socket, browser.numbers = websocket.create_connection(address, timeout=SECONDS), count(1)
            target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
            yield Page(address.replace(address.split("/devtools/")[1], f"page/{target}"))
        finally:
            process.kill()
            process.wait()
