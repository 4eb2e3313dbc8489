"""Where the work is done: processes of this machine or a Dask cluster, both behind concurrent.futures.Executor."""

import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from contextlib import contextmanager
from itertools import chain

from .errors import DisclosureError, MissingTool

# A cluster is kept busy by this many tasks at once; what waits there is only arguments.
IN_FLIGHT = 1000
# Seconds in which a scheduler has to answer.
PATIENCE = 10
# What a worker may take, on a machine that has as much for each: a long scan takes some hundred million bytes.
WORKER_BYTES = 8_000_000_000


class WorkerDied(BrokenExecutor):
    """The process that did a task ended before the task did."""


def processes(workers=None):
    """An executor of local processes, one a core by default; they end when this process does, however it ends.

    Unlike multiprocessing's, they do not run the caller's script again, so that a script needs no
    ``if __name__ == "__main__"``.
    """
    from loky import ProcessPoolExecutor

    workers = workers or cores()
    # The parallel work is the reports: threads below them would only compete.
    one_thread = {"OMP_NUM_THREADS": "1"}
    return ProcessPoolExecutor(
        workers, initializer=_start_worker, initargs=(os.getpid(), workers, WORKER_BYTES), env=one_thread
    )


def _start_worker(parent, workers, most):
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _limit_memory(workers, most)


def _end_with(parent):
    """End this process once its parent has gone; a killed parent cannot say so. (Windows gives no sign of it.)"""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _limit_memory(workers, most):
    """Let no worker take more than its share, so that a bomb ends one file and not the machine."""
    try:
        import resource

        share = int(0.9 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / workers)
        resource.setrlimit(resource.RLIMIT_DATA, (min(share, most),) * 2)
    except (ImportError, OSError, ValueError):
        return  # Windows has no such limit, and a stricter one may be set already


@contextmanager
def cluster(address):
    """The executor of the Dask scheduler at ``address``, such as ``tcp://10.0.0.1:8786``.

    Raises MissingTool where Dask is not installed, DisclosureError where no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingTool(
            f"the scheduler {address} needs Dask, which is not installed. Install it with: pip install 'disclosure[cluster]'"
        ) from error
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise DisclosureError(
            f"no Dask scheduler answers at {address} ({error}). Start one with: dask scheduler"
        ) from error
    with client:
        yield client.get_executor()


def cores():
    """How many cores this process may use; a container or a batch system may leave it fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(function, tasks, executor=None, workers=None, alone=False):
    """Do ``function(task)`` for every task; yield ``(task, result)`` as they come, not in order.

    Without an ``executor``, in local processes. Where a process died, the result is a WorkerDied: local processes
    that worked beside it are then lost too, so a task may be without fault; with ``alone`` one task is done at a
    time, and the blame is sure. Whatever the function raises is raised here. ``function`` stands at the top of a module.
    """
    own = executor is None
    workers = 1 if alone else workers or cores()
    limit = 1 if alone else workers + 2 if own else IN_FLIGHT
    tasks, pool, waiting, broken = iter(tasks), executor, {}, False
    try:
        while True:
            while len(waiting) < limit and not broken and (task := next(tasks, None)) is not None:
                pool = pool or processes(workers)
                try:
                    waiting[pool.submit(function, task)] = task
                except BrokenExecutor:
                    tasks, broken = chain([task], tasks), True
            if not waiting and not broken:
                return
            if not waiting:
                if not own:
                    raise WorkerDied("The executor has broken down. Give a new one: what it had done is kept.")
                pool, broken = None, False
                continue
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                result = _result(future)
                broken = broken or own and isinstance(result, WorkerDied)
                yield waiting.pop(future), result
    finally:
        for future in waiting:
            future.cancel()
        if own and pool is not None:
            pool.shutdown(wait=True, kill_workers=bool(waiting))


def _result(future):
    """The future's result; a WorkerDied where its process did; any other error is the function's own and raised.

    Dask's KilledWorker is told by its name: Dask need not be installed.
    """
    try:
        return future.result()
    except Exception as error:
        if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
            return WorkerDied(str(error))
        raise
