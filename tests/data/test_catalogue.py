"""Which data sets there are, where they lie, and what is said of those that cannot be used."""

import subprocess
import sys

import numpy as np
import pytest
import torchvision.datasets

from dpn.data import downloads
from dpn.data.catalogue import dataset_info, list_datasets
from dpn.data.known import DATASETS
from dpn.data.loading import load_dataset
from dpn.errors import DataError
from tests.data.mirror import idx, put_idx
from tests.data.npz.written import save, small_set


def test_listing_imports_nothing_heavy():
    code = """if True:
        import sys, pathlib, dpn.data.catalogue
        dpn.data.catalogue.list_datasets(pathlib.Path('nowhere'))
        print([name for name in ('torch', 'torchvision', 'sklearn') if name in sys.modules])"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"


def test_the_listing_tells_source_size_and_problem(data_dir):
    save(data_dir / "mine.npz", small_set() | {"class_names": np.array(["a", "b", "c"])})
    save(data_dir / "kmnist.npz", small_set(shape=(28, 28), classes=10))
    save(data_dir / "fashion_mnist.npz", small_set(shape=(8, 8)))
    save(data_dir / "digits.npz", small_set())
    (data_dir / "bad.npz").write_bytes(b"no zip")
    (data_dir / "folder.npz").mkdir()
    save(data_dir / "<b>.npz", small_set())
    put_idx(data_dir)
    infos = {info.name: info for info in list_datasets(data_dir)}
    assert list(infos) == [*DATASETS, "<b>", "bad", "folder", "mine"]
    found = {name: (info.source, info.path, info.download_mb) for name, info in infos.items()}
    assert found["digits"] == ("embedded", None, None)
    assert found["mnist"] == ("on disk", data_dir / "MNIST", None)
    assert found["kmnist"] == ("npz", data_dir / "kmnist.npz", None)
    assert found["cifar10"] == ("download", None, 170)
    assert found["mine"] == ("npz", data_dir / "mine.npz", None)
    assert (infos["mine"].image_shape, infos["mine"].classes) == ((1, 8, 9), 3)
    assert infos["mine"].about == "Your own images: 20 to train, 5 to test."
    assert infos["kmnist"].about == "25 cursive Japanese letters."  # those that are here
    assert infos["cifar10"].about == "60,000 colour photos."
    assert infos["mnist"].about == "70,000 handwritten digits."
    problems = {name: info.problem for name, info in infos.items() if info.problem}
    assert list(problems) == ["fashion_mnist", "<b>", "bad", "folder"]
    assert r"must hold images of (1, 28, 28) in 10 classes, got (1, 8, 8)" in problems.pop(
        "fashion_mnist"
    )
    assert "dataset must be a name of letters" in problems["<b>"]
    assert "bad.npz is damaged or not an .npz file" in problems["bad"]


def test_what_is_listed_without_a_problem_loads_as_listed(data_dir):
    save(data_dir / "mine.npz", small_set())
    save(data_dir / "kmnist.npz", small_set(shape=(28, 28), classes=10))
    put_idx(data_dir)
    put_idx(data_dir, "FashionMNIST")
    ready = [info for info in list_datasets(data_dir) if info.source != "download"]
    assert [info.name for info in ready] == [*list(DATASETS)[:4], "mine"]
    for info in ready:
        assert info.problem is None
        dataset = load_dataset(info.name, data_dir, download=False)
        full = dataset_info(info.name, data_dir)
        assert (full.image_shape, full.classes) == (dataset.image_shape, dataset.classes)
    assert dataset_info("mine", data_dir).classes == 3


def test_an_npz_takes_the_place_of_the_files_on_disk(data_dir):
    name = "fashion_mnist"
    put_idx(data_dir, "FashionMNIST")
    assert len(load_dataset(name, data_dir).x_test) == 20
    save(data_dir / f"{name}.npz", small_set(test=7, shape=(28, 28)))
    dataset = load_dataset(name, data_dir)
    assert (len(dataset.x_test), dataset.class_names) == (7, DATASETS[name].class_names)
    save(data_dir / f"{name}.npz", small_set(shape=(8, 8)))
    for function in (load_dataset, dataset_info):
        with pytest.raises(DataError, match=r"mnist.npz must hold images of \(1, 28, 28\) in 10"):
            function(name, data_dir)


def test_a_set_that_is_missing_is_downloaded_when_allowed(data_dir, monkeypatch):
    asked = []

    def download(name, folder, progress):
        asked.append((name, folder, progress))
        put_idx(folder)

    monkeypatch.setattr(downloads, "download", download)
    save(data_dir / "mine.npz", small_set())
    sentence = r"mnist is not on this machine yet\. .*mnist\.npz .*Usable now: digits, mine\."
    with pytest.raises(DataError, match=sentence):
        load_dataset("mnist", data_dir, download=False)
    assert asked == []
    assert len(load_dataset("mnist", data_dir, progress=print).x_test) == 20
    assert asked == [("mnist", data_dir, print)]
    load_dataset("mnist", data_dir)
    assert len(asked) == 1


def test_a_failed_download_offers_what_is_there(data_dir, monkeypatch):
    def download(*_):
        raise DataError("kmnist could not be downloaded (no route).")

    monkeypatch.setattr(downloads, "download", download)
    put_idx(data_dir)
    with pytest.raises(DataError, match=r"\(no route\)\. Usable now: digits, mnist\.$"):
        load_dataset("kmnist", data_dir)


def test_an_unknown_name_is_answered_with_the_list(data_dir):
    save(data_dir / "mine.npz", small_set())
    (data_dir / "torn.npz").write_bytes(b"PK")
    for function in (load_dataset, dataset_info):
        with pytest.raises(DataError, match=r"'mnits' is not here; did you mean 'mnist'\?"):
            function("mnits", data_dir)
        with pytest.raises(
            DataError,
            match=r"'qqq' is not here: put its file into .* \(of pictures qqq\.npz\), or take one "
            r"of digits, .*, mine, .*, clicks, maze\.$",
        ) as caught:
            function("qqq", data_dir)
        assert "torn" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["../mine", "/etc/passwd", "a/b", "a\\b", "", ".", "..", ".mine", "mine\n", "mine\0", "<b>"],
)
def test_a_name_is_never_a_path(data_dir, name):
    save(data_dir.parent / "mine.npz", small_set())
    for function in (load_dataset, dataset_info):
        with pytest.raises(DataError, match="dataset must be a name of letters"):
            function(name, data_dir)


def test_a_data_folder_that_cannot_be_used_is_one_sentence(data_dir, monkeypatch):
    file = data_dir / "file"
    file.write_bytes(b"")
    for name in ("mnist", "mine"):
        with pytest.raises(DataError, match="file is not a folder that may be read"):
            load_dataset(name, file)
        with pytest.raises(DataError, match=r"into .*nowhere|one of digits, mnist"):
            load_dataset(name, data_dir / "nowhere", download=False)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(DataError, match="data is not a folder that may be read; set DPN_DATA_DIR"):
        load_dataset("mnist", data_dir)
    assert load_dataset("digits", file).classes == 10
    assert [info.name for info in list_datasets(file)] == list(DATASETS)


def test_an_incomplete_folder_is_listed_and_refused(data_dir):
    put_idx(data_dir)
    (data_dir / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").unlink()
    sentence = r"MNIST is incomplete \(raw/t10k-labels-idx1-ubyte is missing\); delete it"
    with pytest.raises(DataError, match=sentence):
        load_dataset("mnist", data_dir)
    (info,) = [info for info in list_datasets(data_dir) if info.problem]
    assert (info.name, info.source) == ("mnist", "on disk")


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("train-images-idx3-ubyte", lambda data: data[:-1]),
        ("train-images-idx3-ubyte", lambda data: data + b"x"),
        ("train-images-idx3-ubyte", lambda data: data[:10]),
        ("t10k-images-idx3-ubyte", lambda _: b""),
        ("t10k-images-idx3-ubyte", lambda _: idx(np.zeros((20, 27, 28)))),
        ("train-labels-idx1-ubyte", lambda _: idx(np.arange(59) % 10)),
        ("train-labels-idx1-ubyte", lambda _: idx(np.full(60, 10))),
        ("t10k-labels-idx1-ubyte", lambda data: b"\0\0\x0d\1" + data[4:]),
        ("t10k-labels-idx1-ubyte", lambda _: idx(np.zeros((20, 1, 1)))),
    ],
)
def test_damaged_files_are_one_sentence(data_dir, file, change):
    put_idx(data_dir)
    path = data_dir / "MNIST" / "raw" / file
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match=r"MNIST is damaged; delete it to download mnist again"):
        load_dataset("mnist", data_dir)


def test_images_of_another_size_are_not_mnist(data_dir):
    put_idx(data_dir, shape=(20, 20))
    with pytest.raises(DataError, match=r"MNIST must hold images of \(1, 28, 28\) .* got \(1, 20"):
        load_dataset("mnist", data_dir)


def test_names_and_classes_are_torchvisions():
    assert list(DATASETS) == ["digits", *downloads.TORCHVISION_SETS]
    assert DATASETS["fashion_mnist"].class_names == tuple(torchvision.datasets.FashionMNIST.classes)
    assert DATASETS["kmnist"].class_names == tuple(torchvision.datasets.KMNIST.classes)
    for name in downloads.TORCHVISION_SETS:
        assert len(DATASETS[name].class_names) == 10
