"use strict";
// The page: a canvas or a picture, the answer after each stroke, and the sum behind it.

const model = JSON.parse(document.getElementById("model").textContent);
const tensors = readTensors(document.getElementById("weights").textContent.trim(), model.tensors);
const byId = (id) => document.getElementById(id);
const isPhoto = model.input.preparation === "photo";
const SURE = 0.6;  // below this an answer is called "not sure"
const MOST_CLASSES = 26, SHOWN_CLASSES = 10;  // of more classes than this so many are shown
const MOST_TERMS = 20;  // and of more parts than this the strongest
const REHEARSALS = 16;
const COUNTS = {2: "two", 3: "three", 4: "four"};
let current = null;  // what was answered last: {found, planes, asked}

/** Make an element with properties and children. */
function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A probability for people; what is not quite none or all never reads as if it were. */
function percent(share, below = "less than ", above = "more than ") {
  if (share < 0.001) return `${below}0.1%`;
  return share > 0.999 ? `${above}99.9%` : `${(100 * share).toFixed(1)}%`;
}
const signed = (x) => (Math.abs(x) < 0.005 ? "0.00" : `${x > 0 ? "+" : "−"}${Math.abs(x).toFixed(2)}`);

/** Answer pixels, RGBA in rows; `null` and a sentence where there is nothing to answer. */
function answerPixels(rgba, h, w) {
  const began = performance.now();
  try {
    const prepare = isPhoto ? preparePhoto : prepareDrawing;
    const {planes, figures} = prepare(rgba, h, w, model.input);
    const found = answer(planes, model, tensors);
    const order = found.probabilities.map((_, i) => i);
    order.sort((a, b) => found.probabilities[b] - found.probabilities[a]);
    current = {found, planes, figures, order, asked: order[0]};
    showAnswer();
  } catch (error) {
    if (!(error instanceof Blank)) throw error;
    showNothing(error.message);
  }
  byId("time").textContent =
    `Answered in ${Math.max(1, Math.round(performance.now() - began))} ms, by this page alone.`;
}

function showNothing(words) {
  current = null;
  byId("words").replaceChildren(make("p", {textContent: words}));
  byId("classes").replaceChildren();
  byId("sum").hidden = true;
}

function showAnswer() {
  const {found: {probabilities}, order: [first, second], figures} = current;
  const name = (i) => model.classes[i];
  let heading = name(first);
  let rest = `${percent(probabilities[first])} sure, then ${name(second)} with ${percent(probabilities[second])}`;
  if (figures > 1) {
    heading = "Not sure";
    rest = `I see ${COUNTS[figures] || "many"} figures, and read one: ${name(first)}, or ${name(second)}? Draw one alone.`;
  } else if (probabilities[first] < SURE) {
    heading = "Not sure";
    rest = `${name(first)} (${percent(probabilities[first])}) or ${name(second)} (${percent(probabilities[second])})?`;
  }
  byId("words").replaceChildren(make("strong", {textContent: heading}), make("span", {textContent: rest}));
  showClasses();
  showSum();
}

/** The classes in their order, each a button that asks for its sum. */
function showClasses() {
  const {found: {probabilities}, order, asked} = current;
  const many = order.length > MOST_CLASSES;
  const shown = many ? order.slice(0, SHOWN_CLASSES) : [...order].sort((a, b) => a - b);
  byId("classes").replaceChildren(...shown.map((i) => {
    const bar = make("span", {className: "bar"});
    bar.style.width = `${100 * probabilities[i]}%`;
    const button = make("button", {
      type: "button", title: `Why ${model.classes[i]}?`,
      onclick: () => {
        current.asked = i;
        showClasses();
        showSum();
        byId("classes").querySelector('[aria-pressed="true"]').focus();  // the one before is gone
      },
    }, make("span", {textContent: model.classes[i]}), make("span", {}, bar),
      make("span", {className: "number", textContent: percent(probabilities[i], "<", ">")}));
    button.setAttribute("aria-pressed", String(i === asked));
    return make("li", {}, button);
  }));
  if (many) {
    byId("classes").append(make("li", {
      className: "quiet", textContent: `and ${order.length - SHOWN_CLASSES} others`,
    }));
  }
}

