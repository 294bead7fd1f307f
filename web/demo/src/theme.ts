/** Dark or light, as the system has it or as the visitor chose. */

import type { Store } from "./state.js";

const KEY = "lightprobe-theme";

/** Follows the system until told otherwise; what was told is remembered where the browser allows it. */
export function followTheme(store: Store, onChange: () => void): void {
  const system = matchMedia("(prefers-color-scheme: light)");
  const remembered = recall();
  if (remembered === "light" || remembered === "dark") store.set("theme", remembered);
  const apply = (): void => {
    const { theme } = store.state;
    document.documentElement.dataset.theme = theme === "system" ? (system.matches ? "light" : "dark") : theme;
    onChange();
  };
  system.addEventListener("change", apply);
  store.on(["theme"], () => {
    remember(store.state.theme);
    apply();
  });
  apply();
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage can be forbidden; the theme is then not remembered
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // storage can be forbidden; the theme then lasts until the page is left
  }
}
