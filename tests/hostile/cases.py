"""Each surface that strangers can reach: what is drawn for it, and what is then called.

A case ends in a value or in a DPNError. Anything else that escapes is a crash.
"""

import base64
import contextlib
import csv
import io
import json
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as some

from dpn.address.drawing import shorten
from dpn.address.kinds import LONGEST_ID
from dpn.address.picture import objects, pictures
from dpn.address.table import PAGES, read_query
from dpn.data.catalogue import dataset_info
from dpn.data.loading import load_dataset
from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DPNError
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.pictures.decode import decode
from dpn.pictures.prepare import InputSpec, prepare
from dpn.runs.chain import lessons_of
from dpn.runs.config import RunConfig
from dpn.runs.folder import find_run, list_runs, runs_under_way
from dpn.runs.history import History, downsample, smooth
from dpn.runs.run import Run
from dpn.runs.snapshots import list_snapshots, read_snapshot
from dpn.runs.start import create_run
from dpn.runs.title import title_of
from dpn.teaching.lesson_files import read_lesson
from tests.helpers import NAMES, RESULT, short_training, small_model
from tests.hostile import files as hostile
from tests.hostile.files import JSON_TRAPS, edits, spoilt
from tests.hostile.own import own, own_cases

SPECS = (InputSpec(1, 28, 28, "mnist"), InputSpec(1, 8, 8, "digits"), InputSpec(3, 32, 32, "photo"))
text = some.one_of(some.sampled_from(hostile.NAMES), some.text(max_size=40))
json_values = some.recursive(
    some.one_of(some.none(), some.booleans(), some.integers(), some.floats(), text),
    lambda inner: some.one_of(
        some.lists(inner, max_size=4), some.dictionaries(text, inner, max_size=4)
    ),
    max_leaves=6,
)


@cache
def folder():
    """Where cases write, the same one each time, so that they need no more room than one."""
    kept = tempfile.TemporaryDirectory(prefix="hostile")
    folder.kept = kept
    return Path(kept.name)


@cache
def good():
    """The bytes of each file of a run that is whole, by name."""
    from dpn.models.build import build_model
    from dpn.runs.snapshots import save_snapshot

    run = create_run(folder() / "whole", small_model(), short_training(), NAMES, "mnist", "whole")
    weights = build_model(run.config().model).state_dict()
    run.save_checkpoint({f"model.{name}": value for name, value in weights.items()})
    save_snapshot(run.path, 3, weights, np.eye(3, dtype=np.int64))
    run.set_status("finished", step=6, total_steps=6)
    run.set_result({**RESULT})
    names = ("step", "loss", "accuracy", "learning_rate", "examples", "seconds")
    for step in range(1, 5):
        run.append({"kind": "step", **dict.fromkeys(names, 0.5), "step": step})
    run.append({"kind": "resume", "step": 3})
    run.append({"kind": "validation", **dict.fromkeys(names, 0.5), "step": 3})
    run.load_model()  # it is whole
    files = (file for file in run.path.rglob("*") if file.is_file())
    return {str(file.relative_to(run.path)): file.read_bytes() for file in files}


#: What lies in the folder of ``put_run``: only what differs is written again.
_there = {}


def put_run(**changed):
    """A run that is whole but for these files, given as bytes."""
    path = folder() / "runs" / "case"
    wanted = good() | {name.replace("__", "/"): data for name, data in changed.items()}
    for name, data in wanted.items():
        if _there.get(name) != data:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
            _there[name] = data
    return Run(path)


@cache
def images():
    return tuple(hostile.images())


image_cases = some.tuples(
    some.sampled_from(range(len(images()))), edits, text, some.integers(0, 11)
)


