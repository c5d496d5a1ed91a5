"use strict";
// From the pixels of a picture to the input of the model: the same steps, and the same rounding, as
// dpn/pictures in the lab (ink.py, preparations.py, figures.py), so that both give the same answer.
//
// A plane is {h, w, data}: h rows of w numbers, from the top left. Ink is 0 on the ground and 255
// where it is full. What comes last is a list of planes, one a channel, of whole numbers 0..255.

const MIN_CONTRAST = 32, FAINT_INK = 52, THIN_STROKE = 1.2, NORMAL_STROKE = 2.2;
const DIGITS_INK = 313 / 1024;
const COUNTED_AT = 64, FIGURE_INK = 64, TALL = 0.5, GAP = 0.08;

/** Said to the person who drew; there is no answer. */
class Blank extends Error {}

/** Round to the nearest whole number, halves to the even one, as NumPy does. */
function rint(x) {
  const down = Math.floor(x), rest = x - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
}

const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
const plane = (h, w, data = new Float64Array(h * w)) => ({h, w, data});

/** A plane of f(number, place). */
function each(p, f) {
  const out = plane(p.h, p.w);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(p.data[i], i);
  return out;
}

function largest(data) {
  let most = 0;
  for (let i = 0; i < data.length; i++) if (data[i] > most) most = data[i];
  return most;
}

/** The median of one channel of RGBA, over the pixels that `mask` holds a 1 for. */
function median(rgba, channel, mask) {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i]) { counts[rgba[4 * i + channel]]++; total++; }
  }
  const nth = (n) => {  // the byte at this place of all in order
    let value = 0;
    for (let before = counts[0]; before <= n; before += counts[value]) value++;
    return value;
  };
  return (nth((total - 1) >> 1) + nth(total >> 1)) / 2;
}

/** The luma of ITU-R BT.601. */
function grey([r, g, b]) {
  return rint(Math.fround(0.299) * r + Math.fround(0.587) * g + Math.fround(0.114) * b);
}

/** The ink of an opaque drawing, which is darker than its ground. */
function drawnInk(rgba, h, w) {
  const depth = Math.max(1, Math.floor(Math.max(h, w) / 20));
  const colour = (mask) => [0, 1, 2].map((c) => median(rgba, c, mask));
  const away = (from) => {  // how far each pixel is, in the channel where it is farthest
    const far = plane(h, w), [r, g, b] = from.map(rint);
    for (let i = 0; i < h * w; i++) {
      far.data[i] = Math.max(
        Math.abs(rgba[4 * i] - r), Math.abs(rgba[4 * i + 1] - g), Math.abs(rgba[4 * i + 2] - b));
    }
    return far;
  };
  const border = new Uint8Array(h * w).fill(1);
  for (let y = depth; y < h - depth; y++) border.fill(0, y * w + depth, (y + 1) * w - depth);
  const ground = colour(border);
  let ink = away(ground);
  const half = Math.floor(largest(ink.data) / 2);
  const strong = each(ink, (x) => (x > half ? 1 : 0)).data;
  if (half > 0) {
    const stroke = colour(strong);
    if (grey(stroke) >= grey(ground)) ink = away(stroke);  // most of the paper is covered
  }
  if (largest(ink.data) < MIN_CONTRAST) {
    throw new Blank("Nothing is drawn yet: draw one figure, large and in a clear colour");
  }
  ink = bright(ink, 1, (x) => x);
  const near = spread(each(ink, (x) => (x >= FAINT_INK ? 1 : 0)));
  return each(ink, (x, i) => x * near.data[i]);
}

/** Scale to a peak of 255 times `gain`, cut at 255. `round` is the precision of the numbers. */
function bright(p, gain = 1, round = Math.fround) {
  const scale = round((255 * gain) / largest(p.data));
  return each(p, (x) => (x === 0 ? 0 : rint(Math.min(round(x * scale), 255))));
}

/** The maximum of each pixel and its eight neighbours. */
function spread({h, w, data}) {
  const out = plane(h, w), rows = plane(h, w);
  for (let y = 0; y < h; y++) {
    const above = y > 0 ? -w : 0, below = y < h - 1 ? w : 0;
    for (let i = y * w; i < (y + 1) * w; i++) {
      rows.data[i] = Math.max(data[i + above], data[i], data[i + below]);
    }
  }
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      out.data[i] = Math.max(
        rows.data[x > 0 ? i - 1 : i], rows.data[i], rows.data[x < w - 1 ? i + 1 : i]);
    }
  }
  return out;
}

