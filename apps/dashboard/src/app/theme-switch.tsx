import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.js";
import { applyTheme, storedTheme, themes } from "./theme.js";

const icons = { auto: "auto", light: "sun", dark: "moon" } as const;
const words = { auto: "as the system", light: "light", dark: "dark" } as const;

/** Goes round: as the system, light, dark. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(storedTheme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length];
  const change = (): void => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      class="button icon-only quiet theme-switch"
      onClick={change}
      aria-label={`Colours: ${words[theme]}. Change to ${words[next]}`}
      title={`Colours: ${words[theme]}`}
    >
      <Icon name={icons[theme]} />
    </button>
  );
}
