"""Maps that people bring, good and bad."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from dpn.errors import ImageError
from dpn.mazes.arrays import MOST_UNPACKED
from dpn.mazes.making import make_mazes
from dpn.mazes.reading import find_maps, from_text, maps_in


def read(path):
    (maze,) = maps_in(path)
    return maze


def same(a, b):
    return np.array_equal(a.walls, b.walls) and (a.start, a.goal) == (b.start, b.goal)


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_text_is_read_whatever_ends_its_lines(ending):
    maze = from_text(f"S.#{ending or chr(10)}#.G{ending * 2}".encode())
    assert maze.shape == (2, 3)
    assert (maze.start, maze.goal) == ((0, 0), (1, 2))
    np.testing.assert_array_equal(maze.walls, [[0, 0, 1], [1, 0, 0]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the map is empty"),
        ("S.x\n..G", "line 1, column 3 is 'x'"),
        ("S..\n..G\n..", "line 3 has 2 cells and others have 3"),
        ("...\n..G", r"one start \(S\), got 0"),
        ("S.G\nG..", r"one goal \(G\), got 2"),
        ("S" + "." * 200 + "G", "at most 128 cells|2 to 128|1 to 128"),
        (b"\xff\xfe\x00", "no map: neither text"),
    ],
)
def test_what_is_no_map_is_said_in_a_sentence(text, words):
    with pytest.raises(ImageError, match=words):
        from_text(text)


def painted(maze, size):
    picture = np.where(maze.walls[..., None], 0, 255).repeat(3, 2).astype(np.uint8)
    picture[maze.start], picture[maze.goal] = (0, 200, 0), (220, 0, 0)
    return picture.repeat(size, 0).repeat(size, 1)


@pytest.mark.parametrize("size", [1, 8])
def test_a_painted_map_is_read_at_any_size_of_its_cells(size, tmp_path):
    (maze,) = make_mazes("obstacles", 9, 1, seed=3)
    Image.fromarray(painted(maze, size)).save(tmp_path / "map.png")
    assert same(read(tmp_path / "map.png"), maze)


def test_a_picture_without_ends_or_damaged_is_refused(tmp_path):
    Image.new("RGB", (8, 8), "white").save(tmp_path / "white.png")
    with pytest.raises(ImageError, match="0 green, 0 red and 0 blue"):
        read(tmp_path / "white.png")
    (tmp_path / "half.png").write_bytes((tmp_path / "white.png").read_bytes()[:40])
    with pytest.raises(ImageError, match="damaged"):
        read(tmp_path / "half.png")


def test_published_arrays_are_read(tmp_path):
    mazes = make_mazes("maze", 9, 2, seed=3)
    images = np.stack([painted(maze, 2) for maze in mazes]).transpose(0, 3, 1, 2) / 255.0
    np.save(tmp_path / "inputs.npy", (images > 0.5).astype(np.float32))
    assert all(map(same, maps_in(tmp_path / "inputs.npy"), mazes))
    free = np.stack([~maze.walls for maze in mazes]).astype(np.float32)
    goals = np.zeros((2, 1, 9, 9))
    for goal, maze in zip(goals, mazes, strict=True):
        goal[0][maze.goal] = 1
    np.savez(tmp_path / "maps.npz", free, goals)
    again = list(maps_in(tmp_path / "maps.npz"))
    assert [maze.goal for maze in again] == [maze.goal for maze in mazes]


def test_objects_are_never_opened(tmp_path):
    np.save(tmp_path / "bad.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "bad.npz", np.array([{"a": 1}], dtype=object), np.zeros(1))
    with pytest.raises(ImageError, match="objects are not opened"):
        list(maps_in(tmp_path / "bad.npy"))
    with pytest.raises(ImageError, match="objects are not opened"):
        list(maps_in(tmp_path / "bad.npz"))
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("arr_0.npy", bytes(MOST_UNPACKED + 1))
    with pytest.raises(ImageError, match="at most 64 are read"):
        list(maps_in(tmp_path / "bomb.npz"))
    file = io.BytesIO()
    np.save(file, np.zeros((2, 2)))
    (tmp_path / "flat.npy").write_bytes(file.getvalue())
    with pytest.raises(ImageError, match=r"\(N, 3, H, W\), got float64 \(2, 2\)"):
        list(maps_in(tmp_path / "flat.npy"))


def test_files_are_found_in_folders_and_one_without_stands_for_itself(tmp_path):
    (tmp_path / "b.txt").write_text("SG")
    (tmp_path / "a.map").write_text("SG")
    (tmp_path / "notes.md").write_text("no map")
    (tmp_path / "._b.txt").write_bytes(b"\0\5")  # which a Mac puts beside
    (tmp_path / "empty").mkdir()
    found = list(find_maps([str(tmp_path), str(tmp_path / "empty")]))
    assert [path.name for path in found] == ["a.map", "b.txt", "empty"]
    assert "empty holds no maps; accepted are .txt" in refused(found[2])


def refused(path):
    with pytest.raises(ImageError) as error:
        list(maps_in(path))
    return str(error.value)


def test_arrays_without_maps_or_of_other_shapes_are_refused_in_a_sentence(tmp_path):
    free, ends = np.ones((2, 4, 4)), np.zeros((2, 4, 4))
    np.save(tmp_path / "none.npy", np.zeros((0, 3, 5, 5), np.uint8))
    np.savez(tmp_path / "none.npz", free[:0], ends[:0])
    for name in ("none.npy", "none.npz"):
        assert refused(tmp_path / name) == f"{name} holds no map. Bring a file with at least one."
    np.save(tmp_path / "flat.npy", np.zeros((2, 3, 0, 0), np.uint8))
    np.save(tmp_path / "lost.npy", np.full((1, 3, 5, 5), np.nan))
    for name in ("flat.npy", "lost.npy"):
        assert f"a map of {name} has no cells, or cells that are no number" in refused(
            tmp_path / name
        )
    np.savez(tmp_path / "three.npz", free, np.ones((2, 3, 4, 4)))
    np.savez(tmp_path / "words.npz", free, np.full((2, 4, 4), "x"))
    for name in ("three.npz", "words.npz"):
        assert "must hold maps (N, H, W) and as many goals" in refused(tmp_path / name)


def test_a_picture_that_declares_too_many_pixels_is_refused_before_they_are_read(tmp_path):
    Image.new("RGB", (8, 8), "white").save(tmp_path / "small.png")
    small = (tmp_path / "small.png").read_bytes()
    for side in (10_000, 30_000, 2**31):
        declared = side.to_bytes(4) * 2
        (tmp_path / "large.png").write_bytes(small[:16] + declared + small[24:])
        assert f"{side}×{side}; a map may have at most 4096" in refused(tmp_path / "large.png")


def test_of_more_maps_than_are_read_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("dpn.mazes.arrays.MOST_MAPS", 2)
    mazes, said = make_mazes("maze", 9, 3, seed=3), []
    images = np.stack([painted(maze, 1) for maze in mazes]).transpose(0, 3, 1, 2)
    np.save(tmp_path / "inputs.npy", images)
    assert len(list(maps_in(tmp_path / "inputs.npy", said.append))) == 2
    assert said == ["Of the 3 maps of inputs.npy the first 2 are read."]


def test_damaged_arrays_are_refused_in_a_sentence(tmp_path):
    np.save(tmp_path / "good.npy", np.ones((1, 3, 4, 4)))
    np.savez(tmp_path / "good.npz", np.ones((1, 4, 4)), np.eye(4)[None])
    array, packed = ((tmp_path / f"good.{kind}").read_bytes() for kind in ("npy", "npz"))
    # A bracket of its header, its method of packing, and the version that it asks for.
    (tmp_path / "bad.npy").write_bytes(array.replace(b"{'descr'", b"{[descr'"))
    at = packed.index(b"PK\x01\x02")
    for where, byte in ((at + 10, 99), (at + 6, 253)):
        bad = bytearray(packed)
        bad[where] = byte
        (tmp_path / "bad.npz").write_bytes(bad)
        assert "holds no plain numbers" in refused(tmp_path / "bad.npz")
    assert "holds no plain numbers" in refused(tmp_path / "bad.npy")


def test_colours_beyond_a_byte_are_full_ones(tmp_path):
    (maze,) = make_mazes("maze", 9, 1, seed=3)
    images = painted(maze, 1).transpose(2, 0, 1)[None].astype(np.int64)
    np.save(tmp_path / "bright.npy", np.where(images > 128, 1_000, -5))
    assert same(read(tmp_path / "bright.npy"), maze)