/** The terms of the class that was asked for, beside the picture that they are parts of. */
function showSum() {
  const {found, planes, asked} = current;
  const values = found.terms(asked);
  let rows = model.terms.map((term, i) => ({...term, value: values[i]}));
  const parts = rows.filter((row) => row.box);
  if (parts.length > MOST_TERMS) {
    const strongest = [...parts].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_TERMS);
    const left = parts.filter((row) => !strongest.includes(row));
    const others = {name: `${left.length} other parts`, value: left.reduce((sum, row) => sum + row.value, 0)};
    rows = [...strongest, others, ...rows.filter((row) => !row.box)];
  }
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0), numbers = addingUp(rows.map((row) => row.value));
  rows = rows.map((row, i) => ({...row, shown: numbers[i]}));
  const total = {name: `score of ${model.classes[asked]}`, value: sum(values), shown: sum(numbers), total: true};
  byId("why").textContent = `Why ${model.classes[asked]}?`;
  paint(planes);
  const boxes = parts.map(outline);
  byId("seen").append(...boxes);
  byId("terms").replaceChildren(...bars([...rows, total], parts, boxes));
  byId("sum").hidden = false;
}

/** Show what the model sees. */
function paint(planes) {
  const {h, w} = planes[0], image = byId("image"), pixels = new ImageData(w, h);
  for (let i = 0; i < h * w; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = planes[Math.min(c, planes.length - 1)].data[i];
    pixels.data[4 * i + 3] = 255;
  }
  Object.assign(image, {width: w, height: h});
  image.getContext("2d").putImageData(pixels, 0, 0);
  byId("seen").querySelectorAll("i").forEach((old) => old.remove());
}

/** Shade a part by what it added. */
function outline({box: [top, bottom, left, right], value}, _, parts) {
  const {height, width} = model.input, mark = make("i", {className: value < 0 ? "against" : "for"});
  const most = Math.max(...parts.map((part) => Math.abs(part.value))) || 1;
  const share = (x, of) => `${(100 * x) / of}%`;
  Object.assign(mark.style, {
    top: share(top, height), height: share(bottom - top, height),
    left: share(left, width), width: share(right - left, width),
    opacity: (0.6 * Math.abs(value)) / most,
  });
  return mark;
}

/** A row for each term; pointing at one lights its part of the picture. */
function bars(rows, parts, boxes) {
  const low = Math.min(0, ...rows.map((row) => row.value)), high = Math.max(0, ...rows.map((row) => row.value));
  const reach = high - low || 1, place = (x) => (100 * (x - low)) / reach;
  return rows.map((row) => {
    const bar = make("i", {className: row.total ? "total" : row.value < 0 ? "against" : "for"});
    bar.style.left = `${place(Math.min(0, row.value))}%`;
    bar.style.width = `${(100 * Math.abs(row.value)) / reach}%`;
    const item = make("li", {}, make("span", {textContent: row.name}),
      make("span", {className: "way"}, bar), make("span", {className: "number", textContent: signed(row.shown)}));
    const box = boxes[parts.findIndex((part) => part.name === row.name)];
    const light = (on) => () => [item, box].forEach((one) => one && one.classList.toggle("lit", on));
    item.onpointerenter = light(true);
    item.onpointerleave = light(false);
    return item;
  });
}

