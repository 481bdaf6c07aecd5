import numpy as np
import pytest

from loganalyzer.engine.forest import NODE, ArraysError, Forest, as_array, verified


def stump(threshold, missing_left=False):
    """One question about the second of two features."""
    nodes = np.array([(1, 2, missing_left, threshold), (-1, 0, False, 0), (-1, 1, False, 0)], NODE)
    leaves = np.array([[1.0, 0.0], [0.25, 0.75]], np.float16)
    return Forest(("one", "two"), ("a", "b"), nodes, np.array([0]), leaves)


@pytest.mark.parametrize(
    ("value", "answer"), [(0.5, [1.0, 0.0]), (0.50001, [0.25, 0.75]), (-np.inf, [1.0, 0.0])]
)
def test_a_sample_at_the_threshold_goes_left(value, answer):
    assert stump(0.5).predict(np.array([9.0, value])).tolist() == answer


def test_a_missing_value_goes_where_it_was_sent_in_training():
    row = np.array([0.0, np.nan])
    assert stump(0.5).predict(row).tolist() == [0.25, 0.75]
    assert stump(0.5, missing_left=True).predict(row).tolist() == [1.0, 0.0]


def test_a_value_is_compared_in_single_precision():
    assert stump(0.1).predict(np.array([0.0, np.nextafter(np.float32(0.1), 0) + 1e-12])).tolist() == [
        1.0,
        0.0,
    ]


def test_trees_are_averaged():
    one = stump(0.5)
    nodes = np.concatenate((one.nodes, np.array([(-1, 1, False, 0)], NODE)))
    forest = Forest(one.features, one.outputs, nodes, np.array([0, 3]), one.leaves)
    assert forest.predict(np.array([0.0, 0.0])).tolist() == [0.625, 0.375]


@pytest.fixture
def folder(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(3))
    digest = __import__("hashlib").sha256((tmp_path / "a.npy").read_bytes()).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  a.npy\n")
    return tmp_path


def test_files_as_they_were_written_are_read(folder):
    assert as_array(verified(folder)["a.npy"]).tolist() == [0, 1, 2]


def test_a_changed_file_is_refused(folder):
    data = bytearray((folder / "a.npy").read_bytes())
    data[-1] ^= 1
    (folder / "a.npy").write_bytes(data)
    with pytest.raises(
        ArraysError, match=r"a\.npy: expected the content named in SHA256SUMS, found another content"
    ):
        verified(folder)


def test_a_missing_file_is_named(folder):
    (folder / "a.npy").unlink()
    with pytest.raises(ArraysError, match="found no such file"):
        verified(folder)


def test_objects_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        as_array((tmp_path / "a.npy").read_bytes())
