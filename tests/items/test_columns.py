"""Which column is what in lists as publishers lay them out, and what is a table of texts."""

import pytest

from dpn.errors import DataError
from dpn.items.reading import is_of_lists, read_lists

#: (user, item, day): each takes 1, 2, 3 in that order, and the file has them in another.
ROWS = [(7, 3, 30), (9, 2, 3), (7, 1, 8), (9, 3, 12), (7, 2, 9), (9, 1, 1)]
DIGINETICA = "sessionId;userId;itemId;timeframe;eventdate"
TA_FENG = "TRANSACTION_DT,CUSTOMER_ID,AGE_GROUP,PRODUCT_ID"
FOURSQUARE = "{u}\t49b{i}\t4bf\tArt & Craft\t40.7\t-74.0\t-240\tTue Apr {d:02} 18:00:09 +0000 2012"


def written(path, head, row):
    lines = [row.format(u=u, i=i, d=d, t=1_400_000_000 + 86_400 * d) for u, i, d in ROWS]
    path.write_text("".join(f"{line}\n" for line in ([head] if head else []) + lines))
    return path


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("dmy.csv", "user,item,date", "{u},{i},{d:02}/01/2020 0:05"),
        ("dotted.csv", "user;item;date", "{u};{i};{d}.1.2020"),
        ("dashed.csv", "user,item,date", "{u},{i},{d:02}-01-2020"),
        ("two.csv", "user,item,date,time", "{u},{i},2020-01-01,14:{d:02}"),
        ("diginetica.csv", DIGINETICA, "{u};NA;{i};{d};2016-5-9"),
        ("hm.csv", "t_dat,customer_id,article_id,price", "2020-01-{d:02},{u},{i},0.05"),
        ("feng.csv", TA_FENG, "1/{d}/2000,{u},25-29,{i}"),
        ("ml.inter", "user_id:token\titem_id:token\ttimestamp:float", "{u}\t{i}\t{t}"),
        ("cn.csv", "user,item,date", "{u},{i},2020年1月{d}日 10:00"),
        ("clicks.csv", "", "user{u},item{i},{t}"),
        ("shop.csv", "", "session_{u},product_{i},{t}"),
        ("taobao.csv", "", "{u},{i},4145813,pv,{t}"),
        ("yoochoose.dat", "", "{u},2014-04-{d:02}T10:00:00.277Z,21453650{i},0"),
        ("gowalla.txt", "", "{u}\t2010-10-{d:02}T10:00:00Z\t30.23\t-97.79\t2284{i}"),
        ("lastfm.tsv", "", "user_0{u}\t2009-05-{d:02}T10:00:00Z\tf1b1\tDeep Dish\t\tSong {i}"),
        ("foursquare.txt", "", FOURSQUARE),
    ],
)
def test_publishers_lists_are_read_in_the_order_of_time(tmp_path, name, head, row):
    path = written(tmp_path / name, head, row)
    assert is_of_lists(path)
    assert [[item[-1] for item in one] for one in read_lists(path).lists] == [list("123")] * 2


def test_texts_that_somebody_wrote_of_something_are_none_of_lists(tmp_path):
    words = "it is a thing of the kind that {u} had on day {d}"
    for name, head, row in (
        ("reviews.csv", "customer,product,date,review,rating", "{u},{i},2024-01-{d:02},WORDS,4"),
        ("tweets.txt", "", "{t}\tpositive\tWORDS"),
        ("semeval.txt", "", "2641838165481308{d:02}\tpositive\tgood"),
        ("walk.csv", "", "{u},walk,{t},1{d}.5,2{d}.5,3{d}.5"),  # measurements of two subjects
    ):
        path = written(tmp_path / name, head, row.replace("WORDS", words))
        assert not is_of_lists(path), name


@pytest.mark.parametrize(
    "time",
    [
        "Mon, {d:02} Jan 2020 10:00:01 GMT",
        "Monday, January {d}, 2020 at 10:00:01 AM",
        "Jan {d}, 2020, 10:00:01 AM UTC",
    ],
)
def test_dates_in_words_are_no_texts(tmp_path, time):
    path = written(tmp_path / "a.csv", "user\titem\ttime", "{u}\t{i}\t" + time)
    assert is_of_lists(path)
    assert [[item[-1] for item in one] for one in read_lists(path).lists] == [list("123")] * 2
    path = written(tmp_path / "b.csv", "", "{u}\t{i}\t" + time)
    assert is_of_lists(path)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("user,item,time,release_date", "{u},{i},{d},19{d}{i}-01-0{u}"),
        ("user,item,time,release_date", "{u},{i},14:{d:02},200{r}-01-01"),
        ("user,item,release_date,bought", "{u},{i},200{r}-01-01,2024-01-{d:02}"),
        ("user,birthdate,item,step", "{u},19{r}{r}-01-0{u},{i},{d}"),
        ("user,birthdate,item,on,time", "{u},199{u}-01-01,{i},2024-01-{d:02},1{r}:00"),
        ("user,item,release_date,date,time", "{u},{i},200{r}-01-01,2024-01-{d:02},1{r}:00"),
        ("user,item,date,time", "{u},{i},2024-01-{d:02},{r}:00 PM"),
        ("user,item,bought,step", "{u},{i},2024-01-{d:02},7"),
    ],
)
def test_a_date_that_tells_of_the_item_or_the_user_is_no_time(tmp_path, head, row):
    lines = [row.format(u=u, i=i, d=d, r=9 - i) for u, i, d in ROWS]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([head, *lines]))
    assert [[item[-1] for item in one] for one in read_lists(path).lists] == [list("123")] * 2
    path.write_text(
        "\n".join(["user,item,released", *(f"{u},{i},200{i}-01-01" for u, i, _ in ROWS)])
    )
    with pytest.raises(DataError, match="no column called time"):
        read_lists(path)


def test_times_finer_than_milliseconds_and_months_are_times(tmp_path):
    for row in ("{u},{i},16000000000{d:02}123", "{u},{i},16000000000{d:02}000000"):
        path = written(tmp_path / "a.csv", "", row)
        assert is_of_lists(path)
        assert [[item[-1] for item in one] for one in read_lists(path).lists] == [list("123")] * 2
    months = {1: "Nov-19", 2: "Jan-20", 3: "Apr-20"}
    path = tmp_path / "b.csv"
    path.write_text("\n".join(["user,item,date", *(f"{u},{i},{months[i]}" for u, i, _ in ROWS)]))
    found = read_lists(path)
    assert [[item[-1] for item in one] for one in found.lists] == [list("123")] * 2
    assert found.notes == ("b.csv: the dates were read as month, year.",)
