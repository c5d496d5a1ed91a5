"""Torch and its like are imported only with what computes; all else starts without them."""

from tests.imports import (
    FOLDERS,
    TREES,
    packages,
    reached,
    wing_of,
)

#: Where torch, torchvision, scikit-learn and SciPy are imported with the file. All else starts
#: without them: what computes is imported where it is needed.
HEAVY = {"torch", "torchvision", "sklearn", "scipy"}
WITH_TORCH = {
    "recursion": "*",
    "models": {
        "base",
        "build",
        "devices",
        "dpn",
        "mlp",
        "residual",
        "sequence",
        "worlds.frames",
        "worlds.items",
        "worlds.kernels",
        "worlds.least_squares",
        "worlds.logistic",
        "worlds.news",
        "worlds.plain",
        "worlds.planner",
        "worlds.words",
    },
    "evaluation": {"evaluate", "next_items", "plan_account"},
    "export": {"layers", "onnx_graph"},
    "doubt": {"curves", "fit", "look", "strangers", "turning"},
    "explain": {"exact", "request", "templates"},
    "numbers": {"no_digit"},
    "robustness": "*",
    "training": "*",
    "teaching": {"fine_tune", "judging", "lesson", "methods", "rehearsal"},
    "jobs": {
        "answering",
        "ready",
        "serving",
        "workers.nursery",
        "workers.showing",
        "workers.worker",
    },
    "commands": {
        "pretrained",
        *("shipping.calibration", "shipping.distil", "shipping.fitted", "shipping.keeping"),
        *("shipping.probing", "shipping.widen"),
    },
}


def may_import_torch(name):
    wing = wing_of(name)
    allowed = WITH_TORCH.get(wing, ())
    within = name.removeprefix(f"dpn.{wing}.")
    return name not in FOLDERS and (allowed == "*" or within in allowed)


def test_torch_is_imported_only_with_what_computes():
    for name in TREES:
        if not may_import_torch(name):
            heavy = {one for one in reached(name) if HEAVY & packages(one, anywhere=False)}
            assert not heavy, f"{name} imports {sorted(heavy)}"


def test_what_may_import_torch_exists_and_does():
    for wing, files in WITH_TORCH.items():
        for file in [] if files == "*" else files:
            modules = reached(f"dpn.{wing}.{file}")
            assert any(HEAVY & packages(module, anywhere=False) for module in modules), file


def test_charts_never_import_torch():
    for name in TREES:
        if wing_of(name) == "charts":
            modules = reached(name)
            assert not {m for m in modules if "torch" in packages(m, anywhere=False)}
            assert "torch" not in packages(name)
