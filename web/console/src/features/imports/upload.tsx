/** A file in: chosen or dropped, with how much of it has gone up, and a way to stop. */
import { Button, Progress } from "antd";
import { Upload as UploadIcon } from "lucide-react";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { ApiError, uploadImport } from "@perennial/api-client";
import { Failure } from "../../app/states";

const KINDS = ".csv,.txt,.tsv,.xlsx,.gz,text/csv,text/plain";

export function Upload({ onStaged }: { onStaged?: (id: number) => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController>(undefined);
  const [share, setShare] = useState<number>();
  const [error, setError] = useState<unknown>();
  const [over, setOver] = useState(false);

  const send = async (file: File | undefined) => {
    if (!file || share !== undefined) return;
    stop.current = new AbortController();
    setError(undefined);
    setShare(0);
    try {
      const id = await uploadImport(file, { onProgress: setShare, signal: stop.current.signal });
      if (onStaged) onStaged(id);
      else await go(`/imports/${id}`);
    } catch (why) {
      if (!(why instanceof ApiError && why.problem.code === "upload.aborted")) setError(why);
    } finally {
      setShare(undefined);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer.files[0]);
  };

  return (
    <div
      className={over ? "upload over" : "upload"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        accept={KINDS}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t("imports.upload.label")}
        onChange={(event) => {
          void send(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {share === undefined ? (
        <>
          <Button type="primary" icon={<UploadIcon size={15} aria-hidden="true" />} onClick={() => input.current?.click()}>
            {t("imports.upload.choose")}
          </Button>
          <p>{t("imports.upload.hint")}</p>
        </>
      ) : (
        <>
          <p aria-live="polite">{share < 1 ? t("imports.upload.sending") : t("imports.upload.reading")}</p>
          <Progress percent={Math.round(share * 100)} aria-label={t("imports.upload.sending")} />
          <Button size="small" onClick={() => stop.current?.abort()}>
            {t("imports.upload.stop")}
          </Button>
        </>
      )}
      {error !== undefined && <Failure error={error} />}
    </div>
  );
}