/** A plane inside a larger one, `top` and `left` from its corner. */
function placed(p, h, w, top, left, ground = 0) {
  const out = plane(h, w, new Float64Array(h * w).fill(ground));
  for (let y = 0; y < p.h; y++) {
    for (let x = 0; x < p.w; x++) out.data[(y + top) * w + x + left] = p.data[y * p.w + x];
  }
  return out;
}

function cropped(p, {top, left, h, w}) {
  const out = plane(h, w);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) out.data[y * w + x] = p.data[(y + top) * p.w + x + left];
  }
  return out;
}

/** The smallest box that holds all ink. */
function boxOf(ink) {
  let top = ink.h, bottom = 0, left = ink.w, right = 0;
  for (let y = 0; y < ink.h; y++) {
    for (let x = 0; x < ink.w; x++) {
      if (ink.data[y * ink.w + x]) {
        top = Math.min(top, y); bottom = y + 1;
        left = Math.min(left, x); right = Math.max(right, x + 1);
      }
    }
  }
  if (!bottom) throw new Blank("No figure stands out: draw one alone, large and clear");
  const box = {top, left, h: bottom - top, w: right - left};
  const size = Math.max(box.h, box.w) / Math.max(ink.h, ink.w);
  if (size < 0.04 || (size < 0.15 && strokeWidth(cropped(ink, box)) > 7)) {
    throw new Blank("Only a dot is drawn: draw one figure that fills most of the square");
  }
  return box;
}

/** Average over areas to h rows of w. */
function areaAverage(p, h, w) {
  const turned = (q) => {
    const out = plane(q.w, q.h);
    for (let y = 0; y < q.h; y++) {
      for (let x = 0; x < q.w; x++) out.data[x * q.h + y] = q.data[y * q.w + x];
    }
    return out;
  };
  const small = turned(averageRows(turned(averageRows(p, h)), w));
  return each(small, Math.fround);
}

/** Average the rows over equal lengths: the difference of the running sum at the ends of each. */
function averageRows(p, target) {
  const {h, w} = p, running = new Float64Array((h + 1) * w), out = plane(target, w);
  for (let i = 0; i < h * w; i++) running[i + w] = running[i] + p.data[i];
  const atEnd = (end, x) => {
    const whole = Math.min(Math.floor(end), h - 1);
    return running[whole * w + x] + (end - whole) * p.data[whole * w + x];
  };
  for (let y = 0; y < target; y++) {
    for (let x = 0; x < w; x++) {
      const low = atEnd((y * h) / target, x), high = atEnd(((y + 1) * h) / target, x);
      out.data[y * w + x] = (high - low) * (target / h);
    }
  }
  return out;
}

/** Pad the shorter side equally at both ends. */
function padSquare(p) {
  const side = Math.max(p.h, p.w);
  return placed(p, side, side, (side - p.h) >> 1, (side - p.w) >> 1);
}

/** The mean width of strokes, as if the longer side were 20 pixels: 2 area / perimeter. */
function strokeWidth(p) {
  const {h, w, data} = placed(p, p.h + 2, p.w + 2, 1, 1);
  let area = 0, edge = 0;
  for (let y = 0; y < h - 1; y++) {
    for (let i = y * w; i < (y + 1) * w - 1; i++) {
      const down = data[i + w] - data[i], right = data[i + 1] - data[i];
      edge += Math.sqrt(down * down + right * right);
      area += data[i];
    }
  }
  return ((2 * area) / edge) * (20 / Math.max(p.h, p.w));
}

/** Make strokes wider by `missing` of 20 pixels. */
function thickened(p, missing) {
  const steps = rint(missing * 4);
  const fine = bright(areaAverage(padSquare(p), 160, 160), 2);
  let ink = placed(fine, 160 + 2 * steps, 160 + 2 * steps, steps, steps);
  for (let i = 0; i < steps; i++) ink = spread(ink);
  return cropped(ink, boxOf(ink));
}

