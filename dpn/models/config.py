"""What a model is made of: frozen, validated once, JSON both ways.

Names are the field's: ``states`` S, ``decisions`` A, ``parts`` n, ``temperature`` tau.
"""

from __future__ import annotations

from dataclasses import dataclass

from dpn.errors import ConfigError, said
from dpn.models.checks import Settings, boolean, choice, integer, number

MODEL_NAMES = ("dpn", "residual", "mlp")
#: What is read, and the models that read it; ``MODEL_NAMES`` are those of pictures.
WORLDS = {
    "picture": MODEL_NAMES,
    "text": ("words",),
    "series": ("frames",),
    "list": ("items",),
    "maze": ("planner",),
}
OPERATOR_NAMES = ("hard", "soft", "sparse")
TRANSITION_NAMES = ("linear", "stochastic")
PART_NAMES = ("rows", "columns", "patches")
REWARD_NAMES = ("per_step", "shared")
ENCODER_NAMES = ("strided", "pooled", "direct", "wide")

#: Encoders other than "strided" halve the image at most so often.
MOST_POOLINGS = 3
#: A usual series is made of about so many frames, unless it is said of how many steps one is.
USUAL_FRAMES = 40
#: Images from 8x8 to 64x64 pixels are accepted; larger ones are for another kind of model.
MIN_SIDE, MAX_SIDE = 8, 64


