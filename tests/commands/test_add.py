"""``datasets add``: what people have becomes a set that ``train`` knows."""

import json

from dpn import settings
from dpn.__main__ import main
from tests.own.written import bars, idx, npz, pets, zipped


def test_a_zip_is_added_and_trained_on(tmp_path, capsys):
    (tmp_path / "pets.zip").write_bytes(zipped({**pets(8), "cats/no.png": b"?"}))
    assert main(["datasets", "add", str(tmp_path / "pets.zip"), "--name", "my pets"]) == 0
    out, err = capsys.readouterr()
    assert out.endswith("--dataset 'my pets'\n")
    assert "my pets: 16 images of 2 classes, 32x32 colour" in out
    assert "cats/no.png is not an image" in err
    assert "dogs: 6 to train, 2 to test" in err
    training = ["train", "--dataset", "my pets", "--model", "mlp", "--steps", "2", "--json"]
    assert main([*training, "--device", "cpu", "--set", "balanced=true"]) == 0
    assert json.loads(capsys.readouterr().out)["dataset"] == "my pets"


def test_a_folder_of_idx_files_goes_where_it_is_told_before_or_after_add(
    tmp_path, capsys, monkeypatch
):
    folder = tmp_path / "letters"
    folder.mkdir()
    images, labels = bars(30)
    (folder / "train-images-idx3-ubyte").write_bytes(idx(images))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(labels))
    first, second, third = (str(tmp_path / name) for name in ("one", "two", "three"))
    options = ["--side", "32", "--colour", "colour", "--json"]
    assert main(["datasets", "--data-dir", first, "add", str(folder), *options]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["image_shape"] == [3, 32, 32]
    assert record["classes"]["2"] == {"train": 8, "test": 2}
    assert main(["datasets", "add", str(folder), "--data-dir", second, "--most", "5"]) == 0
    assert capsys.readouterr().out.endswith("--dataset letters\n")
    monkeypatch.chdir(folder)  # every verb takes a folder for runs, and "." is called as it is
    assert main(["datasets", "add", ".", "--data-dir", third, "--runs-dir", first]) == 0
    assert [p.name for p in tmp_path.glob("*/*.npz")] == ["letters.npz"] * 3


def test_what_is_wrong_is_said_in_one_go_and_nothing_is_kept(tmp_path, capsys):
    images, labels = bars(30)
    (tmp_path / "own.npz").write_bytes(npz(x=images.astype(str), y=labels / 2))
    assert main(["datasets", "add", str(tmp_path / "own.npz")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "x must be numbers" in err
    assert "y must be whole numbers" in err
    (tmp_path / "texts.json").write_text("{}")
    assert main(["datasets", "add", str(tmp_path / "texts.json")]) == 2
    assert "lists: python -m dpn train --dataset FILE" in capsys.readouterr().err
    assert main(["datasets", "add", str(tmp_path / "none")]) == 2
    assert "is not there" in capsys.readouterr().err
    assert main(["datasets", "add", str(tmp_path / "own.npz"), "--name", "mnist"]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["datasets", "add", str(tmp_path / "own.npz"), "--most", "0"]) == 2
    assert "--most must be at least 1" in capsys.readouterr().err
    assert main(["datasets", "add", str(tmp_path / "own.npz"), "--side", "40"]) == 2
    assert "--side must be" in capsys.readouterr().err
    assert not settings.data_dir().exists()
