"""What a file says, and what is said of one that says nothing."""

import io
import zipfile

import pytest

from dpn.data.worlds.bringing import bring
from dpn.errors import DataError
from dpn.files.decoding import decoded, opened


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel workbook.*CSV UTF-8"),
        ("a.csv", zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel workbook.*CSV UTF-8"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), "Office document.*CSV"),
        ("a.txt", zipped("b.txt"), "is a zip. Unpack it"),
        ("shirts.txt", zipped("s/1.png", "xl/2.png", "word/3.png"), "is a zip. Unpack it"),
        ("a.csv", b"%PDF-1.4\n1 0 obj\nxref\ntrailer\n" * 30, "is a PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "old Office"),
        ("a.csv", b"\x1f\x8b\x08\0" + bytes(99), "gzip. Unpack"),
    ],
)
def test_what_is_no_text_is_named_and_what_to_do(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=told):
        bring(tmp_path / name, tmp_path / "data")
    assert not (tmp_path / "data").exists()


TABLES = {
    "text": "text,label\n" + "play jazz,music\nwake me,alarm\n" * 9,
    "series": "series,time,x,label\n"
    + "".join(f"s{i},{j},{i * j},{'ab'[i % 2]}\n" for i in range(9) for j in range(9)),
    "list": "user,item,time\n"
    + "".join(f"{i},{i * j % 7},{j}\n" for i in range(9) for j in range(9)),
}


@pytest.mark.parametrize("world", TABLES)
def test_utf_16_of_a_spreadsheet_is_read_in_every_world(tmp_path, world):
    from dpn.data.catalogue import dataset_info

    file = tmp_path / "mine.csv"
    file.write_text(TABLES[world], encoding="utf-16")
    name, notes = bring(file, tmp_path / "data")
    assert dataset_info(name, tmp_path / "data").world == world
    assert "mine.csv was read as UTF-16." in notes
    with opened(file) as read:
        assert read.readline() == TABLES[world].partition("\n")[0] + "\n"


def test_how_large_a_file_may_be_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\n" * 200_000)
    with pytest.raises(DataError, match=r"a\.csv has more than 2 MB; bring a part of it\."):
        decoded(tmp_path / "a.csv", "", most=2_000_000)
