"""What is a file of series, and what is none: of pictures, of texts, or damaged."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.reading import is_of_series, is_table_of_pixels, read_series
from tests.series.written import NAMED, long, pack, write


def test_what_is_damaged_or_of_pictures_is_no_series(tmp_path):
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(DataError, match="damaged or no npz"):
        read_series(tmp_path / "bad.npz")
    assert not is_of_series(pack(tmp_path, x_train=np.zeros((3, 8, 8), np.uint8), y_train=NAMED))
    with pytest.raises(DataError, match="no file of series"):
        read_series(write(tmp_path, "a.wav", ""))
    with pytest.raises(DataError, match="cannot be read"):
        read_series(tmp_path / "none.ts")


def test_a_table_of_texts_is_none_of_series(tmp_path):
    assert not is_of_series(write(tmp_path, "a.csv", "id,text,label\n1,go left,up\n2,go on,up\n"))
    assert not is_of_series(write(tmp_path, "e.csv", "id,text,n,label\n1,go,5,up\n2,on,6,up\n"))
    assert not is_of_series(write(tmp_path, "b.csv", "text,label\ngo left,up\n"))
    assert not is_of_series(write(tmp_path, "c.csv", ""))


def test_what_only_looks_like_a_series_a_row_is_none(tmp_path):
    row = ",".join(str(i % 200) for i in range(64))
    pixels = "\n".join(f"{i % 2},{row}" for i in range(4))
    named = "a1,b2,c3,d4,e5,f6,g7,h8,kind\n" + "1,2,3,4,5,6,7,8,x\n" * 4
    short = "\n".join(["1,2,3,4,x"] * 4)
    words = "\n".join(["up go on and on and on and on"] * 4)
    for name, content in (("p", pixels), ("n", named), ("s", short), ("w", words)):
        assert not is_of_series(write(tmp_path, f"{name}.csv", content)), name
    assert is_table_of_pixels(tmp_path / "p.csv")
    assert not is_table_of_pixels(tmp_path / "n.csv")


def test_texts_beside_numbers_and_numbers_of_rows_are_none_of_series(tmp_path):
    heads = {
        "clips": "file,start,end,sentence,emotion",
        "meld": "no,said,speaker,emotion,episode,dialogue",
        "phrases": "phrase_id,sentence_id,phrase,sentiment",
    }
    rows = {
        "clips": "f{s},{n},{n}.5,{text},{word}",
        "meld": "{n},{text},ann,{word},21,{s}",
        "phrases": "{n},{s},{text},{k}",
    }
    for name, head in heads.items():
        lines = [
            rows[name].format(
                s=n // 4, n=n, text=f"it is thing {n} of all", word="ab"[n % 2], k=n % 2
            )
            for n in range(24)
        ]
        path = write(tmp_path, f"{name}.csv", head + "\n" + "\n".join(lines) + "\n")
        assert not is_of_series(path), name


def test_dates_in_words_are_no_texts(tmp_path):
    row = "{i}\tMon, 1{t} Jan 2020 10:0{i}:01 GMT\t{x}\t{word}"
    path = write(tmp_path, "a.tsv", long("series\ttime\tx\tlabel", row))
    assert is_of_series(path)
    assert [len(one) for one in read_series(path).values] == [4] * 6


@pytest.mark.parametrize("head", ["", "user,activity,timestamp,x,y"])
def test_measurements_without_a_column_of_their_series_are_told_from_texts(tmp_path, head):
    rows = [
        f"{33 + k % 3},{('Walking', 'Sitting')[k % 2]},{4910 + 5 * (30 * k + t)},0.{t},-{t}.5"
        for k in range(6)
        for t in range(30)
    ]
    content = "\n".join([head, *rows] if head else [f"{row};" for row in rows])
    path = write(tmp_path, "wisdm.txt", content)
    assert is_of_series(path)
    with pytest.raises(DataError, match="Number the recordings in a column called series"):
        read_series(path)
    assert not is_of_series(write(tmp_path, "b.csv", "\n".join(rows[::31])))  # of a row each
