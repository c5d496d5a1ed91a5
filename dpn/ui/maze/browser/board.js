// The map that is drawn on: walls by brush, start and goal by dragging, the sweeps played.
// What a person did is told as {what, cells}; what is to be seen comes as data.

const ARROWS = "↑↓←→↖↗↙↘•";
const PER_SECOND = 12;
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const mixed = (a, b, share) => `rgb(${a.map((x, i) => Math.round(x + (b[i] - x) * share))})`;
const same = (a, b) => a && b && a[0] === b[0] && a[1] === b[1];

class Board {
  constructor(root) {
    this.canvas = root.querySelector("canvas");
    this.button = root.querySelector("button");
    this.said = root.querySelector("output");
    this.frame = null;
    this.cursor = null;
    this.held = null;
    const listen = (name, act) => this.canvas.addEventListener(name, event => act(event));
    listen("pointerdown", event => this.press(event));
    listen("pointermove", event => this.move(event));
    listen("pointerup", event => this.release(event));
    listen("pointercancel", () => this.forget());
    listen("pointerleave", () => this.held || this.say(""));
    listen("keydown", event => this.key(event));
    listen("blur", () => { this.cursor = null; this.draw(); });
    this.button.addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    this.watcher = new ResizeObserver(() => this.draw());
    this.watcher.observe(this.canvas);
  }

