import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from disclosure import build as building
from disclosure import dataset as datasets
from disclosure import executors, storage
from disclosure.build import build
from disclosure.__main__ import main
from disclosure.corpus import load
from disclosure.dataset import Dataset
from disclosure.errors import DisclosureError, MissingTool
from disclosure.folder import candidates

from . import synthetic


@pytest.fixture
def source(tmp_path):
    synthetic.write_many(tmp_path / "source", 30)
    return tmp_path / "source"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "target"


def made(source, target, **options):
    return build(source, target, reader=synthetic.read, **options)


def content(target):
    """Every file of a dataset, byte by byte."""
    return {path.name: path.read_bytes() for path in Path(target).iterdir() if path.name != ".lock"}


def parallel(monkeypatch):
    """Start processes however little there is to read."""
    monkeypatch.setattr(building, "IN_PROCESS_BYTES", -1)
    monkeypatch.setattr(building, "CHUNK_FILES", 6)


# What is in a folder


def test_every_file_is_either_a_candidate_or_skipped_with_a_reason(tmp_path):
    for name in ("a.txt", "b/c.PDF", "README.md", "SOURCES.csv", "x.json", ".hidden/d.txt", ".e.txt", "~$f.docx", "g", "页_files/a.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    os.symlink(tmp_path, tmp_path / "b" / "loop")
    os.symlink(tmp_path / "nowhere", tmp_path / "dangling.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb0\xcd.txt")).write_text("x")
    found, skipped = candidates(tmp_path)
    assert found == {"a.txt": (1, None), "b/c.PDF": (1, None)}
    assert dict(skipped) == {
        "README.md": "notes beside the reports",
        "SOURCES.csv": "notes beside the reports",
        "x.json": ".json is no medium of reports",
        ".hidden": "hidden",
        ".e.txt": "hidden",
        "~$f.docx": "a lock file of an office program",
        "g": "no suffix that says what it is",
        "页_files": "the parts of a saved page",
        "b/loop": "a link that leads back to a folder above it",
        "dangling.txt": "a link that leads nowhere",
        "pipe.txt": "not a file",
        "\\xb0\\xcd.txt": "its name is not valid UTF-8: rename it",
    }


def test_a_linked_folder_is_walked(tmp_path):
    synthetic.write(tmp_path / "elsewhere", "a.txt")
    (tmp_path / "source").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "source" / "2024")
    assert list(candidates(tmp_path / "source")[0]) == ["2024/a.txt"]


