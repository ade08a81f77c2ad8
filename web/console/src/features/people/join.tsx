/** Putting two members together by hand: the other one is found by what names it, looked at beforehand, and joined with a reason. */
import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { shortMember } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { Preview } from "./preview";
import { useFound, useMerge, useMergePreview } from "./queries";
import "./people.css";

export function Join({ member }: { member: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState("");
  const [other, setOther] = useState<string>();
  return (
    <div className="people-preview">
      <Input.Search
        placeholder={t("people.join.find")}
        aria-label={t("people.join.find")}
        enterButton={t("people.join.search")}
        onSearch={(text) => {
          setAsked(text.trim());
          setOther(undefined);
        }}
      />
      {asked !== "" && <Found member={member} asked={asked} other={other} onChoose={setOther} />}
      {other && <Together key={other} member={member} other={other} />}
    </div>
  );
}

type FoundProps = { member: string; asked: string; other: string | undefined; onChoose: (other: string) => void };

function Found({ member, asked, other, onChoose }: FoundProps) {
  const { t } = useTranslation();
  const found = useFound(asked);
  return (
    <Answer of={found} rows={2}>
      {(page) => {
        const others = page.items.filter((row) => row.member !== member);
        if (others.length === 0) return <p className="soft">{t("people.join.none")}</p>;
        return (
          <Radio.Group className="people-found" value={other} onChange={(event) => onChoose(String(event.target.value))}>
            {others.map((row) => (
              <Radio key={row.member} value={row.member}>
                {row.name ?? shortMember(row.member)} <small className="soft">{row.number}</small>
              </Radio>
            ))}
          </Radio.Group>
        );
      }}
    </Answer>
  );
}

function Together({ member, other }: { member: string; other: string }) {
  const { t } = useTranslation();
  const [why, setWhy] = useState("");
  const preview = useMergePreview(member, other);
  const merge = useMerge(member);
  return (
    <Answer of={preview} rows={4}>
      {(shown) => (
        <>
          <Preview preview={shown} />
          <div className="people-actions">
            <Input
              value={why}
              onChange={(event) => setWhy(event.target.value)}
              placeholder={t("people.why")}
              aria-label={t("people.why")}
              maxLength={200}
            />
            <Button disabled={why.trim() === ""} loading={merge.isPending} onClick={() => merge.mutate({ with: other, why: why.trim() })}>
              {t("people.join.merge")}
            </Button>
          </div>
          {merge.error && <Failure error={merge.error} />}
        </>
      )}
    </Answer>
  );
}