  show(data, tell) {
    this.tell = tell;
    if (this.data?.version !== data.version) {
      this.stop();
      this.walls = bytes(data.walls);
      this.start = data.start;
      this.goal = data.goal;
      this.isStale = false;
      this.frames = data.frames.map(bytes);
    }
    this.data = data;
    this.button.textContent = this.timer ? data.words.stop : data.words.play;
    if (this.held && !this.isStale) {  // another map came while a stroke is being drawn
      const { cells } = this.held;
      this.held.cells = [];
      cells.forEach(cell => this.put(cell));
    }
    this.shade = bytes(data.shade);
    this.canvas.style.aspectRatio = `${data.columns} / ${data.rows}`;
    this.canvas.style.touchAction = data.mode === "look" ? "auto" : "none";
    this.canvas.setAttribute("aria-label", data.label);
    this.button.hidden = this.frames.length < 2;
    this.draw();
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.data.rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.data.columns);
    const within = (value, size) => Math.max(0, Math.min(size - 1, value));
    return [within(row, this.data.rows), within(column, this.data.columns)];
  }

  wallAt(cell) { return this.walls[cell[0] * this.data.columns + cell[1]]; }

  press(event) {
    if (event.button) return;
    const cell = this.at(event), mode = this.data.mode;
    if (mode === "look") return this.tell("look", [cell]);
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.stop();
    const end = same(cell, this.start) ? "start" : same(cell, this.goal) ? "goal" : mode;
    this.held = { what: end, last: cell, cells: [] };
    this.put(cell);
    this.draw();
  }

  move(event) {
    const cell = this.at(event);
    if (!this.held) return this.describe(cell);
    if (same(cell, this.held.last)) return;
    // A quick hand leaves cells out: those between are crossed, too.
    const [row, column] = this.held.last;
    const steps = Math.max(Math.abs(cell[0] - row), Math.abs(cell[1] - column));
    for (let i = 1; i <= steps; i++) {
      const along = (from, to) => Math.round(from + ((to - from) * i) / steps);
      this.put([along(row, cell[0]), along(column, cell[1])]);
    }
    this.held.last = cell;
    this.draw();
  }

  put(cell) {
    const { what, cells } = this.held;
    if (what === "start" || what === "goal") {
      if (same(cell, what === "start" ? this.goal : this.start)) return;
      if (same(cell, this[what]) && !this.held.isChanged) return;
      this.isStale = this.held.isChanged = true;
      this[what] = cell;
      this.held.cells = [cell];
    } else if (!same(cell, this.start) && !same(cell, this.goal)) {
      const place = cell[0] * this.data.columns + cell[1], wanted = what === "wall" ? 1 : 0;
      if (this.walls[place] === wanted) return;
      this.walls[place] = wanted;
      this.isStale = this.held.isChanged = true;
      cells.push(cell);
    }
  }

  release() {
    const held = this.held;
    this.held = null;
    if (held?.isChanged) this.tell(held.what, held.cells);
  }

  forget() {
    this.held = null;
    const { walls, start, goal } = this.data;
    Object.assign(this, { walls: bytes(walls), start, goal, isStale: false });
    this.draw();
  }

  key(event) {
    const step = KEYS[event.key], now = this.cursor ?? this.start;
    if (step) {
      const within = (value, size) => Math.max(0, Math.min(size - 1, value));
      this.cursor = [within(now[0] + step[0], this.data.rows), within(now[1] + step[1], this.data.columns)];
      this.describe(this.cursor);
    } else if (event.key === " " || event.key === "Enter") {
      this.cursor = now;
      if (this.data.mode === "look") this.tell("look", [now]);
      else {
        this.held = { what: this.data.mode, last: now, cells: [] };
        this.put(now);
        this.release();
      }
    } else return;
    event.preventDefault();
    this.draw();
  }

  describe(cell) {
    const value = this.data.values[cell[0] * this.data.columns + cell[1]];
    const told = { row: cell[0] + 1, column: cell[1] + 1, value };
    this.say(this.in(this.wallAt(cell) ? "wall" : "worth", told));
  }

  in(name, values) {  // the words of the page's language
    return this.data.words[name].replace(/\{(\w+)\}/g, (_, value) => values[value]);
  }

  say(words) { this.said.textContent = words; }

  play() {
    this.frame = 0;
    this.button.textContent = this.data.words.stop;
    const next = () => {
      if (this.frame >= this.frames.length) return this.stop();
      this.say(this.in("sweep", { number: this.data.sweeps[this.frame] }));
      this.draw();
      this.frame += 1;
    };
    this.timer = setInterval(next, 1000 / PER_SECOND);
    next();
  }

  stop() {
    clearInterval(this.timer);
    if (this.timer) this.say("");
    this.timer = this.frame = null;
    if (this.data) this.button.textContent = this.data.words.play;
    this.draw();
  }

  draw() {
    const box = this.canvas.getBoundingClientRect();
    if (!this.data || !box.width) return;
    const { rows, columns, colours } = this.data, scale = window.devicePixelRatio || 1;
    const width = Math.round(box.width * scale), height = Math.round(box.height * scale);
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const pen = this.canvas.getContext("2d"), size = width / columns;
    const isPlaying = this.frame !== null;
    const shade = isPlaying ? this.frames[Math.min(this.frame, this.frames.length - 1)] : this.shade;
    pen.clearRect(0, 0, width, height);
    const middle = cell => [(cell[1] + 0.5) * size, (cell[0] + 0.5) * size];
    const line = Math.max(0.5, Math.min(1, size / 20));
    for (let place = 0; place < rows * columns; place++) {
      const x = (place % columns) * size, y = Math.floor(place / columns) * size;
      pen.fillStyle = this.walls[place]
        ? colours.wall
        : mixed(colours.low, colours.high, shade[place] / 255);
      pen.fillRect(x, y, size - line, size - line);
    }
    const write = (cell, text, share, colour, weight = "") => {
      pen.fillStyle = colour;
      pen.font = `${weight} ${Math.max(7 * scale, size * share)}px sans-serif`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(text, ...middle(cell));
    };
    const isShown = !isPlaying && !this.isStale;
    if (isShown && this.data.arrows)
      for (let place = 0; place < rows * columns; place++) {
        const cell = [Math.floor(place / columns), place % columns];
        if (this.walls[place] || same(cell, this.start) || same(cell, this.goal)) continue;
        write(cell, ARROWS[this.data.arrows[place]], 0.5, colours.ink);
      }
    const trace = (path, colour, wide, dash) => {
      pen.beginPath();
      path.forEach(cell => pen.lineTo(...middle(cell)));
      pen.setLineDash(dash);
      Object.assign(pen, { strokeStyle: colour, lineWidth: wide, lineCap: "round", lineJoin: "round" });
      pen.stroke();
      pen.setLineDash([]);
    };
    if (isShown) {
      const thick = Math.max(3 * scale, Math.min(6 * scale, size * 0.22));
      trace(this.data.shortest, colours.other, thick, [thick / 3, thick * 1.5]);
      trace(this.data.plan, colours.plan, thick / 2, []);
    }
    const outline = (cell, colour) => {
      Object.assign(pen, { strokeStyle: colour, lineWidth: Math.max(1.5, size * 0.08) });
      pen.strokeRect(cell[1] * size, cell[0] * size, size, size);
    };
    outline(this.data.chosen, colours.other);
    for (const [letter, cell] of [["S", this.start], ["G", this.goal]]) {
      pen.beginPath();
      pen.arc(...middle(cell), Math.max(6 * scale, size * 0.42), 0, 2 * Math.PI);
      pen.fillStyle = colours.end;
      pen.fill();
      write(cell, letter, 0.5, "#10161d", "bold");
    }
    if (this.cursor) outline(this.cursor, colours.plan);
  }
}

const boards = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement));
  const board = boards.get(parentElement);
  board.show(data, (what, cells) => setTriggerValue("done", { what, cells }));
  return () => {
    board.stop();
    board.watcher.disconnect();
    boards.delete(parentElement);
  };
}