@dataclass(frozen=True)
class ModelConfig(Settings):
    """The architecture of one model.

    Attributes:
        model: "dpn" (recursion on raw pixels), "residual" (recursion on the rows of a residual
            encoder's feature map) or "mlp" (three linear layers, the baseline), all three of
            pictures; "words" (on the tokens of a text); "frames" (on those of a series); "items"
            (on those of a list, whose classes are the items that may come next); or "planner" (on
            the cells of a map, where each move is a decision).
        channels: 1 (grey) or 3 (colour); of a series as many as are measured at once.
        height: image height in pixels, 8 to 64.
        width: image width in pixels, 8 to 64.
        classes: number of classes K, at least 2.
        parts: how the image is cut: bands of "rows" or "columns", or square "patches".
        part_size: rows (columns) in a band, or the side of a patch: in pixels for "dpn", in cells
            of the feature map for "residual".
        states: S, states of the recursion.
        decisions: A, decisions each state chooses from.
        operator: "hard", "soft" or "sparse" max over decisions.
        temperature: tau > 0, how much "soft" and "sparse" smooth; "hard" ignores it.
        transitions: "linear" (free numbers) or "stochastic" (each column of P (S, A·S) a
            probability vector over the previous state; see ``dpn.recursion.bellman``).
        rewards: "per_step" (each part has its own templates) or "shared" by all steps.
        encoder: "residual" only: "strided" (the map is halved twice by strides), "pooled" (each
            of the first three blocks halves it by max pooling and doubles the channels: more
            accurate, and slower), "direct" (as "pooled" with one layer of 5x5 pixels for the
            first two: a sixth less time) or "wide" (as "pooled", its second block as wide as the
            third: for photos and long trainings).
        encoder_channels: channels of the residual encoder's stem; its "strided" map has twice as
            many, that of the others up to eight times.
        encoder_blocks: residual blocks in the encoder.
        stem_stride: "strided" only: 2 halves the image in the encoder's first layer; 1 keeps it
            whole there and halves it in the second block instead.
        encoder_bias: "residual" only: whether the encoder's normalisation adds and subtracts
            constants. Without them no share of a score is the encoder's own: its pixels, decision
            biases and read-out make up all of it. Costs about 1.6 points on CIFAR-10.
        first_size: "residual" only: share of their sides, 0.25 to 1, that images are shrunk to as a
            training begins; they grow while it goes on (see ``dpn.models.residual``).
        hidden: units in each hidden layer of "mlp".
        double_softmax: "mlp" only: put a softmax before the loss, which applies another one.
        vocabulary: "words" only: how many words have an embedding of their own.
        embedding: "words" and "items" only: how many numbers a word or an item becomes.
        window: "words" and "items" only: tokens that a part is made of; it stands at the last.
        pairs: "words" only: rows that pairs of words are hashed into, of a sum beside the recursion
            of what words, their pieces and pairs say in any order; 0 for no such sum.
        shapes: "words" only: whether that sum also reads of which shape the token behind a word is:
            small letters, capitals, a number, or which sign (see ``dpn.texts.vocabulary``).
        length: tokens or steps of a usual input, where they differ: the weights start for so many.
        dropout: share of a word's numbers, or of a series' final values, that each training step
            leaves out.
        piece_dropout: "words" and "items" only: share of the words and pieces, or of the items,
            left out likewise.
        repeats: "items" only: whether an item that is in a list may be its next one again.
        frame: "frames" only: steps of a series that are one part, or 0 for so many that a usual
            series has about 40 of them.
        context: "frames" only: how many frames before and behind a part it sees as well.
        places: "frames" only: how many numbers say where in the series a part stands.
        kernels: "frames" only: how many thresholds each of the 84 fixed kernels has at each of its
            spacings (see ``dpn.models.worlds.kernels``); 0 for no kernels. With them the model
            starts from the least squares of what they say of whole series.
        lengths: "frames" only: how many numbers say how long a series is, where that tells its
            class; what the kernels say then counts by the step, and not by the share of a series.
        ends: "frames" only: whether the kernels see where a series ends: before it, and behind it
            as far as the longest that was learned from, it is far below its mean.
        ramps: "frames" only: whether a step that is little above a kernel's threshold counts in
            part, and not as one that is far above it.
    """

    model: str = "dpn"
    channels: int = 1
    height: int = 28
    width: int = 28
    classes: int = 10
    parts: str = "rows"
    part_size: int = 4
    states: int = 64
    decisions: int = 4
    operator: str = "hard"
    temperature: float = 1.0
    transitions: str = "linear"
    rewards: str = "per_step"
    encoder: str = "strided"
    encoder_channels: int = 16
    encoder_blocks: int = 2
    stem_stride: int = 2
    encoder_bias: bool = True
    first_size: float = 1.0
    hidden: int = 256
    double_softmax: bool = False
    vocabulary: int = 0
    embedding: int = 64
    window: int = 2
    pairs: int = 0
    shapes: bool = False
    length: int = 16
    dropout: float = 0.4
    piece_dropout: float = 0.4
    repeats: bool = True
    frame: int = 0
    context: int = 3
    places: int = 4
    kernels: int = 0
    lengths: int = 0
    ends: bool = False
    ramps: bool = False

    def __post_init__(self) -> None:
        choice("model", self.model, tuple(name for names in WORLDS.values() for name in names))
        choice("parts", self.parts, PART_NAMES)
        choice("operator", self.operator, OPERATOR_NAMES)
        choice("transitions", self.transitions, TRANSITION_NAMES)
        choice("rewards", self.rewards, REWARD_NAMES)
        choice("encoder", self.encoder, ENCODER_NAMES)
        if self.world == "series":
            integer("channels", self.channels, 1, 1_000)
        elif type(self.channels) is not int or self.channels not in (1, 3):  # True is 1, too
            raise ConfigError(f"channels must be 1 (grey) or 3 (colour), got {said(self.channels)}")
        integer("height", self.height, MIN_SIDE, MAX_SIDE)
        integer("width", self.width, MIN_SIDE, MAX_SIDE)
        integer("classes", self.classes, 2, 20_000 if self.world == "list" else 10_000)
        integer("part_size", self.part_size, 1, MAX_SIDE)
        integer("states", self.states, 1, 4096)
        integer("decisions", self.decisions, 1, 256)
        if self.model == "planner" and self.decisions not in (4, 8):
            raise ConfigError(
                f"decisions must be 4 or 8 for a planner, its moves, got {self.decisions}"
            )
        integer("encoder_channels", self.encoder_channels, 1, 1024)
        integer("encoder_blocks", self.encoder_blocks, 1, 16)
        integer("stem_stride", self.stem_stride, 1, 2)
        boolean("encoder_bias", self.encoder_bias)
        if self.encoder == "strided" and self.stem_stride == 1 and self.encoder_blocks < 2:
            raise ConfigError("stem_stride 1 needs encoder_blocks of at least 2, got 1")
        number("first_size", self.first_size, 0.25, 1, try_value="0.5")
        integer("hidden", self.hidden, 1, 65_536)
        number("temperature", self.temperature, 1e-4, 1e4, try_value="1.0")
        boolean("double_softmax", self.double_softmax)
        integer("vocabulary", self.vocabulary, 0, 1_000_000)
        integer("embedding", self.embedding, 1, 4096)
        integer("window", self.window, 1, 9)
        integer("pairs", self.pairs, 0, 2**22)
        boolean("shapes", self.shapes)
        integer("length", self.length, 1, 10_000)
        number("dropout", self.dropout, 0, 1, open_high=True, try_value="0.3")
        number("piece_dropout", self.piece_dropout, 0, 1, open_high=True, try_value="0.3")
        boolean("repeats", self.repeats)
        integer("frame", self.frame, 0, 10_000)
        integer("context", self.context, 0, 32)
        integer("places", self.places, 0, 64)
        integer("kernels", self.kernels, 0, 16)
        integer("lengths", self.lengths, 0, 64)
        boolean("ends", self.ends)
        boolean("ramps", self.ramps)

    @property
    def world(self) -> str:
        """What the model reads, a key of ``WORLDS``."""
        return next(world for world, names in WORLDS.items() if self.model in names)

    @property
    def frame_steps(self) -> int:
        """How many steps of a series are one part."""
        return self.frame or -(-self.length // USUAL_FRAMES)

    @property
    def usual_parts(self) -> int:
        """How many parts a usual input has, where they differ."""
        return -(-self.length // self.frame_steps) if self.world == "series" else self.length

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of one image."""
        return self.channels, self.height, self.width

    @property
    def summaries(self) -> int:
        """How many numbers the last layer reads of an image."""
        return self.hidden if self.model == "mlp" else self.states

    @property
    def halvings(self) -> int:
        """How often the encoder halves the sides of the image; 0 without one."""
        if self.model != "residual":
            return 0
        return 2 if self.encoder == "strided" else min(self.encoder_blocks, MOST_POOLINGS)
