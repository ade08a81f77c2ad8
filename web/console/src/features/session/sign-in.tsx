import { Button, Input } from "antd";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { ApiError } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { chooseLanguage, usePreferences } from "../../app/preferences";
import { usePageTitle } from "../../app/words";
import { useSetup } from "../setup/queries";
import { useSession, useSignIn } from "./queries";
import "./sign-in.css";

export function SignIn() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const session = useSession();
  const signIn = useSignIn();
  const [search] = useSearchParams();
  const setup = useSetup();
  const [missing, setMissing] = useState(false);
  /** The password was right, and a code is asked for. */
  const [asked, setAsked] = useState(false);
  usePageTitle(t("session.title"));

  if (session.data) return <Navigate replace to={insideOnly(search.get("then"))} />;

  if (setup.data?.needed) return <Navigate replace to="/setup" />;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name") ?? "").trim();
    const password = String(form.get("password") ?? "");
    const code = String(form.get("code") ?? "").trim();
    setMissing(!name || !password || (asked && !code));
    if (!name || !password || (asked && !code)) return;
    signIn.mutate(asked ? { name, password, code } : { name, password }, {
      onError: (error) => error instanceof ApiError && error.problem.code === "session.code_needed" && setAsked(true),
    });
  };
  const refusal = signIn.error instanceof ApiError && signIn.error.status === 401 ? signIn.error.problem.code : undefined;
  const wrong = refusal !== undefined;

  return (
    <main className="sign-in">
      <form onSubmit={submit} noValidate>
        <div className="sign-in-brand">
          <img src="/mark.svg" alt="" width="36" height="36" />
          <div>
            <h1>{t("shell.product")}</h1>
            <p>{t("shell.tagline")}</p>
          </div>
        </div>
        <p className="sign-in-lead">{t("session.lead")}</p>
        <label htmlFor="sign-in-name">{t("session.name")}</label>
        <Input id="sign-in-name" name="name" size="large" autoComplete="username" autoFocus autoCapitalize="none" />
        <label htmlFor="sign-in-password">{t("session.password")}</label>
        <Input id="sign-in-password" name="password" type="password" size="large" autoComplete="current-password" />
        {asked && (
          <>
            <label htmlFor="sign-in-code">{t("session.code")}</label>
            <Input id="sign-in-code" name="code" size="large" autoComplete="one-time-code" autoFocus aria-describedby="sign-in-code-hint" />
            <p id="sign-in-code-hint" className="sign-in-note">
              {t("session.code_hint")}
            </p>
          </>
        )}
        <div aria-live="polite">
          {missing && <p className="sign-in-wrong">{t("session.needed")}</p>}
          {refusal && refusal !== "session.code_needed" && !missing && (
            <p className="sign-in-wrong">{t(refusal === "session.wrong_code" ? "session.wrong_code" : "session.wrong")}</p>
          )}
          {signIn.error && !wrong && <Failure error={signIn.error} />}
        </div>
        <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
          {t("session.submit")}
        </Button>
        <p className="sign-in-note">{t("session.first_time")}</p>
        <div className="sign-in-language" role="group" aria-label={t("shell.language")}>
          <button type="button" lang="zh-CN" aria-pressed={language === "zh-CN"} onClick={() => void chooseLanguage("zh-CN")}>
            {t("shell.language_zh")}
          </button>
          <button type="button" lang="en" aria-pressed={language === "en"} onClick={() => void chooseLanguage("en")}>
            {t("shell.language_en")}
          </button>
        </div>
      </form>
    </main>
  );
}

/** Only a path of this console: a foreign address in `then` must not be followed. */
function insideOnly(then: string | null): string {
  return then && /^\/(?![/\\])/.test(then) ? then : "/";
}
