#!/usr/bin/env bash
# DatasetDict.class_encode_column, which train_test_split(stratify_by_column=...) asks for, gives names
# to each split on its own. If a class is missing in one of them, its numbers mean other classes than
# those of the others: ant, bee, cat are 0, 1, 2 in train, and bee, cat are 0, 1 in test. Whole numbers
# are sorted as texts: of the classes 0 to 11, class 10 becomes 2 and class 2 becomes 4. No error and
# no warning. Each split's own names are right, until they are written as Parquet and read with
# load_dataset: the names of the first file are then put over the numbers of all, also within one split,
# and it depends on the order of the files which classes are called wrong. concatenate_datasets refuses
# such splits.
# Seen with datasets 5.2.0, pyarrow 26.0.1.
# What to do: cast_column("label", ClassLabel(names=...)) with one list of names, on the whole dictionary;
# whole numbers that are classes already stay as they are by it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check datasets==5.2.0 pyarrow==26.0.1 pandas==3.1.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"
export HF_HOME="$work/home" HF_HUB_OFFLINE=1

cat >look.py <<'PY'
import sys
import warnings

warnings.simplefilter("error")
import datasets
from datasets import ClassLabel, Dataset, DatasetDict, load_dataset

datasets.disable_progress_bars()
print("datasets", datasets.__version__)
same = True


def look(what: str, got: DatasetDict, wanted: dict[str, tuple[list, list]]) -> None:
    """Numbers and names of each split, beside what is expected of them."""
    global same
    for split, (numbers, names) in wanted.items():
        found = got[split]["label"][:]
        called = [got[split].features["label"].int2str(number) for number in found]
        as_said = (found, called) == (numbers, names)
        same = same and as_said
        print(f"  {what}, {split}: {found} called {called}" + ("" if as_said else "  <- not as said"))


def both(train: list, test: list) -> DatasetDict:
    return DatasetDict(train=Dataset.from_dict({"label": train}), test=Dataset.from_dict({"label": test}))


def read(first: str, second: str, folder: str) -> DatasetDict:
    files = {"first": f"{first}.parquet", "second": f"{second}.parquet"}
    return load_dataset("parquet", data_files=files, cache_dir=folder)


words = both(["ant", "bee", "cat"], ["bee", "cat"])
coded = words.class_encode_column("label")
look("words", coded, {"train": ([0, 1, 2], ["ant", "bee", "cat"]), "test": ([0, 1], ["bee", "cat"])})
for split in coded:
    coded[split].to_parquet(f"{split}.parquet")
look("read, train first", read("train", "test", "a"), {"first": ([0, 1, 2], ["ant", "bee", "cat"]), "second": ([0, 1], ["ant", "bee"])})
coded["train"].filter(lambda row: row["label"] < 2).to_parquet("train.parquet")
look("read, test first", read("test", "train", "b"), {"first": ([0, 1], ["bee", "cat"]), "second": ([0, 1], ["bee", "cat"])})
one = load_dataset("parquet", data_files={"whole": ["train.parquet", "test.parquet"]}, cache_dir="c")
look("read as one split", one, {"whole": ([0, 1, 0, 1], ["ant", "bee", "ant", "bee"])})
try:
    datasets.concatenate_datasets([coded["train"], coded["test"]])
    same = False
except ValueError as error:
    print("  concatenate_datasets:", str(error)[:30], "...")

numbers = both(list(range(12)), [2, 10])
texts = [str(number) for number in range(12)]
coded = numbers.class_encode_column("label")
look("numbers", coded, {"train": ([0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 2, 3], texts), "test": ([1, 0], ["2", "10"])})

names = ClassLabel(names=["ant", "bee", "cat"])
look("words cast", words.cast_column("label", names), {"train": ([0, 1, 2], names.names), "test": ([1, 2], ["bee", "cat"])})
cast = numbers.cast_column("label", ClassLabel(names=texts))
look("numbers cast", cast, {"train": (list(range(12)), texts), "test": ([2, 10], ["2", "10"])})
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
