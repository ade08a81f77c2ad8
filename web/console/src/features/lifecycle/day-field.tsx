/** One labelled day, never later than the brand's today. */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useId } from "react";
import { useBrand } from "../session/queries";
import "./day-field.css";

type Props = {
  label: string;
  value: string | null;
  onChange: (day: string | null) => void;
  allowClear?: boolean;
  placeholder?: string;
  min?: string | null;
  name?: string;
};

export function DayField({ label, value, onChange, allowClear = false, placeholder, min, name }: Props) {
  const id = useId();
  const today = useBrand().data?.today;
  return (
    <span className="day-field" data-field={name}>
      <label htmlFor={id}>{label}</label>
      <DatePicker
        id={id}
        value={value ? dayjs(value) : null}
        placeholder={placeholder}
        allowClear={allowClear}
        format="YYYY-MM-DD"
        minDate={min ? dayjs(min) : undefined}
        maxDate={today ? dayjs(today) : undefined}
        onChange={(picked) => onChange(picked ? picked.format("YYYY-MM-DD") : null)}
      />
    </span>
  );
}
