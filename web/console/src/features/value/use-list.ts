/** Words side by side, as the language of the screen separates them. */
import { usePreferences } from "../../app/preferences";

export function useList() {
  const { language } = usePreferences();
  return (words: readonly string[]) => words.join(language === "zh-CN" ? "、" : ", ");
}
