/** A text to be taken elsewhere, with a button that copies it and says so. */
import { Button } from "antd";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export function Copyable({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <span className="copyable">
      <code>{text}</code>
      <Button size="small" icon={copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />} onClick={copy}>
        {copied ? t("sources.copied") : t("sources.copy")}
      </Button>
    </span>
  );
}
