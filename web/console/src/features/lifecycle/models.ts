/** The lifecycle models of the server, and the name and colour of each stage, for every room. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type LifecycleModel, type Stage } from "@perennial/api-client";
import { stageColor, type Appearance } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { useWords } from "../../app/words";

export const useModels = () =>
  useQuery({ queryKey: ["models"], queryFn: () => body(api.GET("/api/v1/models")), staleTime: 300_000 });

export type ShownStage = { id: string; name: string; group: string; groupName: string; color: string; stage?: Stage };

export type Stages = { model: LifecycleModel | undefined; list: ShownStage[]; of: (id: string) => ShownStage };

export const primaryOf = (models: LifecycleModel[] | undefined) => models?.find((model) => model.primary) ?? models?.[0];

/** The stages of a model (the primary one by default), ready to show. An id the model does not know is shown as it is. */
export function useStages(modelId?: string): Stages {
  const models = useModels().data;
  const words = useWords();
  const { appearance, language } = usePreferences();
  const { t } = useTranslation();
  return useMemo(() => {
    const model = models?.find((one) => one.id === modelId) ?? primaryOf(models);
    const list = (model?.stages ?? []).map((stage, place) => shown(stage, place, appearance, words));
    const byId = new Map(list.map((stage) => [stage.id, stage]));
    const unknown = (id: string): ShownStage => ({
      id,
      name: id || t("shell.unknown_stage"),
      group: "",
      groupName: "",
      color: stageColor({ id, group: "" }, 0, appearance),
    });
    return { model, list, of: (id: string) => byId.get(id) ?? unknown(id) };
    // `words` changes with the language only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [models, modelId, appearance, language, t]);
}

function shown(stage: Stage, place: number, appearance: Appearance, words: ReturnType<typeof useWords>): ShownStage {
  const color = stageColor(stage, place, appearance);
  return { id: stage.id, name: words(stage.name), group: stage.group, groupName: words(stage.group_name), color, stage };
}

/** `againMs`: asked again that often, where decisions of a moment ago are still being counted. */
export function useStageCounts(model: string | undefined, asOf?: string | null, againMs?: number) {
  return useQuery({
    refetchInterval: againMs ?? false,
    queryKey: ["models", model, "stages", asOf ?? null],
    queryFn: () =>
      body(
        api.GET("/api/v1/models/{model}/stages", {
          params: { path: { model: model ?? "" }, query: asOf ? { as_of: asOf } : {} },
        }),
      ),
    enabled: Boolean(model),
    placeholderData: keepPreviousData,
  });
}
