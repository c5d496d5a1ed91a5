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

/** The median colour of RGBA, channel by channel, over the pixels that `mask` holds a 1 for. */
function median(rgba, mask) {
  const counts = [0, 1, 2].map(() => new Uint32Array(256)), [r, g, b] = counts;
  let total = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    r[rgba[4 * i]]++;
    g[rgba[4 * i + 1]]++;
    b[rgba[4 * i + 2]]++;
    total++;
  }
  const nth = (of, n) => {  // the byte at this place of all in order
    let value = 0;
    for (let before = of[0]; before <= n; before += of[value]) value++;
    return value;
  };
  return counts.map((of) => (nth(of, (total - 1) >> 1) + nth(of, total >> 1)) / 2);
}

/** The luma of ITU-R BT.601. */
function grey([r, g, b]) {
  return rint(Math.fround(0.299) * r + Math.fround(0.587) * g + Math.fround(0.114) * b);
}

/** How far each pixel is from a colour, in the channel where it is farthest. */
function away(rgba, h, w, colour) {
  const [r, g, b] = colour.map(rint), far = new Uint8Array(h * w);
  for (let i = 0; i < far.length; i++) {
    far[i] = Math.max(
      Math.abs(rgba[4 * i] - r), Math.abs(rgba[4 * i + 1] - g), Math.abs(rgba[4 * i + 2] - b));
  }
  return far;
}

/** The ink of an opaque drawing, which is darker than its ground. */
function drawnInk(rgba, h, w) {
  const depth = Math.max(1, Math.floor(Math.max(h, w) / 20));
  const border = new Uint8Array(h * w).fill(1);
  for (let y = depth; y < h - depth; y++) border.fill(0, y * w + depth, (y + 1) * w - depth);
  const ground = median(rgba, border);
  let ink = away(rgba, h, w, ground);
  const half = Math.floor(largest(ink) / 2);
  if (half > 0) {
    const stroke = median(rgba, ink.map((x) => (x > half ? 1 : 0)));
    if (grey(stroke) >= grey(ground)) ink = away(rgba, h, w, stroke);  // most of the paper is covered
  }
  const most = largest(ink);
  if (most < MIN_CONTRAST) {
    throw new Blank("Nothing is drawn yet: draw one figure, large and in a clear colour");
  }
  const bytes = Uint8Array.from({length: 256}, (_, x) => rint(Math.min(x * (255 / most), 255)));
  for (let i = 0; i < ink.length; i++) if (ink[i]) ink[i] = bytes[ink[i]];
  return plane(h, w, withoutSpecks(ink, h, w));
}

/** Take away what is faint and touches nothing that is not. */
function withoutSpecks(ink, h, w) {
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      if (ink[i] === 0 || ink[i] >= FAINT_INK) continue;
      let touches = false;
      for (let v = Math.max(0, y - 1); v <= Math.min(h - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(w - 1, x + 1); u++) {
          if (ink[v * w + u] >= FAINT_INK) touches = true;
        }
      }
      if (!touches) ink[i] = 0;  // others look for what is not faint
    }
  }
  return ink;
}

/** Scale to a peak of 255 times `gain`, cut at 255. */
function bright(p, gain = 1) {
  const scale = Math.fround((255 * gain) / largest(p.data));
  return each(p, (x) => (x === 0 ? 0 : rint(Math.min(Math.fround(x * scale), 255))));
}

/** The largest number within `reach` pixels of each, across and down. So many at each edge are 0. */
function spread({h, w, data}, reach) {
  let now = data;
  for (const step of [1, w]) {
    for (let done = 0; done < reach;) {  // three windows side by side are one, three times as wide
      const by = Math.min(2 * done + 1, reach - done), far = by * step, next = new Float64Array(h * w);
      for (let i = 0; i < next.length; i++) {
        const before = i >= far ? now[i - far] : 0, after = i + far < next.length ? now[i + far] : 0;
        next[i] = Math.max(before, now[i], after);
      }
      now = next;
      done += by;
    }
  }
  return plane(h, w, now);
}

/** A plane inside a larger one, `top` and `left` from its corner. */
function placed(p, h, w, top, left, ground = 0) {
  const out = plane(h, w, new Float64Array(h * w).fill(ground));
  for (let y = 0; y < p.h; y++) {
    out.data.set(p.data.subarray(y * p.w, (y + 1) * p.w), (y + top) * w + left);
  }
  return out;
}

function cropped(p, {top, left, h, w}) {
  const out = plane(h, w);
  for (let y = 0; y < h; y++) {
    const from = (y + top) * p.w + left;
    out.data.set(p.data.subarray(from, from + w), y * w);
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

/** Average over areas to h rows of w: of the running sum along each axis the difference between the
    ends of equal lengths. */
function areaAverage(p, h, w) {
  const tall = averageRows(p, h), out = plane(h, w);
  for (let y = 0; y < h; y++) {
    const from = y * p.w;
    for (let x = 0, column = 0, sum = 0, low = 0; x < w; x++) {
      const end = ((x + 1) * p.w) / w, whole = Math.min(Math.floor(end), p.w - 1);
      for (; column < whole; column++) sum += tall[from + column];
      const high = sum + (end - whole) * tall[from + whole];
      out.data[y * w + x] = Math.fround((high - low) * (w / p.w));
      low = high;
    }
  }
  return out;
}

function averageRows({h, w, data}, target) {
  const out = new Float64Array(target * w), sum = new Float64Array(w), low = new Float64Array(w);
  for (let y = 0, row = 0; y < target; y++) {
    const end = ((y + 1) * h) / target, whole = Math.min(Math.floor(end), h - 1);
    for (; row < whole; row++) {
      for (let x = 0; x < w; x++) sum[x] += data[row * w + x];
    }
    for (let x = 0; x < w; x++) {
      const high = sum[x] + (end - whole) * data[whole * w + x];
      out[y * w + x] = (high - low[x]) * (target / h);
      low[x] = high;
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
  const ink = spread(placed(fine, 160 + 2 * steps, 160 + 2 * steps, steps, steps), steps);
  return cropped(ink, boxOf(ink));
}
