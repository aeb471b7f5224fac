import { CopyButton } from "./CopyButton";

interface CopyFieldProps {
  label: string;
  value: string;
  hint?: string;
}

/** A value to take away: an address, a key, a command line. */
export function CopyField({ label, value, hint }: CopyFieldProps) {
  return (
    <div className="min-w-0">
      <p className="mb-1.5 text-sm font-medium">{label}</p>
      <div className="flex items-center gap-2 rounded-control border border-line bg-sunken py-1.5 pr-1.5 pl-3.5">
        <code className="min-w-0 flex-1 py-1 font-mono text-sm leading-snug break-all select-all">{value}</code>
        <CopyButton value={value} label="Copy" />
      </div>
      {hint !== undefined && <p className="mt-1.5 text-sm leading-snug text-text-faint">{hint}</p>}
    </div>
  );
}
