"""Which files below a root make up which run."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from event_files import event, file_bytes, losses, simple
from hypothesis import given, settings
from hypothesis import strategies as st

from loganalyzer.errors import ReadError
from loganalyzer.readers import find_runs, read_runs
from loganalyzer.readers.limits import Limits
from loganalyzer.readers.trees.folders import stamp_of

HISTORY = b"epoch,accuracy,loss\n0,0.5,1.0\n1,0.6,0.9\n"


def put(root: Path, path: str, data: bytes = b"") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def log(
    root: Path, folder: str, *, time: int = 1700000000, pid: int = 7, n: int = 0, tag: str = "loss"
) -> Path:
    name = f"events.out.tfevents.{time}.host.{pid}.{n}"
    return put(root, f"{folder}/{name}" if folder else name, file_bytes(*losses(3, tag)))


def names(root: Path) -> list[str]:
    return [found.name for found in find_runs(root)]


def below(root: Path) -> dict[str, list[str]]:
    return {
        found.name: sorted({path.relative_to(found.root).parent.as_posix() for path in found.files})
        for found in find_runs(root)
    }


def kinds(root: Path) -> dict[str, list[str]]:
    return {found.name: [problem.kind for problem in found.problems] for found in find_runs(root)}


def test_runs_are_folders_that_hold_event_files(tmp_path):
    log(tmp_path, "mnist/a")
    log(tmp_path, "mnist/b/deep", pid=8)
    put(tmp_path, "mnist/a/model.ckpt", b"x")
    (tmp_path / "empty").mkdir()
    assert names(tmp_path) == ["mnist/a", "mnist/b/deep"]


def test_an_empty_folder_has_no_runs(tmp_path):
    assert find_runs(tmp_path) == ()


def test_files_of_one_folder_are_one_run_in_sorted_order(tmp_path):
    second = log(tmp_path, "a", time=1700000009)
    first = log(tmp_path, "a", time=1700000001)
    (found,) = find_runs(tmp_path)
    assert found.files == (first, second)


def test_a_root_that_is_the_run_has_its_own_name(tmp_path, monkeypatch):
    root = tmp_path / "exp1"
    log(root, "")
    assert names(root) == ["exp1"]
    monkeypatch.chdir(root)
    assert names(Path()) == ["exp1"]


def test_a_root_named_like_a_run_below_it_gives_way(tmp_path):
    root = tmp_path / "exp"
    log(root, "", pid=1)
    log(root, "exp", pid=2, time=1800000000)
    assert names(root) == [".", "exp"]


def test_a_root_can_be_one_file(tmp_path):
    file = put(tmp_path, "logs/history.csv", HISTORY)
    put(tmp_path, "logs/other.csv", HISTORY)
    (found,) = find_runs(file)
    assert (found.name, found.files) == ("history.csv", (file,))


def test_a_root_that_is_a_file_but_no_log_says_so(tmp_path):
    (found,) = find_runs(put(tmp_path, "picture.csv", b"\x89PNG\r\n\x1a\n\0\0"))
    assert found.files == ()
    assert [problem.kind for problem in found.problems] == ["skipped"]


def test_relative_and_absolute_roots_give_the_same_runs(tmp_path, monkeypatch):
    log(tmp_path, "logs/a")
    put(tmp_path, "logs/h.csv", HISTORY)
    monkeypatch.chdir(tmp_path)
    assert names(Path("logs")) == names(tmp_path / "logs") == ["a", "h.csv"]


def test_a_missing_root_is_refused_by_name(tmp_path):
    with pytest.raises(ReadError, match="nowhere"):
        find_runs(tmp_path / "nowhere")


def test_pipes_are_not_opened_and_refused_as_root(tmp_path):
    log(tmp_path, "run")
    os.mkfifo(tmp_path / "run" / "events.out.tfevents.1.pipe")
    os.mkfifo(tmp_path / "history.csv")
    os.mkfifo(tmp_path / "control")
    assert kinds(tmp_path) == {"run": ["skipped"], "history.csv": ["skipped"]}
    with pytest.raises(ReadError, match="regular file"):
        find_runs(tmp_path / "history.csv")


@pytest.mark.parametrize("other", ["validation", "val", "eval", "test"])
def test_a_train_folder_and_its_sibling_are_one_run_named_by_the_parent(tmp_path, other):
    log(tmp_path, "logs/fit/train", time=1700000000)
    log(tmp_path, f"logs/fit/{other}", time=1700005000, pid=9)
    assert below(tmp_path) == {"logs/fit": sorted(["logs/fit/train", f"logs/fit/{other}"])}


def test_a_lone_train_folder_is_a_run_of_its_own_name(tmp_path):
    log(tmp_path, "runs/detect/train")
    log(tmp_path, "runs/detect/train2", time=1700005000, pid=9)
    assert names(tmp_path) == ["runs/detect/train", "runs/detect/train2"]


def test_a_history_above_a_lone_train_folder_makes_them_one_run(tmp_path):
    log(tmp_path, "run/train")
    put(tmp_path, "run/history.csv", HISTORY)
    assert below(tmp_path) == {"run": ["run", "run/train"]}


def test_writers_of_the_same_process_belong_to_the_pair_and_other_runs_do_not(tmp_path):
    for n, folder in enumerate(("metrics", "train", "validation")):
        log(tmp_path, f"run/{folder}", time=1700000000 + n, n=n)
    log(tmp_path, "run/exp2", time=1700090000, pid=7)
    log(tmp_path, "run/exp3", time=1700000001, pid=8)
    assert below(tmp_path) == {
        "run": ["run/metrics", "run/train", "run/validation"],
        "run/exp2": ["run/exp2"],
        "run/exp3": ["run/exp3"],
    }


def test_two_ordinary_runs_of_one_process_under_one_parent_are_two(tmp_path):
    log(tmp_path, "runs/a", n=0)
    log(tmp_path, "runs/b", n=1)
    assert names(tmp_path) == ["runs/a", "runs/b"]


def test_an_estimator_evaluation_is_part_of_the_run_above(tmp_path):
    log(tmp_path, "model")
    log(tmp_path, "model/eval", time=1700003000)
    log(tmp_path, "model/eval_holdout", time=1700003000)
    log(tmp_path, "model/export", time=1700003000, pid=8)
    assert below(tmp_path) == {
        "model": ["model", "model/eval", "model/eval_holdout"],
        "model/export": ["model/export"],
    }


def test_folders_of_add_scalars_and_add_hparams_are_part_of_the_run(tmp_path):
    log(tmp_path, "run", n=0)
    log(tmp_path, "run/Loss_both_train", time=1700004000, n=1, tag="Loss/both")
    log(tmp_path, "run/Loss_both_val", time=1700004000, n=2, tag="Loss/both")
    log(tmp_path, "run/1700009999.125", time=1700009999, n=3, tag="hparam/acc")
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize(
    ("folder", "pid", "tag"),
    [("loss_1", 8, "loss"), ("exp_1", 7, "loss"), ("los_1", 7, "loss"), ("loss1", 7, "loss")],
    ids=["another process", "another tag", "part of the tag", "no curve name"],
)
def test_runs_below_a_run_are_not_taken_for_add_scalars(tmp_path, folder, pid, tag):
    log(tmp_path, "runs", pid=7)
    log(tmp_path, f"runs/{folder}", time=1700004000, pid=pid, tag=tag)
    assert names(tmp_path) == ["runs", f"runs/{folder}"]


def test_parts_of_parts_belong_to_the_outermost_run(tmp_path):
    log(tmp_path, "run/train", n=0)
    log(tmp_path, "run/validation", n=1)
    log(tmp_path, "run/train/Loss_x", n=2, time=1700000900, tag="Loss")
    assert below(tmp_path) == {"run": ["run/train", "run/train/Loss_x", "run/validation"]}


def test_one_history_beside_events_is_part_of_the_run_and_several_are_not(tmp_path):
    log(tmp_path, "one")
    put(tmp_path, "one/history.csv", HISTORY)
    log(tmp_path, "two")
    put(tmp_path, "two/a.csv", HISTORY)
    put(tmp_path, "two/b.csv", HISTORY)
    assert names(tmp_path) == ["one", "two", "two/a.csv", "two/b.csv"]
    assert len(find_runs(tmp_path)[0].files) == 2


def test_histories_without_events_are_runs_by_themselves(tmp_path):
    put(tmp_path, "logs/a.csv", HISTORY)
    put(tmp_path, "logs/b.log", HISTORY)
    put(tmp_path, "logs/c.txt", HISTORY)
    put(tmp_path, "logs/d.tsv", HISTORY.replace(b",", b"\t"))
    put(tmp_path, "logs/e.dat", HISTORY)
    assert names(tmp_path) == ["logs/a.csv", "logs/b.log", "logs/c.txt", "logs/d.tsv"]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "skipped"),
        ("iris.csv", b"sepal,petal,species\n5.1,3.5,setosa\n", "skipped"),
        ("results.csv", b"model,accuracy\nresnet,0.9\nvgg,0.8\n", "skipped"),
        ("report.csv", b",precision,recall\ncat,0.9,0.8\ndog,0.7,0.6\n", "skipped"),
        ("predictions.csv", b"image,label,score\na.png,cat,0.5\n", "skipped"),
        ("loss.csv", b"loss,accuracy\nbad,worse\n", "skipped"),
        ("plain.csv", b"0.5,0.6\n0.7,0.8\n", "skipped"),
        ("zero.csv", b"", "empty"),
        ("blank.tsv", b"\n\n", "empty"),
    ],
)
def test_a_table_that_is_no_history_is_told_with_its_reason(tmp_path, name, data, kind):
    put(tmp_path, f"data/{name}", data)
    log(tmp_path, "run")
    put(tmp_path, f"run/{name}", data)
    assert kinds(tmp_path) == {f"data/{name}": [kind], "run": [kind]}
    for found in find_runs(tmp_path):
        (problem,) = found.problems
        assert problem.text.startswith(f"{problem.path}: ")


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "train.py", "plot.png", "args.json", "README.md", "nohup.log", "x.csv.gz", "log", "a.err"],
)
def test_ordinary_files_are_not_mentioned(tmp_path, name):
    put(tmp_path, name, b"found 12 images in 3 folders\nfree memory: 4 GB\n")
    assert find_runs(tmp_path) == ()


@pytest.mark.parametrize("name", ["log", "stdout", "stderr", "nohup.out", "job-17.err", "train.log"])
def test_what_a_process_printed_is_found_by_the_names_it_is_saved_under(tmp_path, name):
    put(tmp_path, f"run/{name}", b"".join(b"epoch %d loss %d.5\n" % (epoch, 9 - epoch) for epoch in range(9)))
    (found,) = find_runs(tmp_path)
    assert found.name == f"run/{name}"
    (run,) = read_runs(found)
    assert run.series[0].value.tolist() == [9.5 - epoch for epoch in range(9)]


def test_what_the_profiler_leaves_is_no_run(tmp_path):
    put(tmp_path, "a/events.out.tfevents.1700000000.host.profile-empty")
    assert find_runs(tmp_path) == ()


def test_an_empty_event_file_is_still_a_run(tmp_path):
    file = put(tmp_path, "a/events.out.tfevents.1700000000.host")
    assert find_runs(tmp_path)[0].files == (file,)


def test_links_are_met_once_inside_and_told_outside(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    log(root, "run")
    log(outside, "far")
    (root / "latest").symlink_to(root / "run")
    (root / "loop").symlink_to(root)
    (root / "run" / "self").symlink_to(".")
    (root / "elsewhere").symlink_to(outside)
    (root / "gone").symlink_to(root / "nothing")
    (root / "gone.csv").symlink_to(root / "nothing.csv")
    (root / "me").symlink_to("me")
    assert kinds(root) == {"elsewhere": ["skipped"], "gone.csv": ["unreadable"], "run": []}
    assert below(root)["run"] == ["run"]


def test_links_out_of_the_root_are_followed_once_where_asked(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    log(root, "run")
    far = log(outside, "far")
    (outside / "far" / "back").symlink_to(root)
    (outside / "loop").symlink_to(outside)
    (root / "a").symlink_to(outside / "far")
    (root / "b").symlink_to(outside)
    (root / "c.csv").symlink_to(put(tmp_path, "elsewhere/h.csv", HISTORY))
    (root / "d.csv").symlink_to(tmp_path / "elsewhere" / "h.csv")
    found = {one.name: one for one in find_runs(root, Limits(follow_links=True))}
    assert sorted(found) == ["a", "c.csv", "run"]
    assert found["a"].files == (root / "a" / far.name,)
    assert [problem.kind for problem in found["a"].problems] == ["followed"]
    assert str(outside / "far") in found["a"].problems[0].text
    assert found["c.csv"].problems[0].path == "c.csv"
    assert found["run"].problems == ()


def test_a_folder_reached_by_two_links_is_read_once_under_the_first(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    log(outside, "x/far")
    root.mkdir()
    (root / "a").symlink_to(outside)
    (root / "b").symlink_to(outside / "x")
    assert [one.name for one in find_runs(root, Limits(follow_links=True))] == ["a/x/far"]


def test_a_linked_root_is_walked(tmp_path):
    log(tmp_path, "real/run")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "link") == ["run"]


def test_a_file_with_two_names_is_one(tmp_path):
    first = log(tmp_path, "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / first.name).hardlink_to(first)
    assert names(tmp_path) == ["a"]
    ((problem,),) = [run.problems for run in find_runs(tmp_path)]
    assert (problem.kind, problem.path) == ("followed", f"b/{first.name}")
    assert f"a/{first.name} by another name" in problem.text


def test_a_second_name_of_what_is_no_log_is_no_news(tmp_path):
    (tmp_path / "a.csv").write_text("name,size\nx,1\n")
    (tmp_path / "b.csv").hardlink_to(tmp_path / "a.csv")
    log(tmp_path, "run")
    assert not any("another name" in problem.text for run in find_runs(tmp_path) for problem in run.problems)


def test_names_that_are_not_utf8_survive(tmp_path):
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/r\xff\xfen")
    Path(folder).mkdir()
    file = log(Path(folder), "")
    (found,) = find_runs(tmp_path)
    assert found.name == "r\\xff\\xfen"
    assert found.files == (file,)
    found.name.encode("utf-8")


def test_what_may_not_be_read_is_told(tmp_path, monkeypatch):
    """Rights do not stop the superuser, so that the refusal is played."""
    log(tmp_path, "run")
    put(tmp_path, "locked/secret.csv", HISTORY)
    put(tmp_path, "closed.csv", HISTORY)
    scandir, opened = os.scandir, Path.open

    def refuse_folder(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    def refuse_file(self, *args, **kwargs):
        if self.name == "closed.csv":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(os, "scandir", refuse_folder)
    monkeypatch.setattr(Path, "open", refuse_file)
    assert kinds(tmp_path) == {"closed.csv": ["unreadable"], "locked": ["unreadable"], "run": []}


def deep_log(root: Path, depth: int) -> Path:
    deep = root.joinpath(*["d"] * depth)
    deep.mkdir(parents=True)
    return log(deep, "")


def test_a_tree_is_walked_to_the_depth_allowed_and_the_rest_is_told(tmp_path):
    file = deep_log(tmp_path, min(sys.getrecursionlimit() // 2, 300))
    (told,) = find_runs(tmp_path)
    assert (told.files, [problem.kind for problem in told.problems]) == ((), ["over_limit"])
    assert told.name == "/".join("d" * Limits().depth)
    assert find_runs(tmp_path, Limits(depth=300))[0].files == (file,)
    assert find_runs(tmp_path, Limits(depth=299))[0].files == ()


def test_at_most_so_many_entries_are_looked_at(tmp_path):
    for at in range(5):
        log(tmp_path, f"run{at}", pid=at)
    assert kinds(tmp_path) == {f"run{at}": [] for at in range(5)}
    few = find_runs(tmp_path, Limits(entries=7))
    assert [found.name for found in few if found.files] == ["run0", "run1", "run2"]
    assert [problem.kind for found in few for problem in found.problems] == ["over_limit"]


def test_at_most_so_many_runs_are_returned(tmp_path):
    for at in range(5):
        log(tmp_path, f"run{at}", pid=at)
    few = find_runs(tmp_path, Limits(runs=2))
    assert [found.name for found in few] == ["run0", "run1"]
    (problem,) = few[-1].problems
    assert (problem.kind, problem.lost) == ("over_limit", 3)


@pytest.mark.parametrize(
    ("name", "time", "host", "pid"),
    [
        ("events.out.tfevents.1700000000.DESKTOP-1.4116.1.v2", 1700000000, "DESKTOP-1", "4116"),
        ("events.out.tfevents.1700000000.Mac.local.83896.0", 1700000000, "Mac.local", "83896"),
        ("events.out.tfevents.1700000000.ed607085d8b6", 1700000000, "ed607085d8b6", ""),
        ("events.out.tfevents.1700000000.r34n4.lisa.nl", 1700000000, "r34n4.lisa.nl", ""),
        ("events.out.tfevents.1700000000", 1700000000, "", ""),
    ],
)
def test_stamps_of_writers(name, time, host, pid):
    stamp = stamp_of(name)
    assert stamp is not None
    assert (stamp.time, stamp.host, stamp.pid) == (time, host, pid)


@pytest.mark.parametrize("name", ["my.tfevents", "x.tfevents.host", "events.out.tfevents." + "9" * 200])
def test_a_name_without_a_time_has_no_stamp(name):
    assert stamp_of(name) is None


@settings(max_examples=30, deadline=None)
@given(folders=st.sets(st.text("abt/", min_size=1, max_size=6).map(lambda text: text.strip("/")), max_size=6))
def test_every_event_file_is_in_exactly_one_run(tmp_path_factory, folders):
    root = tmp_path_factory.mktemp("tree")
    files = {
        log(root, "/".join(filter(None, folder.split("/"))), pid=at) for at, folder in enumerate(folders)
    }
    found = [file for run in find_runs(root) for file in run.files]
    assert sorted(found) == sorted(files)


def test_the_tag_in_the_helper_is_written_as_given(tmp_path):
    """Folders of `add_scalars` are known by the bytes of the tag in their first event, as torch writes it."""
    data = file_bytes(event(0, simple("Loss/both", 0.5)))
    assert b"\x0a\x09Loss/both\x15" in data


class Locked:
    """An entry of a folder that may be listed but not entered: what it is can be asked, nothing else."""

    def __init__(self, entry):
        self.name, self.path = entry.name, entry.path
        self.is_dir, self.is_symlink, self.is_file = entry.is_dir, entry.is_symlink, entry.is_file

    def stat(self, *, follow_symlinks):
        raise PermissionError(13, "Permission denied")


def test_a_folder_that_can_be_listed_but_not_entered_is_one_line(tmp_path, monkeypatch):
    log(tmp_path, "good")
    log(tmp_path, "locked", n=0)
    log(tmp_path, "locked", n=1)
    put(tmp_path, "locked/notes.md")
    listed = os.scandir

    @contextmanager
    def scandir(path):
        with listed(path) as entries:
            yield [Locked(one) if os.fspath(path).endswith("locked") else one for one in entries]

    monkeypatch.setattr(os, "scandir", scandir)
    assert kinds(tmp_path) == {"good": [], "locked": ["unreadable"]}
    (problem,) = next(found for found in find_runs(tmp_path) if found.name == "locked").problems
    assert problem.text.startswith("locked: the folder can be listed but not entered (Permission denied)")


ABOUT = [
    "read_tfevents.py",
    "tfevents.md",
    "tfevents.json",
    "my-tfevents.txt",
    "tfevents.ipynb",
    "tfevents.png",
]


@pytest.mark.parametrize("name", ABOUT)
def test_files_about_event_files_are_event_files_by_their_content_only(tmp_path, name):
    put(tmp_path, f"a/{name}", b"# how to read tfevents: step, loss\n")
    put(tmp_path, f"b/{name}", b"")
    assert find_runs(tmp_path) == ()
    assert [run.problems for run in find_runs(tmp_path / "a" / name)] == []
    put(tmp_path, f"c/{name}", file_bytes(*losses(3)))
    (found,) = find_runs(tmp_path)
    (run,) = read_runs(found)
    assert (run.name, [one.format for one in run.sources], len(run.series[0])) == ("c", ["tfevents"], 3)
