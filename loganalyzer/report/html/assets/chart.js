// The curves of a run, drawn by Bokeh when they come into view.
(() => {
  "use strict";
  const sections = document.querySelectorAll("[data-chart]");
  if (!sections.length || typeof Bokeh === "undefined") return;
  Bokeh.set_log_level("warn");

  const DASHES = { train: "solid", validation: [7, 3], test: [2, 3], none: "solid" };
  const SPARE = ["--more-1", "--more-2", "--more-3", "--more-4", "--more-5"];
  const FARTHEST = 5e307;
  const UNITS = [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];
  const CHANGES = { jump: "after a jump", kink: "after a kink", turn: "after a turn", scale: "after a change of noise" };

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const brief = (value) => {
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
    return String(Number(value.toPrecision(6)));
  };
  // Numbers that curves share are written once, and those at one distance from each other by their ends.
  const unfold = (value, shared) => {
    const found = typeof value === "number" ? shared[value] : value;
    if (!found || Array.isArray(found)) return found;
    return Array.from({ length: found.count }, (_, at) => found.first + at * found.by);
  };
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Straight lines between the points of `table`, on its first and last value beyond them.
  const between = (table, x) => {
    const last = table.x.length - 1;
    if (x <= table.x[0]) return table.y[0];
    if (x >= table.x[last]) return table.y[last];
    let low = 0, high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (table.x[middle] <= x) low = middle; else high = middle;
    }
    const share = (x - table.x[low]) / (table.x[high] - table.x[low]);
    return table.y[low] + share * (table.y[high] - table.y[low]);
  };

  // The mean over a window of drawn points; gaps stay gaps.
  const smooth = (values, width) => values.map((value, at) => {
    if (!Number.isFinite(value)) return NaN;
    let sum = 0, count = 0;
    for (let i = Math.max(0, at - width); i <= Math.min(values.length - 1, at + width); i++) {
      if (Number.isFinite(values[i])) { sum += values[i]; count++; }
    }
    return sum / count;
  });

  class Chart {
    constructor(section) {
      this.section = section;
      this.data = JSON.parse(section.querySelector("script").textContent);
      for (const curve of this.curves()) for (const key of ["x", "y", "t"]) curve[key] = unfold(curve[key], this.data.shared);
      this.hidden = new Set();
      this.log = null;
      this.axis = "step";
      this.smoothing = 0;
      this.segments = true;
      this.plots = make("div", { class: "plots" });
      section.querySelector(".still")?.remove();
      this.said = make("p", { class: "muted", role: "status" });
      section.append(this.controls(), this.legend(), this.plots, this.said, this.footnote(), ...this.inWords());
    }

    curves() { return this.data.panels.flatMap((panel) => panel.curves); }

    // Curves that are cut into segments.
    cut() { return this.curves().filter((curve) => curve.segments.length); }

    axes() {
      const known = [["step", this.data.panels.every((panel) => panel.axis === "epoch") ? "epoch" : "step"]];
      if (this.data.epochs) known.push(["epoch", "epoch"]);
      if (this.curves().every((curve) => curve.t)) known.push(["time", "time"]);
      return known;
    }

    choice(title, entries, chosen, act) {
      const select = make("select");
      for (const [value, text] of entries) {
        const option = make("option", { value }, text);
        option.selected = value === chosen;
        select.append(option);
      }
      select.addEventListener("change", () => act(select.value));
      return make("label", {}, `${title} `, select);
    }

    button(text, title, act) {
      const button = make("button", { type: "button", class: "quiet", "aria-label": title, title }, text);
      button.addEventListener("click", act);
      return button;
    }

    controls() {
      const row = make("div", { class: "controls", role: "group", "aria-label": "How the curves are drawn" });
      row.append(
        this.choice("Scale", [["auto", "by range"], ["linear", "linear"], ["log", "logarithmic"]], "auto",
          (value) => { this.log = { auto: null, linear: false, log: true }[value]; this.draw(); }),
        this.choice("Smoothing", [["0", "off"], ["2", "5 points"], ["7", "15 points"]], "0",
          (value) => { this.smoothing = Number(value); this.draw(); }),
      );
      const axes = this.axes();
      if (axes.length > 1) {
        row.append(this.choice("Axis", axes, "step", (value) => { this.axis = value; this.window = null; this.draw(); }));
      }
      if (this.cut().length) {
        const box = make("input", { type: "checkbox" });
        box.checked = true;
        box.addEventListener("change", () => { this.segments = box.checked; this.draw(); });
        row.append(make("label", { class: "check" }, box, " Segments"));
      }
      row.append(
        this.button("◀", "Move left", () => this.move(-0.25)),
        this.button("▶", "Move right", () => this.move(0.25)),
        this.button("+", "Zoom in", () => this.zoom(0.5)),
        this.button("−", "Zoom out", () => this.zoom(2)),
        this.button("All", "Show the whole run", () => { this.window = null; this.draw(); }),
      );
      return row;
    }

    legend() {
      const list = make("ul", { class: "legend", "aria-label": "Curves" });
      for (const panel of this.data.panels) {
        if (panel.curves.length > 1) list.append(make("li", { class: "group" }, this.name(panel)));
        const used = new Set();
        let spare = 0;
        for (const curve of panel.curves) {
          const own = `--split-${curve.split}`;
          curve.color = used.has(own) ? SPARE[spare++ % SPARE.length] : own;
          used.add(own);
          const box = make("input", { type: "checkbox" });
          box.checked = true;
          box.addEventListener("change", () => {
            this.hidden[box.checked ? "delete" : "add"](curve);
            this.draw();
          });
          const swatch = make("span", { class: `swatch ${curve.split}`, "aria-hidden": "true" });
          swatch.style.borderColor = `var(${curve.color})`;
          list.append(make("li", {}, make("label", {}, box, swatch, curve.label)));
        }
      }
      return list;
    }

    name(panel) {
      const quantity = { lr: "learning rate", unknown: "", other: "" }[panel.quantity] ?? panel.quantity;
      if (!quantity) return panel.curves[0].label;
      return panel.part ? `${quantity} (${panel.part})` : quantity;
    }

    footnote() {
      const notes = [];
      const thinned = this.curves().filter((curve) => curve.n > curve.x.length);
      if (thinned.length) {
        const most = thinned.reduce((a, b) => (a.n > b.n ? a : b));
        notes.push(`Long curves are thinned to 200 points, the least and the greatest of each of 100 stretches, so that every spike survives (${brief(most.n)} points in the longest).`);
      }
      const left = this.data.left_out;
      if (left) notes.push(`${left} more group${left === 1 ? "" : "s"} of curves not drawn.`);
      for (const panel of this.data.panels) {
        if (panel.left_out) notes.push(`${panel.left_out} more curves of ${panel.quantity} not drawn.`);
      }
      const found = this.data.findings.filter((finding) => finding.onset !== null);
      if (found.some((finding) => finding.severity !== "info")) notes.push("Shaded: where a finding holds.");
      if (found.length) notes.push("Solid upright: its onset, with its number.");
      if (found.some((finding) => finding.decidable !== null)) notes.push("Dashed upright: the step at which the log told it.");
      if (this.curves().some((curve) => curve.y.includes(null))) notes.push("Hatched: not finite.");
      if (this.cut().length) notes.push("Thin line along a curve: its course, segment by segment; dotted upright: where one ends and the next begins.");
      return make("p", { class: "muted" }, notes.join(" "));
    }

    // The segments for those who do not see them.
    inWords() {
      return this.cut().map((curve) => {
        const list = make("ol");
        for (const { first, last, change, said } of curve.segments) {
          const parted = change in CHANGES ? `, ${CHANGES[change]}` : "";
          list.append(make("li", {}, `${brief(first)} to ${brief(last)}${parted}: ${said}`));
        }
        const count = curve.segments.length;
        const words = `Segments of ${curve.label}: ${count}${curve.n > curve.x.length ? ", of its thinned form" : ""}`;
        return make("details", {}, make("summary", {}, words), list);
      });
    }

    // A logged step as a place on the axis that is shown.
    place(panel, step) {
      if (this.axis === "epoch") return panel.axis === "epoch" ? step : between(this.data.epochs, step);
      if (this.axis === "time") {
        const clock = panel.curves.find((curve) => curve.t);
        return between({ x: clock.x, y: clock.t }, step) / this.unit[1];
      }
      return step;
    }

    points(panel, curve) {
      if (this.axis === "time") return curve.t.map((seconds) => seconds / this.unit[1]);
      return curve.x.map((step) => this.place(panel, step));
    }

    draw() {
      const longest = Math.max(0, ...this.curves().filter((curve) => curve.t).map((curve) => curve.t.at(-1)));
      this.unit = UNITS.find(([, seconds]) => longest >= 2 * seconds) ?? UNITS.at(-1);
      this.ranges = new Map();
      this.plots.dataset.drawn = getComputedStyle(document.documentElement).colorScheme;
      const figures = this.data.panels.map((panel, at) => this.figure(panel, at));
      const column = new Bokeh.Column({ children: figures, sizing_mode: "stretch_width", spacing: 4 });
      this.plots.replaceChildren();
      this.forget();
      this.view = Bokeh.Plotting.show(column, this.plots);
      return this.view;
    }

    // Bokeh keeps what it has drawn until it is told to forget it.
    async forget() {
      const view = await this.view;
      if (!view) return;
      const drawn = view.model.document;
      view.remove();
      drawn.clear();
      const at = Bokeh.documents.indexOf(drawn);
      if (at >= 0) Bokeh.documents.splice(at, 1);
    }

    // One range for all panels over the same axis, so that they zoom together.
    range(panel) {
      const key = this.axis === "step" ? panel.axis : this.axis;
      if (!this.ranges.has(key)) {
        const alike = this.data.panels.filter((one) => this.axis !== "step" || one.axis === panel.axis);
        const places = alike.flatMap((one) => one.curves.flatMap((curve) => this.points(one, curve)));
        let first = Math.min(...places), last = Math.max(...places);
        // Half a step beside a single one, or what a number of its size can be told from.
        const margin = (last - first) * 0.015 || Math.max(0.5, Math.abs(first) * 1e-9);
        first -= margin; last += margin;
        const kept = this.window?.key === key ? this.window : { start: first, end: last };
        const range = new Bokeh.Range1d({ start: kept.start, end: kept.end, bounds: [first, last] });
        range.connect(range.change, () => { this.window = { key, start: range.start, end: range.end }; });
        this.ranges.set(key, range);
      }
      return this.ranges.get(key);
    }

    isLog(panel) {
      const positive = panel.curves.some((curve) => curve.y.some((value) => value > 0));
      return positive && (this.log ?? panel.log);
    }

    figure(panel, at) {
      const isLog = this.isLog(panel);
      const last = at === this.data.panels.length - 1;
      const figure = Bokeh.Plotting.figure({
        height: panel.quantity === "lr" ? 130 : at === 0 ? 300 : 190,
        sizing_mode: "stretch_width",
        x_range: this.range(panel),
        ...this.heights(panel, isLog),
        y_axis_type: isLog ? "log" : "linear",
        y_axis_label: this.title(panel, at),
        x_axis_label: last || this.data.panels[at + 1].axis !== panel.axis ? this.axisName(panel) : null,
        tools: [], toolbar_location: null, output_backend: "canvas", min_border_left: 70, window_axis: "x",
      });
      this.dress(figure, panel);
      this.findings(figure, panel);
      const lines = panel.curves.filter((curve) => !this.hidden.has(curve))
        .map((curve) => this.line(figure, panel, curve, isLog));
      this.tools(figure, panel, lines);
      return figure;
    }

    // A panel is as tall as its curves, but for one without height, without anything, or past what can be drawn.
    heights(panel, isLog) {
      const finite = panel.curves.flatMap((curve) => curve.y.filter((value) => value !== null && (!isLog || value > 0)));
      const low = Math.min(...finite), high = Math.max(...finite), room = Math.abs(low) / 2 || 1;
      if (high / 2 - low / 2 > FARTHEST) return { y_range: new Bokeh.Range1d({ start: isLog ? low : -FARTHEST, end: FARTHEST }) };
      if (low < high) return {};
      const [start, end] = finite.length ? [low - room, low + room] : [0, 1];
      return { y_range: new Bokeh.Range1d({ start, end }) };
    }

    // What fits beside a panel.
    title(panel, at) {
      const name = this.name(panel), most = at === 0 ? 42 : panel.quantity === "lr" ? 15 : 26;
      return name.length > most ? `${name.slice(0, most - 1)}…` : name;
    }

    axisName(panel) {
      if (this.axis === "time") return `${this.unit[0]} since the start`;
      return this.axis === "epoch" || panel.axis === "epoch" ? "epoch" : "step";
    }

    dress(figure, panel) {
      const ink = color("--muted"), grid = color("--line"), paper = color("--paper");
      figure.background_fill_color = paper;
      figure.border_fill_color = paper;
      figure.outline_line_color = null;
      for (const axis of [...figure.xaxes, ...figure.yaxes]) {
        axis.axis_line_color = grid;
        axis.major_tick_line_color = grid;
        axis.minor_tick_line_color = null;
        axis.major_label_text_color = ink;
        axis.axis_label_text_color = ink;
        axis.axis_label_text_font_style = "normal";
      }
      // Steps are whole, and their numbers wide: few of them on a narrow screen, or of many digits.
      const digits = Math.round(this.range(panel).bounds[1]).toLocaleString("en").length;
      const ticks = Math.min(Math.max(Math.round((this.plots.clientWidth - 90) / Math.max(90, 9 * digits)), 2), 10);
      const ticker = new Bokeh.BasicTicker({ desired_num_ticks: ticks, min_interval: this.axis === "step" ? 1 : 0 });
      for (const axis of figure.xaxes) axis.setv({ ticker, formatter: new Bokeh.NumeralTickFormatter({ format: "0,0[.]00" }) });
      for (const lines of figure.xgrids) lines.ticker = ticker;
      for (const axis of figure.yaxes) axis.ticker.desired_num_ticks = panel.quantity === "lr" ? 3 : 6;
      const isBare = panel.curves.every((curve) => curve.y.every((value) => value === null));
      for (const axis of figure.yaxes) axis.major_label_text_alpha = isBare ? 0 : 1;
      for (const lines of [...figure.xgrids, ...figure.ygrids]) lines.grid_line_color = grid;
    }

    line(figure, panel, curve, isLog) {
      const raw = curve.y.map((value) => (value === null || (isLog && value <= 0) ? NaN : value));
      const x = this.points(panel, curve);
      const shown = this.smoothing ? smooth(raw, this.smoothing) : raw;
      const source = new Bokeh.ColumnDataSource({ data: { x, y: shown, step: curve.x } });
      const style = { line_color: color(curve.color), line_width: 1.8, line_dash: DASHES[curve.split] };
      if (this.smoothing) figure.line(x, raw, { ...style, line_alpha: 0.25, line_width: 1, line_dash: "solid" });
      const drawn = figure.line({ field: "x" }, { field: "y" }, { source, ...style });
      if (curve.x.length <= 60) {
        figure.scatter({ field: "x" }, { field: "y" }, { source, size: 4, marker: curve.split === "validation" ? "square" : "circle", fill_color: style.line_color, line_color: null });
      }
      this.gaps(figure, x, curve, style.line_color);
      if (this.segments) this.trends(figure, panel, curve, style.line_color, isLog);
      return { curve, drawn };
    }

    // Where segments of a curve begin, and the course of each, with a rim to stand out from the curve.
    trends(figure, panel, curve, ink, isLog) {
      for (const { first, change, x, y } of curve.segments) {
        if (change !== "start") {
          figure.add_layout(new Bokeh.Span({ location: this.place(panel, first), dimension: "height", line_color: ink, line_dash: [1, 3], line_width: 1.5 }));
        }
        const places = x.map((step) => this.place(panel, step));
        const values = y.map((value) => (isLog && value <= 0 ? NaN : value));
        figure.line(places, values, { line_color: color("--paper"), line_width: 4, line_alpha: 0.7 });
        figure.line(places, values, { line_color: color("--ink"), line_width: 1.6 });
      }
    }

    // Stretches in which a curve is not finite, from their first point to the next finite one.
    gaps(figure, x, curve, ink) {
      let start = null;
      curve.y.forEach((value, at) => {
        if (value === null && start === null) start = x[at];
        if (start !== null && (value !== null || at === curve.y.length - 1)) {
          figure.add_layout(new Bokeh.BoxAnnotation({ left: start, right: x[at], fill_alpha: 0, hatch_pattern: curve.split === "validation" ? "\\" : "/", hatch_scale: 14, hatch_color: ink, hatch_alpha: 0.45, line_color: null, level: "underlay" }));
          start = null;
        }
      });
    }

    findings(figure, panel) {
      const tags = panel.curves.map((curve) => curve.tag);
      const last = Math.max(...panel.curves.map((curve) => curve.x.at(-1)));
      let row = 0;
      for (const finding of this.data.findings) {
        const named = !finding.tags.length || finding.tags.some((tag) => tags.includes(tag));
        if (!named || finding.onset === null) continue;
        const ink = color(`--${finding.severity}`);
        const left = this.place(panel, finding.onset);
        if (finding.severity !== "info") {
          const right = this.place(panel, finding.end ?? last);
          figure.add_layout(new Bokeh.BoxAnnotation({ left, right, fill_color: ink, fill_alpha: 0.1, line_color: null, level: "underlay" }));
        }
        figure.add_layout(new Bokeh.Span({ location: left, dimension: "height", line_color: ink, line_width: 1.5, level: "underlay" }));
        if (finding.decidable !== null) {
          figure.add_layout(new Bokeh.Span({ location: this.place(panel, finding.decidable), dimension: "height", line_color: ink, line_dash: [8, 5], line_width: 1, level: "underlay" }));
        }
        figure.add_layout(new Bokeh.Label({
          x: left, y: 4 + 16 * row++, y_units: "screen", x_offset: 3, text: String(finding.id),
          text_color: ink, text_font_size: "12px", text_font_style: "bold", background_fill_color: color("--paper"), padding: 1,
        }));
      }
    }

    tools(figure, panel, lines) {
      const pan = new Bokeh.PanTool({ dimensions: "width" });
      const wheel = new Bokeh.WheelZoomTool({ dimensions: "width", modifiers: { ctrl: true } });
      const box = new Bokeh.BoxZoomTool({ dimensions: "width" });
      figure.add_tools(box, pan, wheel);
      figure.toolbar.active_drag = box;
      figure.toolbar.active_scroll = wheel;
      if (lines.length) {
        const finest = lines.reduce((a, b) => (b.curve.x.length > a.curve.x.length ? b : a));
        figure.add_tools(new Bokeh.HoverTool({
          renderers: [finest.drawn], mode: "vline", line_policy: "nearest", show_arrow: false,
          tooltips: (source, { index }) => this.tip(panel, lines, source.data.step[index]),
        }));
      }
      figure.add_tools(new Bokeh.CrosshairTool({ dimensions: "height", line_color: color("--muted"), line_alpha: 0.5 }));
    }

    // What every curve of a panel says at a step, or at its point before it.
    tip(panel, lines, step) {
      const box = make("div", { class: "tip" });
      box.append(make("b", {}, `${panel.axis === "epoch" ? "epoch" : "step"} ${brief(step)}`));
      for (const { curve, drawn } of lines) {
        const { x, y } = curve;
        let at = x.findIndex((one) => one > step) - 1;
        if (at < -1) at = x.length - 1;
        if (at < 0) continue;
        const other = x[at] === step ? "" : ` (${brief(x[at])})`;
        const value = y[at] === null ? "not finite" : brief(y[at]);
        const smoothed = this.smoothing ? `, smoothed ${brief(drawn.data_source.data.y[at])}` : "";
        box.append(make("br"), `${curve.label}: ${value}${smoothed}${other}`);
      }
      return box;
    }

    main() { return this.ranges.get(this.axis === "step" ? this.data.panels[0].axis : this.axis); }

    set(start, end) {
      const range = this.main();
      const [least, most] = range.bounds;
      const width = Math.min(Math.max(end - start, (most - least) / 1e6), most - least);
      const first = Math.min(Math.max(start, least), most - width);
      range.setv({ start: first, end: first + width });
      this.said.textContent = `Shown: ${this.axisName(this.data.panels[0])} ${brief(first)} to ${brief(first + width)}.`;
    }

    move(share) {
      const { start, end } = this.main();
      this.set(start + share * (end - start), end + share * (end - start));
    }

    zoom(factor) {
      const { start, end } = this.main();
      const half = (end - start) * factor / 2, middle = (start + end) / 2;
      this.set(middle - half, middle + half);
    }

    // Steps that a sentence speaks of, with as much again around them.
    async show(from, to) {
      await this.draw();
      const panel = this.data.panels[0];
      const first = this.place(panel, from), last = this.place(panel, to);
      const [least, most] = this.main().bounds;
      const around = Math.max((last - first) / 2, (most - least) / 50);
      this.set(Math.max(first - around, least), Math.min(last + around, most));
      this.section.scrollIntoView({ block: "nearest" });
    }
  }

  const charts = new Map();
  const drawn = (section) => {
    if (!charts.has(section)) {
      const chart = new Chart(section);
      charts.set(section, chart);
      chart.draw();
    }
    return charts.get(section);
  };

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      drawn(target);
    }
  }, { rootMargin: "300px" });
  for (const section of sections) watcher.observe(section);

  document.addEventListener("themechange", () => { for (const chart of charts.values()) chart.draw(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.show");
    const section = button?.closest("article")?.querySelector("[data-chart]");
    if (section) drawn(section).show(Number(button.dataset.from), Number(button.dataset.to));
  });
})();
