/** Name, time zone (guessed), currency, the owner's password, and the code from the terminal. */
import { guessedZone, timeZones } from "@perennial/ui";
import { Button, Input, Select } from "antd";
import { useMemo, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { usePreferences } from "../../app/preferences";
import { useNewBrand } from "./queries";

const CURRENCIES = ["CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "AUD", "CAD", "CHF", "INR", "THB", "VND", "MYR"];
const CHINESE = /^Asia\/(Shanghai|Chongqing|Harbin|Urumqi|Beijing)$/;

export function BrandStep({ code, done }: { code: string; done: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const make = useNewBrand();
  const [zone, setZone] = useState(guessedZone);
  const [currency, setCurrency] = useState(CHINESE.test(zone) || language === "zh-CN" ? "CNY" : "USD");
  const zones = useMemo(() => [...new Set([zone, ...timeZones()])].map((value) => ({ value, label: value })), [zone]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    make.mutate({ code: text("code").trim() || code, name: text("name").trim(), time_zone: zone, currency, password: text("password") }, { onSuccess: done });
  };
  const problems = make.error instanceof ApiError ? (make.error.problem.errors ?? []) : [];
  const wrong = (pointer: string) => {
    const found = problems.find((one) => one.pointer === pointer);
    return found && (language === "zh-CN" ? (found.detail_zh ?? found.detail) : found.detail);
  };
  return (
    <form className="setup-form" onSubmit={submit} noValidate>
      <h2>{t("setup.brand.title")}</h2>
      <p className="soft">{t("setup.brand.lead")}</p>
      {!code && (
        <Field id="setup-code" label={t("setup.brand.code")} hint={t("setup.brand.code_hint")} wrong={wrong("/code")}>
          <Input id="setup-code" name="code" size="large" autoComplete="one-time-code" autoCapitalize="characters" />
        </Field>
      )}
      <Field id="setup-name" label={t("setup.brand.name")} wrong={wrong("/name")}>
        <Input id="setup-name" name="name" size="large" maxLength={100} autoComplete="organization" />
      </Field>
      <div className="setup-pair">
        <Field id="setup-zone" label={t("setup.brand.zone")} hint={t("setup.brand.zone_hint")} wrong={wrong("/time_zone")}>
          <Select id="setup-zone" size="large" showSearch value={zone} options={zones} onChange={setZone} />
        </Field>
        <Field id="setup-currency" label={t("setup.brand.currency")} wrong={wrong("/currency")}>
          <Select id="setup-currency" size="large" showSearch value={currency} options={CURRENCIES.map((value) => ({ value, label: value }))} onChange={setCurrency} />
        </Field>
      </div>
      <Field id="setup-password" label={t("setup.brand.password")} hint={t("setup.brand.password_hint")} wrong={wrong("/password")}>
        <Input id="setup-password" name="password" type="password" size="large" autoComplete="new-password" />
      </Field>
      {make.error && problems.filter((one) => one.pointer !== "/code" || !code).length === 0 && <Failure error={make.error} />}
      <Button type="primary" htmlType="submit" size="large" loading={make.isPending}>
        {t("setup.brand.make")}
      </Button>
    </form>
  );
}

function Field(props: { id: string; label: string; hint?: string; wrong: string | undefined; children: ReactNode }) {
  return (
    <div className="setup-field">
      <label htmlFor={props.id}>{props.label}</label>
      {props.children}
      {props.wrong ? (
        <p className="setup-wrong" role="alert">
          {props.wrong}
        </p>
      ) : (
        props.hint && <p className="setup-hint">{props.hint}</p>
      )}
    </div>
  );
}
