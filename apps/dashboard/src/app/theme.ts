export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const item = "onehead-theme";

/** The theme that was chosen here before; "auto" follows the system. */
export function storedTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(item)) ?? "auto";
  } catch {
    return "auto";
  }
}

/** Shows a theme, and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(item, theme);
  } catch {
    // forgotten at the next load, no more
  }
}
