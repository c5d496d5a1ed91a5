"""What the verbs predict, explain, read and plan take."""

from __future__ import annotations

from dpn.commands.arguments.verb import Verb, add_run


def pictures(verb: Verb) -> None:
    """Add predict, explain and read, which take images and much else."""
    predict = verb("predict", "Classify image files.")
    explain = verb("explain", "Say what each part of image files contributed to the answer.")
    read = verb("read", "Read the numbers on image files, of one line or several.")
    for reader in (predict, explain, read):
        add_run(reader)
        if reader is read:
            reader.add_argument(
                "files", metavar="FILE", nargs="+", help="images, or folders of them"
            )
        else:
            images = "images, or folders of them; for a run of texts or series files of those"
            reader.add_argument("files", metavar="FILE", nargs="*", help=images)
            reader.add_argument(
                "--text", action="append", help="for a run of texts: what it is asked; repeatable"
            )
            reader.add_argument(
                "--text-column", metavar="NAME", help="of a file of texts: the column with them"
            )
            reader.add_argument(
                "--items", metavar="A,B,C", help="for a run of lists: what is in one, in order"
            )
        plain = () if reader is read else ("plain",)
        reader.add_argument(
            "--as",
            dest="kind",
            choices=("auto", "drawing", "photo", *plain),
            help="of pictures: drawing: on an even ground; photo: of paper or a board; "
            + "plain: only cut and shrunk; " * bool(plain)
            + "auto, as else, tells them apart, picture by picture",
        )
    explain.add_argument(
        "--target", metavar="LABEL", help="the class to explain, by name, instead of the answer"
    )


def plan(verb: Verb) -> None:
    """Add plan, which takes maps."""
    plan = verb("plan", "Plan on maps, with a run of mazes; the moves are the run's.")
    add_run(plan)
    plan.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="maps, or folders of them: text (# wall, . free, S start, G goal), PNG, npz, npy",
    )
