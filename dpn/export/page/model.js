"use strict";
// The model: D_t[s] = max^Ω over decisions a of  ⟨R_t[a,s], I_t⟩ + b_t[a,s] + ⟨P[a,s], D_{t-1}⟩,
// logits = W D_n + w0, and what each part of the image added to a logit (dpn/explain/exact.py).

/** Read the numbers of the model: base64 of 32-bit floats, and where each tensor begins. */
function readTensors(base64, places) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const all = new Float32Array(bytes.buffer), found = {};
  for (const [name, [start, length]] of Object.entries(places)) {
    found[name] = all.subarray(start, start + length);
  }
  return found;
}

// The three maxima over the decisions of one state: `q` are A numbers. Each returns its policy π,
// a point of the simplex, and the penalty Ω(π); the value is Σ π q − Ω.
const OPERATORS = {
  hard(q) {
    const best = q.indexOf(Math.max(...q));  // the first on ties
    return {policy: q.map((_, a) => (a === best ? 1 : 0)), penalty: 0};
  },
  soft(q, tau) {
    const policy = softmax(q.map((x) => x / tau));
    return {policy, penalty: tau * policy.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0)};
  },
  sparse(q, tau) {  // sparsemax (Martins & Astudillo, 2016, algorithm 1)
    const top = Math.max(...q), z = q.map((x) => (x - top) / tau);
    let sum = 0, threshold = 0;
    [...z].sort((a, b) => b - a).forEach((x, i) => {
      sum += x;
      if (1 + (i + 1) * x > sum) threshold = (sum - 1) / (i + 1);
    });
    const policy = z.map((x) => Math.max(x - threshold, 0));
    return {policy, penalty: (tau / 2) * policy.reduce((total, p) => total + p * p, 0)};
  },
};

function softmax(values) {
  const top = Math.max(...values), weights = values.map((x) => Math.exp(x - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((x) => x / total);
}

/** The encoder of a residual model: each instruction makes a map of those before it. A map is
    {c, h, w, data}, the c channels of a place side by side. */
function encode(image, program, tensors) {
  const maps = [image];
  const each = (map, f) => ({...map, data: map.data.map((v, i) => f(v, i, i % map.c))});
  const work = {
    conv: ({x, w, out, size, stride}) => convolved(maps[x], tensors[w], out, size, stride),
    scale: ({x, w, b}) => each(maps[x], (v, _, c) => v * tensors[w][c] + tensors[b][c]),
    relu: ({x}) => each(maps[x], (v) => Math.max(v, 0)),
    add: ({x, y}) => each(maps[x], (v, i) => v + maps[y].data[i]),
    pool: ({x}) => pooled(maps[x]),
  };
  for (const step of program) maps.push(work[step.op](step));
  return maps[maps.length - 1];
}

/** A convolution, padded to keep the map's size before the stride. The kernel has for each of its
    places a matrix from the channels that come in to those that go out. */
function convolved({c, h, w, data}, kernel, out, size, stride) {
  const pad = size >> 1, tall = Math.ceil(h / stride), wide = Math.ceil(w / stride);
  const result = new Float64Array(tall * wide * out);
  for (let y = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++) {
      const sums = result.subarray((y * wide + x) * out, (y * wide + x + 1) * out);
      for (let dy = 0; dy < size; dy++) {
        for (let dx = 0; dx < size; dx++) {
          const row = y * stride + dy - pad, column = x * stride + dx - pad;
          if (row < 0 || row >= h || column < 0 || column >= w) continue;
          const from = (row * w + column) * c;
          addProduct(sums, data.subarray(from, from + c), kernel, (dy * size + dx) * c * out);
        }
      }
    }
  }
  return {c: out, h: tall, w: wide, data: result};
}

/** The maximum of each 2x2 cells; at an odd end, of what is there. */
function pooled({c, h, w, data}) {
  const tall = Math.ceil(h / 2), wide = Math.ceil(w / 2);
  const result = new Float64Array(tall * wide * c).fill(-Infinity);
  data.forEach((v, i) => {
    const x = Math.floor(i / c) % w, y = Math.floor(i / (c * w));
    const to = ((y >> 1) * wide + (x >> 1)) * c + (i % c);
    result[to] = Math.max(result[to], v);
  });
  return {c, h: tall, w: wide, data: result};
}

/** Cut a map into parts, in reading order, each channel by channel; what sticks out is zero. */
function cut({c, h, w, data}, shape, size) {
  const tall = shape === "columns" ? h : size, wide = shape === "rows" ? w : size, parts = [];
  for (let top = 0; top < h; top += tall) {
    for (let left = 0; left < w; left += wide) {
      const part = new Float64Array(c * tall * wide);
      for (let i = 0, at = 0; i < c; i++) {
        for (let y = top; y < top + tall; y++) {
          for (let x = left; x < left + wide; x++, at++) {
            if (y < h && x < w) part[at] = data[(y * w + x) * c + i];
          }
        }
      }
      parts.push(part);
    }
  }
  return parts;
}

/** Add vector · matrix to `sums`; the matrix has a row for each number of the vector. */
function addProduct(sums, vector, matrix, start = 0) {
  const width = sums.length;
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i];
    if (x === 0) continue;  // of a drawing most are
    for (let j = 0, at = start + i * width; j < width; j++, at++) sums[j] += x * matrix[at];
  }
}

