import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { MemberDetail } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { useMay } from "../session/queries";
import { Join } from "../people/join";
import { Parts } from "../people/parts";
import { Consents } from "./consents";
import { Explain } from "./explain";
import { Identities } from "./identities";
import { KnownFields } from "./known-fields";
import { Lives } from "./lives";
import { MemberData } from "./member-data";
import { calledBy, MemberHead } from "./member-head";
import { Profile } from "./profile";
import { useMember } from "./queries";
import { Reveal } from "./reveal";
import { Timeline } from "./timeline";
import "./member.css";
import "./explain.css";
import "./timeline.css";
import "./profile.css";

export function MemberPage() {
  const { t } = useTranslation();
  const { member = "" } = useParams();
  const detail = useMember(member);
  usePageTitle((detail.data && calledBy(detail.data)) ?? t("shell.nav.members"));
  return (
    <>
      <Link to="/members" className="back">
        <ArrowLeft size={14} aria-hidden="true" />
        {t("member.back")}
      </Link>
      <Answer of={detail} rows={12}>
        {(data) => <Filled key={data.member} detail={data} />}
      </Answer>
    </>
  );
}

function Filled({ detail }: { detail: MemberDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <>
      <MemberHead detail={detail} />
      <div className="member-grid">
        <div className="member-main">
          <Panel id="member-lives" title={t("member.lives.title")} note={t("member.lives.note")}>
            <Lives lives={detail.lives} />
          </Panel>
          <Explain member={detail.member} />
          <Timeline member={detail.member} />
        </div>
        <div className="member-aside">
          <Panel id="member-identities" title={t("member.identities.title")} note={t("member.identities.note")} actions={<Reveal detail={detail} />}>
            <Identities identities={detail.identities} />
          </Panel>
          {detail.parts.length > 1 && !detail.erased && (
            <Panel id="member-parts" title={t("people.parts.title")} note={t("people.parts.note")}>
              <Parts detail={detail} />
            </Panel>
          )}
          <KnownFields member={detail.member} erased={detail.erased} />
          <Consents member={detail.member} erased={detail.erased} />
          {may("operate") && !detail.erased && (
            <Panel id="member-join" title={t("people.join.title")} note={t("people.join.note")}>
              <Join key={detail.parts.length} member={detail.member} />
            </Panel>
          )}
          <Panel id="member-profile" title={t("member.profile.title")}>
            <Profile profile={detail.profile} />
          </Panel>
          <MemberData member={detail.member} erased={detail.erased} />
        </div>
      </div>
    </>
  );
}
