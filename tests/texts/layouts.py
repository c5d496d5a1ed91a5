"""The same texts in every layout that people have them in."""

import json

ROWS = [
    ("Where is my card?", "arrival"),
    ("I lost it, again", "lost"),
    ('He said "stop"', "arrival"),
    ("明天会到吗", "lost"),
]


def as_csv(mark=",", header="text,category\n", turned=False):
    rows = [(label, text) if turned else (text, label) for text, label in ROWS]
    quote = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    return header.replace(",", mark) + "".join(mark.join(row) + "\n" for row in quote)


def as_lines(between=" ", front=""):
    return "".join(f"{front}{label}{between}{text}\n" for text, label in ROWS)


def as_json(text="text", label="label"):
    return [{"id": i, text: one, label: of} for i, (one, of) in enumerate(ROWS)]


LAYOUTS = {
    "named.csv": as_csv(),
    "turned.csv": as_csv(header="label,sentence\n", turned=True),
    "odd.csv": as_csv(header="a,b\n"),
    "none.csv": as_csv(header=""),
    "semicolons.csv": as_csv(";"),
    "tabs.tsv": as_csv("\t"),
    "tabs.txt": as_lines("\t"),
    "spaces.txt": as_lines(),
    "fasttext.txt": as_lines(front="__label__"),
    "windows.csv": "\ufeff" + as_csv().replace("\n", "\r\n"),
    "objects.jsonl": "".join(json.dumps(one) + "\n" for one in as_json()),
    "named.ndjson": "\n\n".join(map(json.dumps, as_json("query", "intent"))),
    "list.json": json.dumps(as_json("utterance", "intent"), indent=1),
    "semicolon.txt": "".join(f"{text};{label}\n" for text, label in ROWS),
    "empty.csv": "v1,v2,,,\n"
    + "".join(f'{of},"{t.replace(chr(34), chr(34) * 2)}",,,\n' for t, of in ROWS),
    "parts.json": json.dumps({"train": ROWS[:2], "oos_val": ROWS[2:]}),
    "list.txt": json.dumps(as_json()),
    "excel.csv": "sep=;\r\n" + as_csv(";", "Kommentar;Klasse\n"),
    "pipes.csv": as_csv("|"),
    "colons.txt": as_lines(": "),
    "wrapped.json": json.dumps({"version": 1, "data": as_json("utt", "cls")}),
    "inner.jsonl": "".join(
        json.dumps({"data": {"text": text}, "annotation": {"label": of}}) + "\n"
        for text, of in ROWS
    ),
    "lists.json": json.dumps({"train": as_json()[:3], "dev": as_json()[3:]}),
    "pairs.json": json.dumps(ROWS),
    "header.json": json.dumps([("text", "label"), *ROWS]),
    "columns.json": json.dumps(
        {
            name: {str(i): row[at] for i, row in enumerate(ROWS)}
            for at, name in enumerate(("words", "kind"))
        }
    ),
    "index.json": json.dumps({str(i): {"words": t, "kind": of} for i, (t, of) in enumerate(ROWS)}),
    "split.json": json.dumps({"columns": ["words", "kind"], "index": [0, 1, 2, 3], "data": ROWS}),
    "lists of columns.json": json.dumps(
        {"text": [t for t, _ in ROWS], "label": [of for _, of in ROWS]}
    ),
    "doccano.jsonl": "".join(
        json.dumps({"id": i, "text": t, "label": [of], "Comments": []}) + "\n"
        for i, (t, of) in enumerate(ROWS)
    ),
    "rows.json": json.dumps(
        {
            "features": [{"feature_idx": 0, "name": "text"}, {"feature_idx": 1, "name": "label"}],
            "rows": [
                {"row_idx": i, "row": one, "truncated_cells": []} for i, one in enumerate(as_json())
            ],
            "partial": False,
        }
    ),
}


def write(folder, name, content):
    file = folder / name
    if isinstance(content, str):
        content = content.encode()
    file.write_bytes(content)
    return file
