import { useEffect, useState } from "react";
import { FONT, palette, type Appearance } from "@perennial/ui";

/** What every chart shares: font, tooltip and line colours of the appearance. */
export function chartTheme(appearance: Appearance) {
  const c = palette(appearance);
  return {
    colors: c,
    base: {
      animation: false,
      textStyle: { fontFamily: FONT, fontSize: 12, color: c.text },
    },
    tooltip: {
      backgroundColor: appearance === "dark" ? "#232b28" : "#ffffff",
      borderColor: c.strong,
      textStyle: { color: c.text, fontSize: 12, fontFamily: FONT },
      confine: true,
    },
  };
}

const narrow = matchMedia("(max-width: 720px)");

export function useNarrow(): boolean {
  const [is, set] = useState(narrow.matches);
  useEffect(() => {
    const changed = () => set(narrow.matches);
    narrow.addEventListener("change", changed);
    return () => narrow.removeEventListener("change", changed);
  }, []);
  return is;
}