def image(which, changes, name, how):
    rgba = decode(spoilt(images()[which], changes), name)
    assert rgba.dtype == np.uint8
    assert max(rgba.shape[:2]) <= 1024
    prepare(rgba, SPECS[how % 3], ("drawing", "photo")[how % 2], (None, True, False)[how // 4])


@cache
def bombs():
    return tuple(make() for make in hostile.BOMBS.values())


bomb_cases = some.tuples(some.integers(0, len(hostile.BOMBS) - 1), edits)


def bomb(which, changes):
    decode(spoilt(bombs()[which], changes), "bomb")


_shape = some.lists(
    some.sampled_from((-1, 0, 1, 3, 8, 12, 28, 65, 10**6, 2**31, 2**63, 10**30)), max_size=5
).map(tuple)
_descr = some.sampled_from(
    ("|u1", "<i8", "<f4", "<f8", "<f2", ">i4", "<f16", "<c16", "|O", "|V8", "<U9", "<U200000000",
     "|S1", "<M8[s]", "|b1", "", "x", [("a", "<i4")], ("u1", (10**6,)), "<U0", "|S0")
)  # fmt: skip
_field = some.sampled_from(("x_train", "y_train", "x_test", "y_test", "class_names"))
npz_cases = some.tuples(
    _field, some.one_of(some.none(), some.tuples(_shape, _descr, some.booleans())), edits,
    some.binary(max_size=40),
)  # fmt: skip


def npz_bytes(field, claim, changes, body):
    data = hostile.npz()
    if claim is not None:
        shape, descr, order = claim
        data = hostile.with_member(data, f"{field}.npy", hostile.npy(shape, descr, body, order))
    return spoilt(data, changes)


def npz(field, claim, changes, body):
    path = folder() / "data" / "mine.npz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(npz_bytes(field, claim, changes, body))
    dataset_info("digits", path.parent)  # a damaged set hides no other
    peek_npz(path)
    read_npz(path)
    load_dataset("mine", path.parent)


lesson_cases = some.one_of(
    npz_cases,
    some.tuples(
        some.lists(text, max_size=3),
        some.sampled_from((0, 8, 12, 14)),
        edits,
        some.one_of(some.none(), some.binary(max_size=40)),
    ),
)


def lesson(names, packing, changes, content):
    if isinstance(names, list):
        paths = [f"{name}/a.png".replace("\x00", "") for name in names] + ["7/b.png"]
        data = spoilt(hostile.lesson_zip(paths, content, packing), changes)
    else:
        data = npz_bytes(names, packing, changes, content)
    for found in read_lesson(data, "lesson.zip"):
        assert found.name.isprintable()
        assert len(found.name) <= 64
        if found.file:
            decode(found.file, found.name)


_settings = some.dictionaries(
    some.one_of(
        some.sampled_from(sorted({*ModelConfig().to_dict(), *TrainConfig().to_dict()})), text
    ),
    json_values,
    max_size=3,
)
config_cases = some.tuples(some.booleans(), some.one_of(_settings, json_values))


def config(is_model, settings):
    whole = json.loads(good()["config.json"])
    name = "model" if is_model else "training"
    changed = {**whole[name], **settings} if isinstance(settings, dict) else settings
    put_run(**{"config.json": json.dumps({**whole, name: changed}).encode()}).config()


_files = some.sampled_from(("config.json", "status.json", "result.json", "metrics.jsonl"))
run_cases = some.tuples(
    _files,
    some.one_of(
        edits,
        some.sampled_from(JSON_TRAPS),
        some.tuples(some.integers(0, 30), some.one_of(json_values, some.sampled_from(JSON_TRAPS))),
    ),
    text,
)


def places(value, path=()):
    """Every place inside a JSON value, as the keys that lead there."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs if isinstance(value, dict | list) else ():
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))
        else:
            yield (*path, key)


def with_trap(data, place, value):
    """A JSON file in which one value, anywhere, is another one."""
    whole = json.loads(data.splitlines()[0] if data.startswith(b'{"kind"') else data)
    all_places = list(places(whole))
    *way, last = all_places[place % len(all_places)] or (None,)
    if last is None:
        return (value if isinstance(value, str) else json.dumps(value)).encode(errors="replace")
    inside = whole
    for key in way:
        inside = inside[key]
    inside[last] = "TRAP"
    trap = value if isinstance(value, str) and value in JSON_TRAPS else json.dumps(value)
    return json.dumps(whole).replace('"TRAP"', trap).encode()


def run_folder(name, change, asked):
    data = good()[name]
    if isinstance(change, str):
        data = change.encode()
    elif isinstance(change, tuple):
        data = with_trap(data, *change)
    else:
        data = spoilt(data, change)
    run = put_run(**{name: data})
    runs = folder() / "runs"
    curves = History(run.path / "metrics.jsonl").poll()
    smooth(curves.steps["loss"])
    downsample(curves.steps["step"], curves.steps["loss"])
    list_runs(runs)
    runs_under_way(runs)
    with contextlib.suppress(DPNError):
        find_run(asked, runs)
    ask_all(run.config, run.status, run.result, run.load_model)


def ask_all(*questions):
    """Ask each, whatever the others came to; then raise the first sentence there was."""
    problems = []
    for ask in questions:
        try:
            ask()
        except DPNError as error:
            problems.append(error)
    if problems:
        raise problems[0]


_lies = some.fixed_dictionaries(
    {},
    optional={
        "dtype": some.one_of(some.sampled_from(("F32", "I64", "F8_E5M2", "BF16", "X", "")), text),
        "shape": some.one_of(_shape.map(list), json_values),
        "data_offsets": some.one_of(
            some.lists(some.sampled_from((0, 1, 4, 16, 2**40, 2**64 - 1, -1)), max_size=3),
            json_values,
        ),
    },
)
_SNAPSHOT = "snapshots__000000003"
weights_cases = some.tuples(
    some.sampled_from([f"{name}.safetensors" for name in ("weights", "checkpoint", _SNAPSHOT)]),
    some.one_of(
        edits,
        some.tuples(some.dictionaries(text, some.one_of(_lies, json_values), max_size=3),
                    some.binary(max_size=32),
                    some.sampled_from((None, None, 0, 8, 2**20, 10**8, 2**40, 2**64 - 1))),
        some.sampled_from(JSON_TRAPS),
    ),
)  # fmt: skip


def weights(name, change):
    if isinstance(change, str):
        data = hostile.safetensors(change.encode(errors="replace"))
    elif isinstance(change, tuple):
        header, body, length = change
        data = hostile.safetensors(json.dumps(header).encode(), body, length)
    else:
        data = spoilt(good()[name.replace("__", "/")], change)
    run = put_run(**{name: data})
    ask_all(
        run.load_model,
        run.load_checkpoint,
        lambda: [read_snapshot(run.path, step) for step in list_snapshots(run.path)],
        lambda: run.load_model(3),
    )


_lines = some.lists(
    some.one_of(
        some.binary(max_size=30),
        some.sampled_from([trap.encode(errors="replace") for trap in JSON_TRAPS]),
        some.tuples(some.sampled_from(("step", "validation", "resume", [], None)), json_values).map(
            lambda line: json.dumps(
                {"kind": line[0], **dict.fromkeys(("step", "loss", "accuracy"), line[1])}
            ).encode()
        ),
    ),
    max_size=6,
)
metrics_cases = some.tuples(
    _lines, edits, some.sampled_from((0, 0, 0, 0, 0, 0, 0, 0, 0, 10_000_000))
)


def metrics(lines, changes, long):
    path = folder() / "metrics.jsonl"
    whole = spoilt(good()["metrics.jsonl"], changes)
    path.write_bytes(whole + b"\n".join(lines) + b"\n" + b"x" * long + b"\n")
    history = History(path)
    for curves in (history.poll(), history.poll()):
        assert all(np.isfinite(values).all() for values in curves.steps.values())
        downsample(curves.steps["step"], smooth(curves.steps["loss"]))


@cache
def whole_bundle():
    """The files of a bundle that can be opened, by name."""
    from dpn.export.bundle import to_bundle

    with zipfile.ZipFile(io.BytesIO(to_bundle(put_run(), folder(), folder()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


_bundled = some.sampled_from(
    ("config.json", "weights.safetensors", "result.json", "metrics.jsonl", "title.json",
     "chain.json", "../out", "more/config.json")
)  # fmt: skip
bundle_cases = some.tuples(
    _bundled,
    some.one_of(
        edits,
        some.none(),
        some.sampled_from(JSON_TRAPS),
        some.binary(max_size=40),
        some.tuples(some.integers(0, 60), some.one_of(json_values, some.sampled_from(JSON_TRAPS))),
    ),
    some.sampled_from((0, 8, 8, 8, 8, 12, 14)),
    some.one_of(some.just([]), some.just([]), edits),  # what is inside is to be read, too
    text,
)


def bundle(name, change, packing, changes, called):
    """A bundle in which one file and then the whole archive are other ones."""
    from dpn.export.opening import open_bundle

    files = {"chain.json": b'{"lessons": []}', "title.json": b'{"title": "A"}', **whole_bundle()}
    if isinstance(change, str):
        files[name] = change.encode(errors="replace")
    elif isinstance(change, bytes):
        files[name] = change
    elif isinstance(change, tuple) and files.get(name, b"")[:1] == b"{":
        files[name] = with_trap(files[name], *change)
    elif isinstance(change, list):
        files[name] = spoilt(files.get(name, b"out"), change)
    else:
        files.pop(name, None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    runs = folder() / "opened"
    try:
        run = open_bundle(spoilt(out.getvalue(), changes), called, runs)
        lessons_of(run, runs)
        title_of(run)
        History(run.path / "metrics.jsonl").poll()
        shutil.rmtree(run.path)
    finally:  # nothing is left of one that was refused, and nothing lies beside
        assert not runs.is_dir() or not list(runs.iterdir())
        assert not (folder() / "out").exists()


ids = some.one_of(
    text,
    some.sampled_from(("../whole/whole", "case/../case", "latest", "/etc", "\x00", "caes")),
    some.sampled_from(("whole", "shipped-mnist-dpn")),
    some.integers(-(10**12), 10**12).map(str),
    some.integers(0, 7).map(lambda power: "a/" * 10**power)
    .filter(lambda name: len(name) <= 10_000_000),
)  # fmt: skip
drawings = some.one_of(
    some.binary(max_size=40).map(lambda data: b"\x01\x04" + data),
    some.binary(max_size=2_000),
).map(lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="))
in_an_address = some.one_of(
    *(drawings, text, some.integers(0, 4_000).map(lambda count: "a," * (count // 2))),
    *(some.floats().map(str), some.integers().map(str)),
    some.sampled_from(
        ["whole", "../whole", "true", "none", "soft", "1e999", "nan", "٣", "<b>", "%00", "a,b,,c"]
    ),
)
address_cases = some.tuples(
    ids,
    some.sampled_from(sorted(PAGES)),
    some.one_of(
        some.dictionaries(
            some.one_of(some.sampled_from(sorted({n for p in PAGES.values() for n in p})), text),
            in_an_address,
            max_size=8,
        ),
        some.integers(0, 1_000).map(lambda count: {f"x{i}": "1" for i in range(count)}),
    ),
)


def address(name, page, query):
    """What the app does with the run and all else in its address."""
    values, problems = read_query(page, query)
    assert values.keys() <= query.keys()
    assert all(p.isprintable() and 10 < len(p) < 400 for p in problems)
    for known, value in values.items():
        written = PAGES[page][known].write(value)
        assert PAGES[page][known].read(written) == value
        assert len(written) <= max(len(query[known]), 40)
    if drawn := values.get("drawing"):
        assert shorten(objects(drawn, "#111111"))
        assert pictures(drawn, (280, 280), "#111111", "#ffffff")[-1]
    runs = folder() / "runs"
    run = find_run(name[:LONGEST_ID], runs)
    find_run(name, runs)
    run.config()


class Sent:
    """What a client says its canvas holds, read as the component reads it."""

    def __init__(self, json_data, url):
        self.json_data, self._url = json_data, url

    @property
    def image_bytes(self):
        _, encoded = self._url.split(";base64,", 1)
        return base64.b64decode(encoded)


canvas_cases = some.tuples(
    some.one_of(json_values, some.fixed_dictionaries({"objects": json_values})),
    some.one_of(json_values, text, some.tuples(some.sampled_from(range(len(images()))), edits)),
    some.integers(0, 2),
)


def canvas(json_data, picture, how):
    from dpn.ui.classify import draw

    if isinstance(picture, tuple):
        data = spoilt(images()[picture[0]], picture[1])
        picture = "data:image/png;base64," + base64.b64encode(data).decode()
    drawing = draw.Sketch()
    draw._take(drawing, Sent(json_data, picture))
    drawing.undo() if how == 1 else drawing.renew()
    if drawing.pictures and drawing.pictures[-1] is not None:
        prepare(draw.pixels(drawing.pictures[-1]), SPECS[0], "drawing", True)


name_cases = some.tuples(text)


def name(given):
    from dpn import ui
    from dpn.names import row, shown
    from dpn.ui.classify.answer_table import answer_table, to_csv

    assert shown(given).isprintable()
    assert row(given, given).count("\t") == 1
    if "\ud800" not in given:
        table = to_csv(answer_table([given], np.eye(2, dtype=np.float32)[:1], (given, "b")))
        table = table.decode("utf-8-sig")
        for cell in list(csv.reader(io.StringIO(table, newline="")))[1]:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    ui.plain(given)
    RunConfig.read(put_run(**{"config.json": with_names([given, "b", "c"])}).path / "config.json")


def with_names(names):
    whole = json.loads(good()["config.json"])
    whole["data"]["class_names"] = names
    return json.dumps(whole).encode()


#: Name -> (what is drawn, what is called, share of all cases).
SURFACES = {
    "image files": (image_cases, image, 0.25),
    "image bombs": (bomb_cases, bomb, 0.003),
    "data sets (npz)": (npz_cases, npz, 0.1),
    "lessons (npz, zip)": (lesson_cases, lesson, 0.1),
    "own sets (all layouts)": (own_cases, own, 0.1),
    "bundles (zip)": (bundle_cases, bundle, 0.1),
    "settings": (config_cases, config, 0.1),
    "run folders": (run_cases, run_folder, 0.1),
    "weights (safetensors)": (weights_cases, weights, 0.1),
    "metrics": (metrics_cases, metrics, 0.047),
    "address": (address_cases, address, 0.05),
    "canvas": (canvas_cases, canvas, 0.1),
    "names": (name_cases, name, 0.05),
}