/** The canvas: strokes with the mouse, a pen or a finger, each answered when it ends. */
function startDrawing() {
  const paper = byId("paper"), brush = byId("brush");
  const context = paper.getContext("2d", {willReadFrequently: true});
  let strokes = [], open = null;
  Object.assign(context, {lineCap: "round", lineJoin: "round", strokeStyle: "#111111"});
  const redraw = () => {
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, paper.width, paper.height);
    for (const {width, points} of strokes) {
      context.lineWidth = width;
      context.beginPath();
      points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (points.length === 1) context.lineTo(points[0][0], points[0][1] + 0.1);
      context.stroke();
    }
    byId("undo").disabled = byId("clear").disabled = !strokes.length;
  };
  const reply = () => {
    if (!strokes.length) return showNothing("Draw with the mouse, a pen or a finger.");
    answerPixels(context.getImageData(0, 0, paper.width, paper.height).data, paper.height, paper.width);
  };
  const point = (event) => {
    const box = paper.getBoundingClientRect(), edge = paper.clientLeft;
    const scale = paper.width / paper.clientWidth;
    return [(event.clientX - box.left - edge) * scale, (event.clientY - box.top - edge) * scale];
  };
  paper.onpointerdown = (event) => {
    if (open || event.button > 0) return;
    paper.setPointerCapture(event.pointerId);
    open = event.pointerId;
    strokes.push({width: Number(brush.value), points: [point(event)]});
    redraw();
  };
  paper.onpointermove = (event) => {
    if (event.pointerId !== open) return;
    const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    strokes[strokes.length - 1].points.push(...(all.length ? all : [event]).map(point));
    redraw();
  };
  paper.onpointerup = paper.onpointercancel = (event) => {
    if (event.pointerId !== open) return;
    open = null;
    reply();
  };
  byId("undo").onclick = () => { strokes.pop(); redraw(); reply(); };
  byId("clear").onclick = () => { strokes = []; redraw(); reply(); };
  // A browser is slow at what it does for the first time: made-up drawings, thin and thick, come first.
  const rehearse = (left) => {
    if (!left) return;
    if (open !== null) return setTimeout(rehearse, 50, left);  // somebody draws
    const side = paper.width, rgba = new Uint8ClampedArray(4 * side * side).fill(255);
    for (let y = 60; y < 220; y++) rgba.fill(17, 4 * (y * side + y), 4 * (y * side + y + (left % 2 ? 5 : 25)));
    answer(prepareDrawing(rgba, side, side, model.input).planes, model, tensors).terms(0);
    setTimeout(rehearse, 0, left - 1);
  };
  redraw();
  reply();
  setTimeout(rehearse, 0, REHEARSALS);
}

/** A picture file: read by the browser, shrunk by us. */
function startPhotos() {
  let latest = 0;
  showNothing("Choose a picture of one thing.");
  byId("file").onchange = async ({target: {files: [file]}}) => {
    if (!file) return;
    const turn = ++latest;
    try {
      const bitmap = await createImageBitmap(file);
      if (turn !== latest) return bitmap.close();  // another one was chosen meanwhile
      const shrink = Math.min(1, 2048 / Math.max(bitmap.width, bitmap.height));
      const w = Math.max(1, Math.round(bitmap.width * shrink)), h = Math.max(1, Math.round(bitmap.height * shrink));
      const canvas = make("canvas", {width: w, height: h}), context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0, w, h);
      bitmap.close();
      byId("chosen").src = canvas.toDataURL();
      byId("chosen").hidden = false;
      answerPixels(context.getImageData(0, 0, w, h).data, h, w);
    } catch (error) {
      if (turn !== latest) return;
      byId("chosen").hidden = true;
      showNothing("This file is no picture that your browser can read. Choose a PNG or JPEG file.");
    }
  };
}

byId("title").textContent = model.title;
byId("about").textContent = `${model.about} Nothing you show this page leaves it. Made with the DPN Lab.`;
byId("lead").textContent = isPhoto
  ? "Choose a picture: the answer and the reasons come from this page alone, without a network."
  : "Draw one figure: each stroke is answered by this page alone, without a network.";
byId(isPhoto ? "photo" : "drawing").hidden = false;
(isPhoto ? startPhotos : startDrawing)();
