interface StrengthMeterProps {
  /** From 0 to 4. */
  score: number;
  children: string;
}

const SEGMENTS = [1, 2, 3, 4];

/** How strong something is, in four segments and in words. Inline, so that it fits into a hint. */
export function StrengthMeter({ score, children }: StrengthMeterProps) {
  const colour = score >= 3 ? "bg-normal" : "bg-caution";
  return (
    <span className="block">
      <span aria-hidden className="mb-1.5 flex gap-1 pt-1.5">
        {SEGMENTS.map((segment) => (
          <span
            key={segment}
            className={`h-1 flex-1 rounded-full transition-colors ${segment <= score ? colour : "bg-line-strong"}`}
          />
        ))}
      </span>
      <output className="block">{children}</output>
    </span>
  );
}
