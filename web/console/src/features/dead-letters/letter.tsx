/** One letter: everything that is wrong with it, its body to be mended, and what to do with it. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeadLetterOpened } from "@perennial/api-client";
import { Empty } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { pretty } from "../events/pretty";
import { useDeadLetter, useDiscard, useReplay } from "./queries";

export function Letter({ id, close }: { id: string; close: () => void }) {
  const letter = useDeadLetter(id);
  return <Answer of={letter}>{(data) => <Opened opened={data} close={close} />}</Answer>;
}

function Opened({ opened, close }: { opened: DeadLetterOpened; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { letter, body } = opened;
  return (
    <div className="letter">
      <p className="soft">
        {letter.source} · <code>{letter.route}</code> · {format.instant(letter.at)} · {t(`letters.state.${letter.state as "open"}`)}
        {letter.attempts > 0 && ` · ${t("letters.attempts", { count: letter.attempts, n: format.count(letter.attempts) })}`}
      </p>
      <Errors opened={opened} />
      {body === null ? <Empty title={t("letters.gone", { code: letter.code })} /> : <Mend key={letter.changed_at} opened={opened} body={body} close={close} />}
    </div>
  );
}

function Errors({ opened }: { opened: DeadLetterOpened }) {
  const { language } = usePreferences();
  return (
    <ul className="letter-errors">
      {opened.letter.errors.map((error) => (
        <li key={`${error.pointer} ${error.code}`}>
          {error.pointer && <code>{error.pointer}</code>} {language === "zh-CN" ? error.detail_zh : error.detail} <code>{error.code}</code>
        </li>
      ))}
    </ul>
  );
}

function Mend({ opened, body, close }: { opened: DeadLetterOpened; body: string; close: () => void }) {
  const { t } = useTranslation();
  const shown = pretty(body);
  const [typed, setTyped] = useState(shown);
  const replay = useReplay(opened.letter.id, close);
  const discard = useDiscard(opened.letter.id, close);
  const open = opened.letter.state === "open";
  const act = () => replay.mutate(typed === shown ? undefined : typed);
  return (
    <>
      <label htmlFor="letter-body">{t(open ? "letters.mend" : "letters.body")}</label>
      <Input.TextArea id="letter-body" className="letter-body" value={typed} readOnly={!open} autoSize={{ minRows: 8, maxRows: 24 }} spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
      {open && (
        <div className="letter-foot">
          <Button type="primary" loading={replay.isPending} onClick={act}>
            {t(typed === shown ? "letters.replay" : "letters.mend_and_replay")}
          </Button>
          <Button loading={discard.isPending} onClick={() => discard.mutate(undefined)}>
            {t("letters.discard")}
          </Button>
        </div>
      )}
      {(replay.error ?? discard.error) && <Failure error={replay.error ?? discard.error} />}
    </>
  );
}
