// Light or dark: as the system has it, until somebody chooses.
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
