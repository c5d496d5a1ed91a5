"use strict";
// From the ink of a drawing, or a picture, to the input of the model: as dpn/pictures/prepare.py,
// preparations.py and figures.py in the lab. What comes of it is a list of planes, one a channel, of
// whole numbers 0..255.

const DIGITS_INK = 313 / 1024;
const COUNTED_AT = 64, FIGURE_INK = 64, TALL = 0.5, GAP = 0.08;

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
