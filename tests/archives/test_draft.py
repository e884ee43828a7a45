"""The output while it is written: what counts, what is cut off, and what is refused."""

import gzip
import os
import shutil
from pathlib import Path

import pytest

from geoner import GeonerError
from geoner.archives import Position, draft
from geoner.archives.draft import Draft, Targets

RUN = {"archive": "x"}

ROWS = [b"%d\n" % number for number in range(5)]


def targets_in(folder):
    return Targets(folder / "out.jsonl", folder / "bad.jsonl")


@pytest.fixture
def targets(tmp_path):
    return targets_in(tmp_path)


@pytest.fixture
def always(monkeypatch):
    """Everything that is added counts at once."""
    monkeypatch.setattr(draft, "COMMIT_SECONDS", 0.0)


def write(targets, convert=None, **options):
    """A run that writes all `ROWS`, every second one bad, and goes on where it is."""
    if options.get("resume") and targets.output.exists() and not targets.checkpoint.exists():
        return
    with Draft(targets, RUN, **options) as run:
        if not run.checkpoint.whole:
            for number in range(run.checkpoint.position.line, len(ROWS)):
                bad = ROWS[number : number + 1] if number % 2 else []
                run.add(ROWS[number : number + 1], bad, Position(0, number + 1, 0))
        run.finish(convert)


def interrupt(targets, error=KeyboardInterrupt):
    """A run that an error ends after it has written `ROWS`."""
    with Draft(targets, RUN) as run:
        run.add(ROWS, [], Position(0, 5, 0))
        raise error


def in_capitals(rows, path):
    path.write_bytes(b"ROWS\n" + b"".join(rows))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(("convert", "suffix"), [(None, None), (None, ".gz"), (in_capitals, None)])
def test_a_run_survives_being_killed_before_any_change_on_the_disk(
    tmp_path, monkeypatch, convert, suffix
):
    folder, kept = tmp_path / "run", tmp_path / "kept"
    folder.mkdir()

    def snapshot():
        copy = kept / str(len(snapshots))
        shutil.copytree(folder, copy)
        for part in copy.glob("*.part"):  # of what was on its way to the disk, some arrives
            if not part.name.endswith(".checkpoint.part"):
                part.write_bytes(part.read_bytes() + b"{torn")
        snapshots.append(copy)

    def before(change):
        def changed(*arguments, **options):
            snapshot()
            return change(*arguments, **options)

        return changed

    snapshots = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", before(os.fsync))
        for name in ("replace", "unlink"):
            patch.setattr(Path, name, before(getattr(Path, name)))
        write(targets_in(folder), convert, suffix=suffix)
    assert names(folder) == ["bad.jsonl", "out.jsonl"]
    assert len(snapshots) > 20
    for copy in snapshots:
        write(targets_in(copy), convert, resume=True, suffix=suffix)
        assert names(copy) == ["bad.jsonl", "out.jsonl"]
        out = (copy / "out.jsonl").read_bytes()
        out = gzip.decompress(out) if suffix else out
        assert out == b"ROWS\n" * bool(convert) + b"".join(ROWS)
        assert (copy / "bad.jsonl").read_bytes() == b"1\n3\n"


@pytest.mark.usefixtures("always")
def test_an_interrupted_run_is_gone_on_with_or_thrown_away_but_never_by_itself(targets):
    with pytest.raises(KeyboardInterrupt):
        interrupt(targets)
    with pytest.raises(GeonerError, match=r"an interrupted run is there, of 5 articles"):
        Draft(targets, RUN)
    with pytest.raises(GeonerError, match="its archive was 'x', not 'y'"):
        Draft(targets, {"archive": "y"}, resume=True)
    with Draft(targets, {"archive": "y"}, force=True) as run:
        assert run.checkpoint.articles == 0
        run.finish()
    assert targets.output.read_bytes() == b""


def test_a_run_that_fails_before_anything_counts_leaves_nothing(targets):
    with pytest.raises(GeonerError):
        interrupt(targets, GeonerError)
    assert names(targets.output.parent) == []


def test_two_runs_do_not_write_one_output(targets):
    with Draft(targets, RUN):
        for options in ({"resume": True}, {"force": True}):
            with pytest.raises(GeonerError, match=r"out\.jsonl\.part: another run is writing it"):
                Draft(targets, RUN, **options)


def test_files_of_others_are_not_overwritten(targets):
    targets.part.write_text("half of a download")
    with pytest.raises(GeonerError, match=r"out\.jsonl\.part: is in the way"):
        Draft(targets, RUN)
    assert targets.part.read_text() == "half of a download"
    targets.checkpoint.write_text("{}")
    with pytest.raises(GeonerError, match="not a checkpoint of geoner"):
        Draft(targets, RUN, force=True)


@pytest.mark.usefixtures("always")
def test_a_part_that_lost_something_is_refused(targets):
    with pytest.raises(KeyboardInterrupt):
        interrupt(targets)
    targets.part.write_bytes(b"0\n")
    with pytest.raises(GeonerError, match="shorter than its checkpoint says"):
        Draft(targets, RUN, resume=True)


def test_an_output_that_is_replaced_keeps_its_permissions(targets):
    targets.output.write_text("old")
    targets.output.chmod(0o600)
    write(targets)
    assert targets.output.stat().st_mode & 0o777 == 0o600
    assert targets.output.read_bytes() == b"".join(ROWS)


def test_a_full_disk_is_said(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    targets = targets_in(tmp_path)
    with Draft(targets, RUN) as run, Path("/dev/full").open("wb", buffering=0) as full:
        run._rows = full
        with pytest.raises(GeonerError, match="No space left"):
            run.add(ROWS, [], Position(0, 5, 0))


def test_nothing_at_all_is_a_whole_compressed_file(tmp_path):
    targets = Targets(tmp_path / "out.jsonl.gz")
    with Draft(targets, RUN, suffix=".gz") as run:
        run.finish()
    assert targets.output.stat().st_size > 0
    assert gzip.decompress(targets.output.read_bytes()) == b""