def test_a_folder_that_may_not_be_listed_is_skipped(source, monkeypatch):
    def scandir(folder, listed=os.scandir):
        # A mode of 0 would not keep the super-user out.
        if os.path.basename(folder) == "150000":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listed(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert ("150000", "cannot be listed: Permission denied") in candidates(source)[1]


# What a build keeps and what it reads


def test_unchanged_files_are_not_read_again(source, target):
    first = made(source, target)
    assert (first.reports, first.read, first.unchanged) == (30, 30, 0)
    before = content(target)
    again = made(source, target)
    assert (again.read, again.unchanged, again.removed) == (0, 30, 0)
    assert content(target) == before


def test_it_is_the_content_that_counts_and_not_the_time(source, target):
    made(source, target)
    (source / "150000" / "00000.txt").touch()
    assert made(source, target).read == 0


def test_what_has_changed_is_read_and_what_has_gone_leaves(source, target, tmp_path):
    made(source, target)
    synthetic.write(source, "150000/00000.txt", "510000", "搬走区", 2025, 99)
    (source / "650000" / "00002.txt").unlink()
    synthetic.write(source, "new.txt", "-", "无码区", 2023)
    result = made(source, target)
    assert (result.reports, result.read, result.unchanged, result.removed) == (30, 2, 28, 1)
    made(source, tmp_path / "afresh")
    assert content(target) == content(tmp_path / "afresh")
    assert sorted(path.stem for path in target.glob("*.parquet")) == ["00", "15", "51", "65"]


def test_a_province_that_is_left_empty_leaves(source, target):
    made(source, target)
    for folder in source.glob("65*"):
        shutil.rmtree(folder)
    made(source, target)
    assert not (target / "65.parquet").exists()


def test_another_kit_or_form_reads_everything_again(source, target, monkeypatch):
    made(source, target)
    monkeypatch.setattr(building, "fingerprint", lambda: "a later kit")
    assert made(source, target).read == 30
    assert made(source, target).read == 0


def test_what_a_report_passes_through_is_known():
    package = Path(building.__file__).parent
    through = {str(path.relative_to(package)) for path in building.passed_through(package)}
    assert {"match.py", "places.py", "places.csv", "media/html.py", "forms/2021.toml", "forms/aliases.csv", "storage.py"} <= through
    assert not {"figures.py", "indicators.toml", "codebook.csv", "corpus.py", "__init__.py"} & through
    loaded = "import sys, disclosure.report as r; r.read(sys.argv[1]); print(*[m for m in sys.modules if m.startswith('disclosure.')])"
    command = [sys.executable, "-c", loaded, str(package.parent / "data/reports/kundulun_2024.txt")]
    modules = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    brought_by_the_package_itself = {"corpus", "build", "dataset", "executors", "folder"}
    for name in {module.split(".", 1)[1] for module in modules} - brought_by_the_package_itself - {"media"}:
        assert f"{name.replace('.', '/')}.py" in through


def test_a_damaged_file_of_the_dataset_is_made_again(source, target):
    made(source, target)
    before = content(target)
    (target / "15.parquet").write_bytes(before["15.parquet"][:5000])
    assert made(source, target).read == 10
    assert content(target) == before


def test_other_files_beside_the_dataset_are_let_alone(source, target):
    made(source, target)
    (target / "mine.parquet").write_bytes(b"mine")
    synthetic.write(source, "new.txt")
    made(source, target)
    assert (target / "mine.parquet").read_bytes() == b"mine"
    assert len(load(target)) == 31


def test_a_large_province_is_sorted_over_its_slices(source, target, tmp_path, monkeypatch):
    made(source, tmp_path / "at once")
    monkeypatch.setattr(datasets, "STAGE_ROWS", 7)
    monkeypatch.setattr(datasets, "SLICE_ROWS", 4)
    monkeypatch.setattr(datasets, "GROUP_ROWS", 2)
    made(source, target)
    reports = load(target).reports
    assert reports["report"].tolist() == load(tmp_path / "at once").reports["report"].tolist()
    assert reports["region_code"].is_monotonic_increasing


@pytest.mark.parametrize("place", ["source/inside", "source", "other"])
def test_a_dataset_is_not_written_among_other_files(source, tmp_path, place):
    synthetic.write(tmp_path / "other", "mine.txt")
    with pytest.raises(DisclosureError, match="Name a"):
        made(source, tmp_path / place)


# Files that cannot be read

FAILURES = [
    # does    what the row says
    ("break", "bad.txt: broken. Get it again."),
    ("miss", "bad.txt: needs a program. Install it."),
    ("err", "bad.txt: the reader itself failed (ZeroDivisionError: division by zero)"),
]


@pytest.mark.parametrize("does, says", FAILURES)
def test_a_file_that_cannot_be_read_is_a_row_and_a_finding(source, target, does, says):
    synthetic.write(source, "bad.txt", does=does)
    result = made(source, target)
    assert (result.reports, result.read) == (31, 31)
    ((report, error),) = result.failed
    assert report == "bad.txt" and error.startswith(says)
    corpus = load(target)
    row = corpus.reports.set_index("report").loc["bad.txt"]
    assert (row["status"], row["error"], row["verified"]) == ("failed", error, False)
    found = corpus.findings.set_index("report").loc["bad.txt"]
    assert (found["check"], found["severity"], found["message"]) == ("file.unreadable", "error", error)
    assert "bad.txt" not in set(corpus.cells["report"])
    # A missing program may have been installed since; nothing else gets better by itself.
    assert made(source, target).read == (does == "miss")


def test_a_file_that_may_not_be_opened_or_has_gone_is_a_row(source, target):
    def read(path):
        Path(path).unlink()
        return synthetic.read(path)

    synthetic.write(source, "gone.txt")
    result = build(source, target, reader=lambda path: read(path) if "gone" in path else synthetic.read(path))
    assert result.failed == [("gone.txt", "gone.txt: cannot be opened: No such file or directory.")]


@pytest.mark.parametrize("does, limit", [("die", 60), ("hang", 5), ("hoard", 60)])
def test_a_worker_that_dies_loses_no_report_and_the_culprit_is_named(source, target, monkeypatch, does, limit):
    parallel(monkeypatch)
    monkeypatch.setattr(executors, "WORKER_BYTES", 10**9)
    synthetic.write(source, "150000/bad.txt", does=does)
    result = made(source, target, workers=2, time_limit=limit)
    ((report, error),) = result.failed
    assert report == "150000/bad.txt" and "Convert it" in error or "or convert it" in error
    assert (result.read, len(load(target).select(status="parsed"))) == (31, 30)
    assert made(source, target).read == 0


# Many processes, many machines


def test_the_way_it_is_done_leaves_no_trace(source, target, tmp_path, monkeypatch):
    made(source, target)
    parallel(monkeypatch)
    done = []
    made(source, tmp_path / "processes", workers=2, progress=lambda *counts: done.append(counts))
    with ThreadPoolExecutor(3) as threads:
        made(source, tmp_path / "threads", executor=threads)
    assert content(target) == content(tmp_path / "processes") == content(tmp_path / "threads")
    assert done[-1] == (30, 30, 0)


def test_folders_may_be_urls(source):
    import fsspec

    fs = fsspec.filesystem("memory")
    fs.put(str(source), "/reports", recursive=True)
    result = made("memory://reports", "memory://made/dataset")
    assert (result.read, result.failed) == (30, [])
    assert made("memory://reports", "memory://made/dataset").unchanged == 30
    corpus = load("memory://made/dataset")
    assert len(corpus) == 30
    assert corpus.reports["path"].str.startswith("memory://reports/").all()
    fs.rm("/reports/150000", recursive=True)
    assert made("memory://reports", "memory://made/dataset").removed == 5
    assert not [path for path in fs.find("/made/dataset") if "_staging" in path]


@pytest.fixture
def bucket(monkeypatch):
    """An object store of its own on this machine."""
    moto = pytest.importorskip("moto.server")
    s3fs = pytest.importorskip("s3fs")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    fs = s3fs.S3FileSystem()
    fs.mkdir("bucket")
    yield "s3://bucket", fs
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def test_an_object_store_holds_reports_and_dataset(source, bucket, monkeypatch):
    url, fs = bucket
    fs.put(str(source), f"{url}/reports", recursive=True)
    assert made(f"{url}/reports", f"{url}/dataset").read == 30
    monkeypatch.setattr(building, "digest", None)  # the store's own checksums will do: nothing is fetched
    assert made(f"{url}/reports", f"{url}/dataset").unchanged == 30
    assert len(load(f"{url}/dataset").cells) == 6000


@pytest.fixture(scope="module")
def scheduler():
    """The address of a Dask cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    # A worker that dies twice over the same task is enough to blame the task.
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}), distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None, host="127.0.0.1") as cluster:  # fmt: skip
        yield cluster.scheduler_address


def test_a_dask_cluster_builds_the_same_and_survives_its_workers(source, target, tmp_path, scheduler):
    synthetic.write(source, "150000/bad.txt", does="die")
    with executors.cluster(scheduler) as executor:
        result = made(source, target, executor=executor)
    assert [report for report, _ in result.failed] == ["150000/bad.txt"]
    assert result.read == 31
    (source / "150000/bad.txt").unlink()
    made(source, target)
    made(source, tmp_path / "alone")
    assert content(target) == content(tmp_path / "alone")


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "PATIENCE", 0.2)
    with pytest.raises(DisclosureError, match="dask scheduler"), executors.cluster("tcp://127.0.0.1:1"):
        pass


def test_without_dask_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingTool, match="disclosure\\[cluster\\]"), executors.cluster("tcp://127.0.0.1:1"):
        pass


def test_the_shell_says_what_was_done_and_what_was_not(source, target, capsys):
    synthetic.write(source, "bad.pdf").write_bytes(b"")
    (source / "x.json").touch()
    assert main(["build", str(source), "--to", str(target), "--jobs", "2"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"31 reports in {target}: 31 read, 0 unchanged, 0 removed, 31 failed")
    assert "bad.pdf" in err and ".json is no medium of reports (x.json)" in err


# Killed at any moment

KILLED = """
import sys
from disclosure import build as building, dataset
from tests import synthetic
import disclosure.build
building.IN_PROCESS_BYTES, building.CHUNK_FILES, dataset.STAGE_ROWS = -1, 2, 5
print("started", flush=True)
disclosure.build.build(*sys.argv[1:], reader=synthetic.read, workers=2)
"""


def test_a_build_that_is_killed_goes_on_and_ends_the_same(source, target, tmp_path, monkeypatch):
    synthetic.write_many(source, 120)
    made(source, tmp_path / "undisturbed")
    for wait in (0.3, 0.1, 0.6, 0.4, 0.2):
        run = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(source), str(target)], cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "."},
        )  # fmt: skip
        run.stdout.readline()
        time.sleep(wait)
        run.send_signal(signal.SIGKILL)
        run.wait()
    made(source, target)
    assert content(target) == content(tmp_path / "undisturbed")


def test_what_was_staged_is_not_read_again(source, target, monkeypatch):
    monkeypatch.setattr(datasets, "STAGE_ROWS", 1)
    monkeypatch.setattr(building, "CHUNK_FILES", 10)

    def stop(done, total, failed):
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(source, target, progress=stop)
    assert not list(target.glob("*.parquet"))
    result = made(source, target)
    assert (result.unchanged, result.read) == (20, 10)


def test_an_interrupted_dataset_says_so(source, target):
    made(source, target)
    marker = Dataset(target).marker()
    (target / "dataset.json").write_text(str(marker | {"complete": False}).replace("'", '"').replace("False", "false"))
    with pytest.warns(UserWarning, match="Run it again"):
        load(target)
    assert made(source, target).read == 0
    assert Dataset(target).marker()["complete"]


# Other programs


def test_other_readers_open_the_files(source, target):
    duckdb = pytest.importorskip("duckdb")
    made(source, target)
    new = duckdb.sql(f"""select sum("applications.new.total") from '{target}/*.parquet'""").fetchall()[0][0]
    assert new == load(target).cells_of("applications", "new", "total")["value"].sum()
    texts = duckdb.sql(f"select count(*) from (select unnest(findings) from '{target}/*.parquet')").fetchall()[0][0]
    assert texts == len(load(target).findings)
    assert len(storage.keys()) == len(Dataset(target).marker()["cells"])
