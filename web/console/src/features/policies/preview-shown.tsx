import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PolicyPreview } from "@perennial/api-client";
import { DataTable, shortMember, StageMark } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Draft } from "./draft";
import { useNamed } from "./names";

/** Whom the draft would move today, with members to open. */
export function PreviewShown({ preview, draft }: { preview: PolicyPreview; draft: Draft }) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = useNamed(draft);
  const mark = (id: string) => <StageMark color={named(id).color} name={named(id).name} />;
  return (
    <div className="trial-shown" data-trial="preview">
      <p className="chart-summary">
        {t("policies.preview.summary", { moving: format.count(preview.moving), members: format.count(preview.members), share: format.share(preview.moving, preview.members), day: preview.as_of })}
      </p>
      {preview.moves.length === 0 ? (
        <p className="soft">{t("policies.preview.nobody")}</p>
      ) : (
        <DataTable
          caption={t("policies.preview.caption")}
          rows={preview.moves}
          rowKey={(move) => `${move.from} ${move.to}`}
          columns={[
            { key: "from", head: t("policies.preview.from"), cell: (move) => mark(move.from) },
            { key: "to", head: t("policies.preview.to"), cell: (move) => mark(move.to) },
            { key: "members", head: t("policies.preview.members"), align: "end", cell: (move) => <strong>{format.count(move.members)}</strong> },
            {
              key: "sample",
              head: t("policies.preview.sample"),
              cell: (move) => (
                <span className="policy-sample">
                  {move.sample.slice(0, 5).map((member) => (
                    <Link key={member} className="member-id" to={`/members/${encodeURIComponent(member)}`}>
                      {shortMember(member)}
                    </Link>
                  ))}
                </span>
              ),
            },
          ]}
        />
      )}
    </div>
  );
}