/** How many figures stand side by side, 1 if in doubt. */
function countFigures(crop) {
  const scale = Math.min(1, COUNTED_AT / crop.h);
  const h = Math.max(1, rint(crop.h * scale)), w = Math.max(1, rint(crop.w * scale));
  const ink = areaAverage(crop, h, w).data.map((x) => (x > FIGURE_INK ? 1 : 0));
  let groups = [];  // what stands above each other is one
  for (let start = 0; start < h * w; start++) {
    if (!ink[start]) continue;
    let box = {left: w, right: 0, top: h, bottom: 0};
    const waiting = [start];
    ink[start] = 0;
    while (waiting.length) {  // all that hangs together, corners too
      const i = waiting.pop(), y = Math.floor(i / w), x = i % w;
      box = {left: Math.min(box.left, x), right: Math.max(box.right, x + 1),
             top: Math.min(box.top, y), bottom: Math.max(box.bottom, y + 1)};
      for (let v = Math.max(0, y - 1); v <= Math.min(h - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(w - 1, x + 1); u++) {
          if (ink[v * w + u]) { ink[v * w + u] = 0; waiting.push(v * w + u); }
        }
      }
    }
    const others = groups.filter((g) => g.left < box.right && box.left < g.right);
    groups = groups.filter((g) => !others.includes(g));
    for (const g of others) {
      box = {left: Math.min(box.left, g.left), right: Math.max(box.right, g.right),
             top: Math.min(box.top, g.top), bottom: Math.max(box.bottom, g.bottom)};
    }
    groups.push(box);
  }
  const tallest = Math.max(0, ...groups.map((g) => g.bottom - g.top));
  const figures = groups.filter((g) => g.bottom - g.top >= TALL * tallest);
  figures.sort((a, b) => a.left - b.left);
  const gaps = figures.slice(1).filter((g, i) => g.left - figures[i].right >= GAP * tallest);
  return Math.max(1, Math.min(1, figures.length) + gaps.length);
}

/** As MNIST was made: a box of 20 of 28 pixels, its centre of mass in the middle. */
function asMnist(ink, spec) {
  const side = rint((Math.min(spec.height, spec.width) * 20) / 28);
  const box = bright(areaAverage(padSquare(ink), side, side));
  let total = 0, down = 0, across = 0;
  box.data.forEach((x, i) => {
    total += x; down += x * Math.floor(i / side); across += x * (i % side);
  });
  const start = (room, sum) => clamp(Math.floor((room + 1) / 2 - sum / total), 0, room - side);
  const top = start(spec.height, down), left = start(spec.width, across);
  return [placed(box, spec.height, spec.width, top, left)];
}

/** As the 8x8 digits were made: an upright bitmap with a given amount of ink, counted in blocks. */
function asDigits(ink, spec) {
  const rows = 4 * spec.height, columns = 4 * spec.width;
  const fitted = rint((4 * spec.width * 20) / 32), margin = Math.floor((columns - fitted) / 2);
  const bitmap = placed(areaAverage(ink, rows, fitted), rows, columns, 0, margin);
  const edge = (y, x) => bitmap.data[clamp(y, 0, rows - 1) * columns + clamp(x, 0, columns - 1)];
  let soft = plane(rows + 4, columns + 4);
  soft.data.forEach((_, i) => {
    soft.data[i] = edge(Math.floor(i / soft.w) - 2, (i % soft.w) - 2);
  });
  const blur = (a, b, c) => Math.fround(Math.fround(a + 2 * b) + c);
  for (let pass = 0; pass < 2; pass++) {
    const tall = plane(soft.h - 2, soft.w), small = plane(soft.h - 2, soft.w - 2);
    tall.data.forEach((_, i) => {
      tall.data[i] = blur(soft.data[i], soft.data[i + soft.w], soft.data[i + 2 * soft.w]);
    });
    small.data.forEach((_, i) => {
      const at = Math.floor(i / small.w) * tall.w + (i % small.w);
      small.data[i] = blur(tall.data[at], tall.data[at + 1], tall.data[at + 2]);
    });
    soft = small;
  }
  // The brightest pixels are the strokes, thinner or thicker as the number demands.
  const number = rint(DIGITS_INK * soft.data.length);
  const least = Float64Array.from(soft.data).sort()[soft.data.length - number];
  const dots = [];
  soft.data.forEach((x, i) => {
    if (x >= least && x > 0) dots.push({y: Math.floor(i / columns), x: i % columns});
  });
  const first = dots[0], last = dots.find((dot) => dot.y === dots[dots.length - 1].y);
  const slant = (last.x - first.x) / Math.max(1, last.y - first.y);
  const xs = dots.map((dot) => dot.x - rint(slant * (dot.y - first.y)));
  const shift = rint((columns - 1) / 2 - xs.reduce((a, b) => a + b, 0) / xs.length);
  const upright = new Uint8Array(rows * columns), counts = plane(spec.height, spec.width);
  dots.forEach((dot, i) => {
    const x = xs[i] + shift;
    if (x >= 0 && x < columns) upright[dot.y * columns + x] = 1;
  });
  upright.forEach((set, i) => {
    const block = Math.floor(i / columns / 4) * spec.width + Math.floor((i % columns) / 4);
    counts.data[block] += set;
  });
  return [each(counts, (x) => rint(x * (255 / 16)))];
}

