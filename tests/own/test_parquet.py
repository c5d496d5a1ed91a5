"""Parquet files of pictures and classes, as Hugging Face's data sets are published."""

import io
import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from dpn.own.bringing import bring
from dpn.own.files import VISITORS, Bounds, upload
from dpn.own.parts import Refused
from tests.own.written import colours, made, picture, read, said, zipped

NAMES = ["cat", "dog"]


def written(count=10, *, names=NAMES, start=0, label="label", image="image", bare=False, **more):
    """A file with so many pictures, cats and dogs in turn."""
    files = [picture(colours(start + i, hue=i % 2)) for i in range(count)]
    column = files if bare else [{"bytes": one, "path": f"{i}.png"} for i, one in enumerate(files)]
    table = pa.table({image: column, label: more.get("labels") or [i % 2 for i in range(count)]})
    if names:
        features = {label: {"_type": "ClassLabel", "names": names}, image: {"_type": "Image"}}
        about = {"huggingface": json.dumps({"info": {"features": features}})}
        table = table.replace_schema_metadata(about)
    out = io.BytesIO()
    parquet.write_table(table, out, row_group_size=4)
    return out.getvalue()


def test_parts_and_class_names_are_those_of_the_files():
    files = {
        "train-00000-of-00002.parquet": written(),
        "train-00001-of-00002.parquet": written(start=20),
        "test-00000-of-00001.parquet": written(6, start=40),
    }
    own = made(files)
    assert own.arrays.class_names == ("cat", "dog")
    assert own.counts.tolist() == [[10, 3], [10, 3]]
    assert own.arrays.x_train.shape == (20, 3, 32, 32)
    packed = made({"pets.zip": zipped({f"data/{name}": data for name, data in files.items()})})
    assert packed.counts.tolist() == own.counts.tolist()


@pytest.mark.parametrize(
    "how", [{"bare": True, "names": None}, {"label": "fine_label", "image": "img"}]
)
def test_bytes_alone_and_other_names_of_columns_are_read(how):
    own = made({"pets.parquet": written(**how)})
    assert own.arrays.class_names == (("0", "1") if how.get("bare") else ("cat", "dog"))
    assert own.counts.sum() == 10


def test_words_are_classes_and_what_cannot_be_used_is_counted():
    labels = ["cat", "dog"] * 6 + [None, None, "cat"]
    table = parquet.read_table(io.BytesIO(written(15, names=None, labels=labels))).to_pydict()
    table["image"][14]["bytes"] = b"no picture"
    out = io.BytesIO()
    parquet.write_table(pa.table(table), out)
    own = made({"pets.parquet": out.getvalue()})
    assert own.counts.sum() == 12
    assert "pets.parquet: left out, without a class: 2 of its rows." in said(own)
    assert "pets.parquet:15 is not an image" in said(own)


def test_what_is_no_such_file_is_refused_with_what_is_accepted():
    out = io.BytesIO()
    parquet.write_table(pa.table({"text": ["a"], "label": [0]}), out)
    for data, words in [
        (out.getvalue(), r"has the columns text, label\. Accepted is .*bytes.*CSV"),
        (written()[:-200], "damaged or cut short"),
        (b"PAR1", "damaged or cut short"),
    ]:
        with pytest.raises(Refused, match=words):
            read({"pets.parquet": data})
    with pytest.raises(Refused, match=r"10 pictures of .* are more than the 9 of"):
        read({"pets.parquet": written()}, Bounds(9, 2**20))
    with pytest.raises(Refused, match="On a server for others"):
        bring([upload("pets.parquet", written())], VISITORS)
