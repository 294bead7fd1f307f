/** All words of the page, in the language of the visitor. */

import { english } from "./english.js";
import { german } from "./german.js";

/** A text for each place of the page; the same places in every language. */
export type Texts = typeof english;

/** Languages by their codes (ISO 639-1). */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = "lightprobe-language";

/** The language of the link (`?lang=de`), of an earlier visit, or of the browser, in this order. */
export const language: Language =
  [new URLSearchParams(location.search).get("lang"), recall(), navigator.language]
    .map((each) => each?.slice(0, 2))
    .find((each): each is Language => each !== undefined && each in LANGUAGES) ?? "en";

export const texts: Texts = { en: english, de: german }[language];

/** Stores another language and opens the page in it. */
export function switchLanguage(next: Language): void {
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // storage is forbidden: the address below says it
  }
  const url = new URL(location.href);
  url.searchParams.set("lang", next);
  location.replace(url);
}

/** Writes the texts into a document whose elements name them, in `data-text`, `data-label` and `data-tip`. */
export function fillTexts(root: Document): void {
  root.documentElement.lang = language;
  const page: Record<string, string> = texts.page;
  for (const element of root.querySelectorAll<HTMLElement>("[data-text]")) {
    element.textContent = page[element.dataset.text ?? ""];
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-label]")) {
    element.setAttribute("aria-label", page[element.dataset.label ?? ""]);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-tip]")) {
    element.title = page[element.dataset.tip ?? ""];
  }
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is forbidden: there is no stored language
  }
}
