"""The process that kernels are forked from, and the kernel that a fork becomes."""

import asyncio
import ctypes
import gc
import importlib
import inspect
import os
import pkgutil
import random
import signal
import socket
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from types import SimpleNamespace

import zmq
from IPython.core.application import BaseIPythonApplication
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from tornado.ioloop import IOLoop
from traitlets import Any, Type

PR_SET_PDEATHSIG = 1
# The modules that run notebooks instead of being used by them.
NOT_FOR_NOTEBOOKS = {
    "__main__",
    "client",
    "contract",
    "engine",
    "index",
    "notebooks",
    "outputs",
    "page",
    "render",
    "warm",
}


def serve():
    """Prepare a kernel; then fork it for each socket that comes through standard input, until its end.

    There must be no thread here, no zmq context and no event loop: a fork would take along their half.
    """
    # The folder of ``python -c``; the kernel puts its own where it belongs.
    sys.path.remove("")
    app = App.instance()
    app.prepare()
    # pandas and plotly look for a kernel's shell when they are imported, and find it as in a notebook.
    with app.shell.builtin_trap:
        # What fails here fails in a notebook too, where it is seen.
        with suppress(Exception):
            _import_all()
            _show_all(app.shell)
            _open_dataset()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    channel = socket.socket(fileno=0)
    # What is here stays: without a look at it by each child's garbage collector its memory remains shared.
    gc.collect()
    gc.freeze()
    channel.send(b"!")
    while True:
        message, sockets, _, _ = socket.recv_fds(channel, 16, 1)
        if not message:
            return
        if os.fork() == 0:
            channel.detach()
            _become_kernel(app, Connection(sockets[0]))
        os.close(sockets[0])


def _import_all():
    """Import what notebooks import, and read the tables that the kit reads once."""
    import numpy.random  # noqa: F401
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import scipy.stats  # noqa: F401

    import disclosure

    for found in pkgutil.iter_modules(disclosure.__path__):
        if found.name not in NOT_FOR_NOTEBOOKS:
            module = importlib.import_module(f"disclosure.{found.name}")
            for tables in filter(_is_read_once, vars(module).values()):
                tables()


def _is_read_once(function):
    """Is it a function that reads a table of the kit, such as the forms, and keeps it?"""
    return hasattr(function, "cache_info") and not inspect.signature(function).parameters


def _show_all(shell):
    """Draw every figure of a district once: libraries load the most, and the kit its vocabularies, at the first one."""
    from . import figures
    from .indicators import indicators

    cells = _made_up_cells()
    for draw in (
        figures.applications, figures.flow, figures.composition, figures.grounds, figures.applicants, figures.not_held,
        figures.not_held_by_applicant, figures.disputes,
    ):  # fmt: skip
        shell.display_formatter.format(draw(cells))
    shell.display_formatter.format(indicators(cells))


def _open_dataset():
    """Open what the notebooks will load, and know its districts, if that is a dataset on this machine."""
    from .corpus import shelf
    from .dataset import Dataset

    dataset = Dataset(os.environ.get("DISCLOSURE_DATA", ""))
    if dataset.fs is None and dataset.marker():
        _ = shelf(dataset).districts


def _made_up_cells():
    """The cells of two years of a district that got ten applications a year, and granted them."""
    import pandas as pd

    from .form import form
    from .indicators import OF_A_CELL

    rows = []
    for year in (2023, 2024):
        for key, (_, column) in form("2021").cells.items():
            is_ten = key.row in ("new", "granted", "closed") and key.column in ("natural_person", "total")
            value = 10.0 if is_ten else 0.0
            rows.append((str(year), "甲区", year, "2021", *key, value, column.unit, "printed", f"{value:g}", ""))
    kinds = dict.fromkeys(("report", "district", "form", "table", "row", "column", "unit", "status"), "category")
    return pd.DataFrame(rows, columns=["report", "district", "year", "form", *OF_A_CELL]).astype(
        kinds | {"year": "Int16"}
    )


def _become_kernel(app, connection):
    """Serve the requests that come through the connection, until its end. Never returns."""
    try:
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        environment, folder = connection.recv()
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        random.seed()
        sys.modules["numpy"].random.seed()
        connection.send(os.getpid())
        app.connect(Wire(connection))
        asyncio.run(app.answer())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the engine has what it wants
    finally:
        sys.__stderr__.flush()
        os._exit(0)


class Wire:
    """What the kernel takes for its zmq sockets: all messages go through one connection."""

    def __init__(self, connection):
        self.connection, self.turn = connection, threading.Lock()
        self.context = zmq.Context()

    def send_multipart(self, parts, *_, **__):
        with self.turn:
            self.connection.send([bytes(part) for part in parts])

    def close(self):
        self.connection.close()


class WiredKernel(IPythonKernel):
    shell_stream = Any()
    # ipykernel's thread for further shells: there is none, but a cell that awaits is asked whether it runs in its parent.
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id=None):
        """Requests come one at a time: there is never one behind that an error could abort."""


class App(IPKernelApp):
    """ipykernel's own application, for a kernel without ports, in two parts: before and after the fork."""

    kernel_class = Type(WiredKernel, klass=IPythonKernel)

    def prepare(self):
        """Make the kernel and its shell."""
        BaseIPythonApplication.initialize(self, ["--HistoryManager.hist_file=:memory:"])
        self.init_pdb()
        self.session.key = b""
        self.kernel = self.kernel_class.instance(
            parent=self, session=self.session, log=self.log, profile_dir=self.profile_dir
        )
        self.init_path()
        self.init_shell()
        self.init_extensions()

    def connect(self, wire):
        """Give them the connection that they are to use."""
        self.wire, self.session.pid = wire, os.getpid()
        self.iopub_thread = IOPubThread(wire, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket
        self.init_io()
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count
        self.kernel.shell_stream, self.kernel.iopub_thread = wire, self.iopub_thread
        for speaker in (self.kernel, self.shell.displayhook, self.shell.display_pub):
            name = "iopub_socket" if speaker is self.kernel else "pub_socket"
            setattr(speaker, name, self.iopub_socket)
        self.init_signal()
        self.init_gui_pylab()
        self.init_code()
        sys.stdout.flush()
        sys.stderr.flush()

    async def answer(self):
        """Answer requests one after the other; what cells have left running in the event loop runs on meanwhile."""
        self.kernel.io_loop = IOLoop.current()
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self.wire.connection.fileno(), arrived.set)
        while True:
            await arrived.wait()
            arrived.clear()
            while self.wire.connection.poll():
                await self.kernel.dispatch_shell([zmq.Frame(part) for part in self.wire.connection.recv()])