/** As a figure stands in the training images: as large, at the same place, in their colours. */
function asTraining(planes, spec) {
  const look = spec.figures, longest = Math.max(planes[0].h, planes[0].w);
  const fit = (side, room) => clamp(rint((side * look.side) / longest), 1, room);
  const h = fit(planes[0].h, spec.height), w = fit(planes[0].w, spec.width);
  let boxes = planes.map((p) => areaAverage(p, h, w));
  if (planes.length < look.ground.length || planes.length === 1) {
    const share = bright(boxes[0]);
    boxes = look.ground.map((ground, c) =>
      each(share, (x) => ground + (x / 255) * (look.ink[c] - ground)));
  }
  let centre = [h / 2, w / 2];
  if (look.by_mass) {
    let total = 0, down = 0, across = 0;
    for (let i = 0; i < h * w; i++) {
      const far = boxes.map((box, c) => Math.abs(box.data[i] - look.ground[c]));
      const mass = Math.max(...far) + 1e-6;
      total += mass; down += mass * Math.floor(i / w); across += mass * (i % w);
    }
    centre = [down / total + 0.5, across / total + 0.5];
  }
  const top = clamp(rint(look.centre[0] - centre[0]), 0, spec.height - h);
  const left = clamp(rint(look.centre[1] - centre[1]), 0, spec.width - w);
  return boxes.map((box, c) => {
    return each(placed(box, spec.height, spec.width, top, left, look.ground[c]), rint);
  });
}

/** Turn an opaque drawing, dark on light, into the input, and count the figures in it. */
function prepareDrawing(rgba, h, w, spec) {
  const ink = drawnInk(rgba, h, w), box = boxOf(ink);
  let crop = cropped(ink, box), figures = 1;
  if (spec.preparation === "mnist" || spec.preparation === "digits") figures = countFigures(crop);
  if (spec.channels === 3 && spec.preparation === "dark_ink") {  // it keeps its own colours
    const colours = [0, 1, 2].map((c) => {
      const ground = spec.figures.ground[c];
      return cropped(each(ink, (x, i) => (x > 0 ? rgba[4 * i + c] : ground)), box);
    });
    return {planes: asTraining(colours, spec), figures};
  }
  const width = strokeWidth(crop);
  if (width < THIN_STROKE) crop = thickened(crop, NORMAL_STROKE - width);
  const make = {mnist: asMnist, digits: asDigits}[spec.preparation];
  const planes = make ? make(crop, spec) : asTraining([crop], spec);
  return {planes: planes.length < spec.channels ? Array(spec.channels).fill(planes[0]) : planes, figures};
}

/** Cut the largest centred rectangle of the input's shape out of a picture, and shrink it. */
function preparePhoto(rgba, h, w, spec) {
  const scale = Math.min(h / spec.height, w / spec.width);
  const box = {h: Math.max(1, rint(spec.height * scale)), w: Math.max(1, rint(spec.width * scale))};
  box.top = Math.floor((h - box.h) / 2);
  box.left = Math.floor((w - box.w) / 2);
  const planes = [0, 1, 2].map((c) => {
    const all = plane(h, w);
    for (let i = 0; i < h * w; i++) {
      const alpha = rgba[4 * i + 3];  // over white
      all.data[i] = Math.floor((rgba[4 * i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
    return each(areaAverage(cropped(all, box), spec.height, spec.width), rint);
  });
  if (spec.channels === 3) return {planes, figures: 1};
  const [r, g, b] = planes.map((p) => p.data);
  return {planes: [each(planes[0], (_, i) => grey([r[i], g[i], b[i]]))], figures: 1};
}
