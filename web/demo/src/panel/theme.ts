/** The theme, dark or light, of the system or of the visitor. */

import type { Store } from "../state.js";

const KEY = "lightprobe-theme";

/** Applies the theme of the system or the visitor's choice, which is stored if the browser allows it. */
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
    return null; // storage is forbidden: there is no stored theme
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // storage is forbidden: the theme lasts until the page is left
  }
}
