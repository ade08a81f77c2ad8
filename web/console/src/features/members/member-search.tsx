/** The search box; its hint says what it finds, because masked values cannot be searched in part. */
import { Input } from "antd";
import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export function MemberSearch({ value, onSearch }: { value: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const [focused, setFocused] = useState(false);
  return (
    <form
      role="search"
      className="member-search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <Input
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value === "" && value !== "") onSearch("");
        }}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        allowClear
        prefix={<Search size={15} aria-hidden="true" />}
        placeholder={t("members.search.placeholder")}
        aria-label={t("members.search.label")}
        aria-describedby="member-search-hint"
        enterKeyHint="search"
      />
      <p id="member-search-hint" className={focused ? "search-hint" : "visually-hidden"}>
        {t("members.search.hint")}
      </p>
    </form>
  );
}
