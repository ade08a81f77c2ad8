import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useWords } from "../../app/words";
import { primaryOf, useModels } from "./models";

/** Chooses a lifecycle model; the empty value stands for the primary one. Hidden while there is only one. */
export function ModelSelect({ value, onChange }: { value: string; onChange: (model: string) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const models = useModels().data;
  const primary = primaryOf(models);
  if (!models || !primary || models.length < 2) return null;
  return (
    <Select
      className="model-select"
      popupMatchSelectWidth={false}
      aria-label={t("lifecycle.model")}
      value={value || primary.id}
      options={models.map((model) => ({
        value: model.id,
        label: model.primary ? `${words(model.name)} · ${t("lifecycle.primary")}` : words(model.name),
      }))}
      onChange={(model) => onChange(model === primary.id ? "" : model)}
    />
  );
}
