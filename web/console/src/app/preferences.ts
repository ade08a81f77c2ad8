/** Language and appearance of this browser, kept in local storage, and whether its owner asked their system for less motion. */
import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import type { Appearance, Language } from "@perennial/ui";
import { changeTexts } from "../texts";

export type AppearanceChoice = Appearance | "system";
type Preferences = { language: Language; choice: AppearanceChoice; appearance: Appearance; motion: boolean };

const LANGUAGE = "perennial.language";
const APPEARANCE = "perennial.appearance";
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const systemStill = matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

function read(): Preferences {
  const stored = localStorage.getItem(LANGUAGE);
  const language = stored === "en" || stored === "zh-CN" ? stored : navigator.language.startsWith("zh") ? "zh-CN" : "en";
  const chosen = localStorage.getItem(APPEARANCE);
  const choice = chosen === "light" || chosen === "dark" ? chosen : "system";
  const onScreen = choice === "system" ? (systemDark.matches ? "dark" : "light") : choice;
  // Paper is light.
  const appearance = printing ? "light" : onScreen;
  return { language, choice, appearance, motion: !systemStill.matches };
}

let printing = false;
let current = read();

function apply() {
  current = read();
  const page = document.documentElement;
  page.lang = current.language;
  page.dataset.theme = current.appearance;
  page.style.removeProperty("background");
  for (const listener of listeners) listener();
}

export function startPreferences(): Preferences {
  systemDark.addEventListener("change", apply);
  systemStill.addEventListener("change", apply);
  // Everything is drawn anew before the browser goes on to print it.
  for (const [event, begins] of [["beforeprint", true], ["afterprint", false]] as const)
    addEventListener(event, () => {
      printing = begins;
      flushSync(apply);
    });
  apply();
  return current;
}

export async function chooseLanguage(language: Language) {
  localStorage.setItem(LANGUAGE, language);
  await changeTexts(language);
  apply();
}

export function chooseAppearance(choice: AppearanceChoice) {
  localStorage.setItem(APPEARANCE, choice);
  apply();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePreferences = () => useSyncExternalStore(subscribe, () => current);
