/** A labelled field of a form, with what the server says is wrong with it. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@perennial/api-client";

type Props = { id: string; label: string; hint?: string; error?: unknown; pointer?: string; children: ReactNode };

export function Field({ id, label, hint, error, pointer, children }: Props) {
  const wrong = useFieldError(error, pointer);
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && <span className="field-hint">{hint}</span>}
      {wrong && (
        <span className="field-wrong" role="alert">
          {wrong}
        </span>
      )}
    </>
  );
}

function useFieldError(error: unknown, pointer: string | undefined) {
  const { i18n } = useTranslation();
  if (!(error instanceof ApiError) || !pointer) return undefined;
  const told = error.problem.errors?.find((one) => one.pointer === pointer);
  if (!told) return undefined;
  return i18n.language.startsWith("zh") ? (told.detail_zh ?? told.detail) : told.detail;
}
