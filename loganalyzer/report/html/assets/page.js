// Light or dark, what is folded, and tabs. Colours are as the system has them, until somebody chooses.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const key = "loganalyzer-theme";

  // Pages opened from a disk may have no storage, and those of a mail never have.
  const remembered = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem(key, value); } catch { /* then not */ } };

  const shown = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");
  const announce = () => {
    const button = document.getElementById("theme");
    const other = shown() === "dark" ? "Light" : "Dark";
    button.textContent = other;
    button.setAttribute("aria-label", `${other} colours`);
    document.dispatchEvent(new Event("themechange"));
  };

  const chosen = remembered();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  dark.addEventListener("change", announce);
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
    announce();
  });
  announce();

  // What is folded away is printed as well, and folded again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    if (opened.length > 500) opened = [];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });

  // A link to a run opens its card.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.querySelector(":scope > details");
    if (!details) return;
    details.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
})();

// What to do in one framework or another: all below each other without this script, tabs with it.
(() => {
  "use strict";
  for (const group of document.querySelectorAll("[data-tabs]")) {
    const panels = [...group.children];
    const list = document.createElement("div");
    list.className = "tablist";
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Framework");
    const buttons = panels.map((panel) => {
      const button = document.createElement("button");
      button.type = "button";
      button.id = `${panel.id}-title`;
      button.textContent = panel.dataset.title;
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      panel.querySelector(".tab-title").hidden = true;
      return button;
    });
    const choose = (chosen) => {
      panels.forEach((panel, at) => {
        panel.hidden = at !== chosen;
        buttons[at].setAttribute("aria-selected", String(at === chosen));
        buttons[at].tabIndex = at === chosen ? 0 : -1;
      });
    };
    buttons.forEach((button, at) => {
      button.addEventListener("click", () => choose(at));
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (at + step + buttons.length) % buttons.length;
        choose(next);
        buttons[next].focus();
        event.preventDefault();
      });
    });
    list.append(...buttons);
    group.prepend(list);
    choose(Math.max(0, panels.findIndex((panel) => "chosen" in panel.dataset)));
  }
})();
