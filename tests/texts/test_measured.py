"""Tables that hold measurements, dates or features are no texts, whatever column is longest."""

import pytest

from dpn.errors import DataError
from dpn.texts.reading import read_texts
from tests.texts.layouts import write

NONE = {
    "counts by the hour": ("time,count", lambda i: f"2015/01/{1 + i % 28:02} 01:00:00,{i % 7}"),
    "days that pandas numbered": (",KSI,label", lambda i: f"19{i % 90 + 10}-01-01,{i * 9},{i % 2}"),
    "quarters": (",Quarter,Saved", lambda i: f"{i},{1950 + i // 4} Q{i % 4 + 1},{i % 9 / 10}"),
    "kinds, counts": ("Kind,Year,Deaths", lambda i: f"{'AB'[i % 2]},{1900 + i},{i * 7 % 97}"),
    "kinds beside measures": ("ID,Most,Is", lambda i: f"{i},{i * 37 % 900},{'yn'[i % 2]}o"),
}  # fmt: skip
LINES = {
    "features.txt": lambda i: f"{(-1, 1)[i % 2]} 1:{i / 7:.3f} 2:-{i / 9:.2e} ",
    "keel.dat": lambda i: f"{90 + i % 4}, {i}, 105, {i % 9}, {i % 3}",
    "heart.data": lambda i: f"{50 + i % 9}.0 1.0 {i}.5 {i % 2}",
}


@pytest.mark.parametrize("case", NONE)
def test_a_table_of_measurements_by_date_or_kind_is_no_set_of_texts(tmp_path, case):
    head, row = NONE[case]
    file = write(tmp_path, "a.csv", "\n".join([head, *map(row, range(60))]))
    with pytest.raises(DataError, match=r"a\.csv holds (numbers|dates) and no texts .*--text-col"):
        read_texts(file)


@pytest.mark.parametrize("name", LINES)
def test_lines_of_numbers_behind_a_number_are_no_texts_behind_a_class(tmp_path, name):
    file = write(tmp_path, name, "\n".join(map(LINES[name], range(200))))
    wanted = (
        "features by their number, .*load_svmlight_file" if "feat" in name else "numbers and no"
    )
    with pytest.raises(DataError, match=f"holds {wanted}"):
        read_texts(file)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("said,mood,at", lambda i: f"{('all is well', 'it is late')[i % 2]} now,{i % 3},{i * 7}"),
        ("word,kind,number", lambda i: f"{('yes', 'no', 'stop')[i % 3]},{'ab'[i % 2]},{i}"),
        ("text,mood,seen", lambda i: f"{('yes', 'no')[i % 2]},{i % 3},{i * 7 % 61}"),
        ("when it was,kind", lambda i: f"in the year {1900 + i},{'ab'[i % 2]}"),
    ],
)  # fmt: skip
def test_short_texts_and_sentences_that_come_again_are_texts(tmp_path, head, row):
    file = write(tmp_path, "a.csv", "\n".join([head, *map(row, range(60))]))
    label = head.split(",")[1]
    assert read_texts(file, label=label).texts[0] == row(0).split(",")[0]
