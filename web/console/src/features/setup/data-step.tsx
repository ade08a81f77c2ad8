/** Orders: a file of the brand's own, the sample brand, or none for now. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Failure } from "../../app/states";
import { Upload } from "../imports/upload";
import { useSample } from "./queries";
import type { SetupState } from "./setup-page";
import "../imports/imports.css";

export function DataStep({ change }: { change: (by: Partial<SetupState>) => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const sample = useSample();
  return (
    <>
      <h2>{t("setup.data.title")}</h2>
      <div className="setup-choices">
        <article>
          <h3>{t("setup.data.own")}</h3>
          <p>{t("setup.data.own_hint")}</p>
          <Upload onStaged={(id) => void go(`/imports/${id}`)} />
        </article>
        <article>
          <h3>{t("setup.data.sample")}</h3>
          <p>{t("setup.data.sample_hint")}</p>
          <Button
            data-deed="sample"
            loading={sample.isPending}
            onClick={() => sample.mutate(undefined, { onSuccess: (detail) => change({ step: "data", import: String(detail.import.import) }) })}
          >
            {t("setup.data.load_sample")}
          </Button>
        </article>
      </div>
      {sample.error && <Failure error={sample.error} />}
      <Button type="link" onClick={() => void go("/")}>
        {t("setup.data.skip")}
      </Button>
    </>
  );
}