/** matrix · vector + offset. */
function linear(matrix, vector, offset) {
  const width = vector.length;
  return Array.from(offset, (sum, row) => {
    for (let i = 0, at = row * width; i < width; i++, at++) sum += matrix[at] * vector[i];
    return sum;
  });
}

/** Answer an image, given as planes 0..255: {logits, probabilities, terms(c)}, where the terms of
    class c, in the order of `model.terms`, add up to its logit. */
function answer(planes, model, tensors) {
  const {height: h, width: w, channels: c} = model.input;
  const image = {c, h, w, data: new Float64Array(h * w * c)};
  planes.forEach((p, i) => p.data.forEach((x, at) => {
    image.data[at * c + i] = (x / 255 - tensors.mean[i]) / tensors.std[i];
  }));
  const found = model.kind === "mlp" ? threeLayers(image, model, tensors)
    : recursion(encode(image, model.encoder, tensors), model, tensors);
  return {...found, probabilities: softmax(found.logits)};
}

function recursion(map, {states: S, decisions: A, ...model}, {R, b, P, W, w0}) {
  const parts = cut(map, model.parts, model.partSize), k = parts[0].length, shared = model.shared;
  const operator = OPERATORS[model.operator], steps = [];
  let values = new Float64Array(S);  // D_0 = 0
  parts.forEach((part, t) => {
    const earned = new Float64Array(A * S);  // ⟨R_t[a,s], I_t⟩ at a·S + s
    addProduct(earned, part, R, shared ? 0 : t * k * A * S);
    const bias = shared ? b : b.subarray(t * A * S, (t + 1) * A * S);
    const q = earned.map((x, i) => x + bias[i]);
    addProduct(q, values, P);
    const policy = new Float64Array(A * S), penalty = new Float64Array(S);
    values = new Float64Array(S);
    for (let s = 0; s < S; s++) {
      const choices = Array.from({length: A}, (_, a) => q[a * S + s]);
      const best = operator(choices, model.temperature);
      penalty[s] = best.penalty;
      values[s] = -best.penalty;
      best.policy.forEach((p, a) => { policy[a * S + s] = p; values[s] += p * choices[a]; });
    }
    steps.push({earned, bias, policy, penalty});
  });
  // Follow a score back: u_n = W[c], u_{t-1}[s'] = Σ u_t[s] π_t[a,s] P[a,s,s'].
  const terms = (c) => {
    const added = new Array(steps.length).fill(0);
    let u = W.subarray(c * S, (c + 1) * S), biases = 0, smoothing = 0;
    for (let t = steps.length - 1; t >= 0; t--) {
      const {earned, bias, policy, penalty} = steps[t];
      const chosen = policy.map((p, i) => p * u[i % S]);
      chosen.forEach((x, i) => { added[t] += x * earned[i]; biases += x * bias[i]; });
      penalty.forEach((x, s) => { smoothing -= u[s] * x; });
      u = linear(P, chosen, new Float64Array(S));
    }
    return [...added, biases, ...(model.operator === "hard" ? [] : [smoothing]), w0[c]];
  };
  return {logits: linear(W, values, w0), terms};
}

function threeLayers(image, model, {w1, b1, w2, b2, w3, b3}) {
  const relu = (x) => Math.max(x, 0), {c: channels, h, w} = image;
  const [data] = cut(image, "rows", h);
  const first = linear(w1, data, b1).map(relu), second = linear(w2, first, b2).map(relu);
  const back = (matrix, gradient, after) => {  // through a layer, where the one before was not cut
    const sums = new Float64Array(after.length);
    addProduct(sums, gradient, matrix);
    return sums.map((x, i) => (after[i] > 0 ? x : 0));
  };
  const dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  const terms = (c) => {  // the gradient times the pixels, in bands of rows
    const g2 = Float64Array.from(second, (x, i) => (x > 0 ? w3[c * second.length + i] : 0));
    const g1 = back(w2, g2, first), g0 = new Float64Array(channels * h * w);
    addProduct(g0, g1, w1);
    const bands = new Array(model.terms.length - 2).fill(0);
    g0.forEach((x, i) => {
      bands[Math.floor((Math.floor(i / w) % h) / model.band)] += x * data[i];
    });
    return [...bands, dot(g1, b1) + dot(g2, b2), b3[c]];
  };
  return {logits: linear(w3, second, b3), terms};
}

/** Numbers of two decimals that add up to their rounded sum, as they are read: see `adding_up` of
    dpn/explain/account.py. */
function addingUp(values) {
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const cents = values.map((x) => Math.round(100 * x));
  const left = Math.round(100 * sum(values)) - sum(cents), step = Math.sign(left);
  const off = (i) => step * (cents[i] - 100 * values[i]);
  const order = values.map((_, i) => i).sort((a, b) => off(a) - off(b));
  for (const i of order.slice(0, Math.abs(left))) cents[i] += step;
  return cents.map((x) => x / 100);
}
