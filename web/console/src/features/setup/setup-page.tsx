/** The first run, in four steps: the brand, its orders, its lifecycle's windows, its stages. Where it stands is in the address. */
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";
import { chooseLanguage, usePreferences } from "../../app/preferences";
import { Failure } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { choice, text, useUrlState } from "../../url/url-state";
import { useSession } from "../session/queries";
import { BrandStep } from "./brand-step";
import { CalibrateStep } from "./calibrate-step";
import { DataStep } from "./data-step";
import { ProgressStep } from "./progress-step";
import { useSetup } from "./queries";
import { StagesStep } from "./stages-step";
import "./setup.css";

const STEPS = ["brand", "data", "calibrate", "stages"] as const;
type Step = (typeof STEPS)[number];
const STATE = { step: choice(STEPS, "brand"), code: text(), import: text(), job: text() };
export type SetupState = { step: Step; code: string; import: string; job: string };

export function SetupPage() {
  const { t } = useTranslation();
  const setup = useSetup();
  const session = useSession();
  const [state, change] = useUrlState<SetupState>(STATE);
  usePageTitle(t("setup.title"));
  if (setup.error) return <Failure error={setup.error} retry={() => void setup.refetch()} />;
  if (!setup.data || session.data === undefined) return null;
  if (!setup.data.needed && session.data === null) return <Navigate replace to="/sign-in" />;
  const step: Step = setup.data.needed ? "brand" : state.step === "brand" ? "data" : state.step;
  return (
    <main className="setup" id="content">
      <header className="setup-head">
        <img src="/mark.svg" alt="" width="32" height="32" />
        <h1>{t("setup.title")}</h1>
        <Languages />
      </header>
      <ol className="setup-steps" aria-label={t("setup.steps")}>
        {STEPS.map((one, at) => (
          <li key={one} aria-current={one === step ? "step" : undefined} data-done={at < STEPS.indexOf(step) || undefined}>
            <span aria-hidden="true">{at + 1}</span>
            {t(`setup.step.${one}`)}
          </li>
        ))}
      </ol>
      <section className="panel setup-body" data-step={step}>
        {step === "brand" && <BrandStep code={state.code} done={() => change({ step: "data", code: "" })} />}
        {step === "data" && !state.import && <DataStep change={change} />}
        {step === "data" && state.import && <ProgressStep id={Number(state.import)} change={change} />}
        {step === "calibrate" && <CalibrateStep job={state.job} change={change} />}
        {step === "stages" && <StagesStep />}
      </section>
    </main>
  );
}

function Languages() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <div className="setup-languages" role="group" aria-label={t("shell.language")}>
      <button type="button" lang="zh-CN" aria-pressed={language === "zh-CN"} onClick={() => void chooseLanguage("zh-CN")}>
        {t("shell.language_zh")}
      </button>
      <button type="button" lang="en" aria-pressed={language === "en"} onClick={() => void chooseLanguage("en")}>
        {t("shell.language_en")}
      </button>
    </div>
  );
}
