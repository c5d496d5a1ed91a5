"use strict";
// The ink of a drawing, and how its pixels are averaged: the same steps, and the same rounding, as
// dpn/pictures/ink.py in the lab, so that both see the same input.
//
// A plane is {h, w, data}: h rows of w numbers, from the top left. Ink is 0 on the ground and 255
// where it is full.

const MIN_CONTRAST = 32, FAINT_INK = 52, THIN_STROKE = 1.2, NORMAL_STROKE = 2.2;

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
