// Search, filters and order of the table of runs.
(() => {
  "use strict";
  const source = document.getElementById("table-data");
  if (!source) return;
  const { tags, hparams, rows } = JSON.parse(source.textContent);
  const form = document.getElementById("filters");
  const body = document.querySelector("#runs .body");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");

  const runs = [...body.children].map((element, rank) => {
    const name = element.querySelector(".run").textContent;
    return { element, rank, name, text: element.textContent.toLowerCase(), ...rows[rank] };
  });

  const suggest = (id, names) => {
    const list = document.getElementById(id);
    for (const name of names.slice(0, 500)) {
      const option = document.createElement("option");
      option.value = name;
      list.append(option);
    }
  };
  suggest("known-tags", tags);
  suggest("known-hparams", hparams);

  // `lr>=0.1 optimizer=adam`: names may be begun only, numbers are compared as numbers.
  const OPERATORS = {
    "=": (a, b) => a === b,
    "!=": (a, b) => a !== b,
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
  };
  const parse = (text) => text.trim().split(/\s+/).filter(Boolean).map((part) => {
    const found = /^([^=!<>]+)(!=|<=|>=|=|<|>)(.*)$/.exec(part);
    if (!found) return { name: part.toLowerCase() };
    return { name: found[1].toLowerCase(), holds: OPERATORS[found[2]], than: found[3].toLowerCase() };
  });
  const agrees = (value, { holds, than }) => {
    if (!holds) return true;
    if (than === "") return true;
    const number = Number(than);
    if (typeof value === "number" && !Number.isNaN(number)) return holds(value, number);
    return holds(String(value).toLowerCase(), than);
  };
  const lower = hparams.map((name) => name.toLowerCase());
  const numbersOf = (name) => {
    const exact = lower.indexOf(name);
    if (exact >= 0) return new Set([exact]);
    return new Set(lower.flatMap((one, number) => (one.includes(name) ? [number] : [])));
  };

  const filters = () => {
    const chosen = new FormData(form);
    const text = chosen.get("text").trim().toLowerCase();
    const verdicts = chosen.get("verdict").split(" ").filter(Boolean).map(Number);
    const found = chosen.get("found");
    const sure = chosen.get("sure") === "" ? null : Number(chosen.get("sure"));
    const tag = chosen.get("tag").trim().toLowerCase();
    const fitting = new Set(tags.flatMap((one, number) => (one.toLowerCase().includes(tag) ? [number] : [])));
    const wanted = parse(chosen.get("hparam")).map((one) => ({ ...one, numbers: numbersOf(one.name) }));
    return (run) =>
      (!text || run.text.includes(text)) &&
      (!verdicts.length || verdicts.includes(run.verdict)) &&
      (!found || run.found.includes(found)) &&
      (sure === null || (run.sure !== null && run.sure >= sure)) &&
      (!tag || run.tags.some((number) => fitting.has(number))) &&
      wanted.every((one) => run.hparams.some(([number, value]) => one.numbers.has(number) && agrees(value, one)));
  };

  const plural = (count) => `${count.toLocaleString("en")} run${count === 1 ? "" : "s"}`;
  const apply = () => {
    const keeps = filters();
    let count = 0;
    for (const run of runs) {
      const kept = keeps(run);
      run.element.hidden = !kept;
      count += kept;
    }
    shown.textContent = count === runs.length ? plural(count) : `${count.toLocaleString("en")} of ${plural(runs.length)}`;
    none.hidden = count > 0;
  };

  const KEYS = {
    verdict: (run) => run.rank,
    name: (run) => run.name,
    found: (run) => (run.element.querySelector(".found").textContent || null),
    since: (run) => run.since,
    sure: (run) => (run.sure === null ? null : -run.sure),
  };
  const words = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return typeof a === "string" ? words.compare(a, b) : a - b;
  };
  let order = { key: "verdict", down: false };
  const sort = (key) => {
    order = { key, down: order.key === key && !order.down };
    const value = new Map(runs.map((run) => [run, KEYS[key](run)]));
    const sign = order.down ? -1 : 1;
    const sorted = [...runs].sort((a, b) => {
      const [left, right] = [value.get(a), value.get(b)];
      if (left === null || right === null) return compare(left, right) || a.rank - b.rank;
      return sign * compare(left, right) || a.rank - b.rank;
    });
    body.append(...sorted.map((run) => run.element));
    for (const head of document.querySelectorAll("#runs [data-key]")) {
      const mine = head.dataset.key === key;
      head.setAttribute("aria-sort", mine ? (order.down ? "descending" : "ascending") : "none");
    }
  };

  for (const head of document.querySelectorAll("#runs [data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    head.setAttribute("aria-sort", head.dataset.key === "verdict" ? "ascending" : "none");
    button.addEventListener("click", () => sort(head.dataset.key));
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  // A page that is gone back to keeps what was chosen.
  addEventListener("pageshow", apply);
})();
