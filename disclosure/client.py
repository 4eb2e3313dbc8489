"""The engine ``disclosure-warm`` at work: each notebook gets a fresh kernel, forked from a process that has all imports done.

What a notebook puts out equals what papermill's own engine makes of it, and one notebook sees nothing of another. Linux
only: macOS has no safe fork and Windows none, so there, and for kernels other than this Python's own, papermill's
engine does the work, and the log says so.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from jupyter_client.session import Session
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

# The kernel of the Python that runs this.
OWN_KERNEL = "python3"


class ForkingEngine(NBClientEngine):
    """papermill's engine with another kernel: it takes the same options."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, log_output=False, stdout_file=None, stderr_file=None, start_timeout=60, execution_timeout=None,
        **kwargs,
    ):  # fmt: skip
        options = {
            "log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file, "start_timeout": start_timeout,
            "execution_timeout": execution_timeout, **kwargs,
        }  # fmt: skip
        if sys.platform != "linux" or kernel_name != OWN_KERNEL:
            logger.warning(f"Kernels are forked on Linux, for {OWN_KERNEL} only: {kernel_name} is started afresh.")
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        options = remove_args(
            ["input_path", "timeout", "startup_timeout", "start_timeout", "execution_timeout"], **options
        )
        timeout = execution_timeout or kwargs.get("timeout")
        return WarmClient(
            nb_man, **merge_kwargs(options, timeout=timeout, startup_timeout=start_timeout, log=logger)
        ).execute()


class WarmClient(PapermillNotebookClient):
    """nbclient, but for the way in which it gets and talks to its kernel."""

    def execute(self):
        self.reset_execution_trackers()
        with forked_kernel(self.startup_timeout) as self.kernel:
            self.papermill_execute_cells()
            info = self.kernel.ask("kernel_info_request", {}, None)
            self.nb.metadata["language_info"] = info["content"]["language_info"]
            self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell, cell_index, execution_count=None, store_history=True):
        if (
            cell.cell_type != "code"
            or not cell.source.strip()
            or self.skip_cells_with_tag in cell.metadata.get("tags", [])
        ):
            return cell
        cell.outputs = []
        self.clear_before_next_output = False
        self.code_cells_executed += 1
        if self.record_timing:
            cell.metadata["execution"] = {}
        allows_errors = self.allow_errors or "raises-exception" in cell.metadata.get("tags", [])
        request = {
            "code": cell.source, "silent": False, "store_history": store_history, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": self.force_raise_errors or not allows_errors,
        }  # fmt: skip
        timeout = self._get_timeout(cell)
        try:
            reply = self.kernel.ask(
                "execute_request", request, timeout, lambda message: self.process_message(message, cell, cell_index)
            )
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", timeout, cell) from None
        except EOFError:
            raise DeadKernelError("Kernel died") from None
        if self.record_timing:
            cell.metadata["execution"]["shell.execute_reply"] = timestamp(reply)
        run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        return cell


@contextmanager
def forked_kernel(start_timeout=60):
    """A Kernel with this process's environment and working folder; it is gone when the block ends."""
    try:
        kernel = Kernel(_parent(), start_timeout)
    except (EOFError, BrokenPipeError):
        # A notebook before this one may have ended the parent of all kernels.
        _started.clear()
        kernel = Kernel(_parent(), start_timeout)
    try:
        yield kernel
    finally:
        kernel.end()


class Kernel:
    """A forked kernel and the one socket to it, which carries Jupyter's messages."""

    def __init__(self, parent, start_timeout):
        self.connection, self.session = parent.fork(), Session()
        # Nobody else has this socket: there is nothing to sign messages against.
        self.session.key = b""
        self.connection.send((dict(os.environ), os.getcwd()))
        self.pid = self._receive(time.monotonic() + start_timeout)

    def ask(self, kind, content, timeout, heard=lambda message: None):
        """Send a request; give each message that it causes to ``heard`` and return the reply.

        Raises TimeoutError after ``timeout`` seconds (None: never) and EOFError where the kernel has died.
        """
        request = self.session.msg(kind, content)
        self.connection.send(self.session.serialize(request))
        deadline = None if timeout is None else time.monotonic() + timeout
        reply, is_idle = None, False
        while not is_idle:
            message = self.session.deserialize(self.session.feed_identities(self._receive(deadline))[1])
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            if message["msg_type"] == kind.replace("request", "reply"):
                reply = message
                continue
            is_idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            with suppress(CellExecutionComplete):
                heard(message)
        if reply is None:
            raise EOFError
        return reply

    def _receive(self, deadline):
        if not self.connection.poll(deadline and max(deadline - time.monotonic(), 0)):
            raise TimeoutError
        try:
            return self.connection.recv()
        except ConnectionResetError:
            raise EOFError from None

    def end(self):
        """Kill it, with whatever it has started: its work is done or has gone on for too long."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.connection.close()


class _Parent:
    """The process that kernels are forked from. It ends when this one does, however it ends."""

    def __init__(self):
        self.pid, self.turn = os.getpid(), threading.Lock()
        self.channel, theirs = socket.socketpair()
        # In a session of its own, so that Ctrl-C is heard by this process alone.
        self.process = subprocess.Popen(
            [sys.executable, "-Xfrozen_modules=off", "-c", "from disclosure.warm import serve; serve()"],
            stdin=theirs,
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        if not self.channel.recv(1):
            raise DeadKernelError(
                "The process that kernels are forked from could not be started; it said why on standard error."
            )

    def fork(self):
        """The connection to a new kernel."""
        here, there = socket.socketpair()
        with there, self.turn:
            socket.send_fds(self.channel, [b"fork"], [there.fileno()])
        return Connection(here.detach())

    def serves(self):
        return self.pid == os.getpid() and self.process.poll() is None


_started, _starting = [], threading.Lock()


def _parent():
    """This process's own parent of kernels, started where there is none yet."""
    with _starting:
        if not (_started and _started[-1].serves()):
            _started[:] = [_Parent()]
        return _started[-1]
