/** The mark and the name of an app; the name alone is left to larger screens. */
export function Wordmark({ app }: { app: string }) {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" aria-hidden className="size-8 shrink-0 rounded-[0.4375rem] bg-raised">
        <path
          d="M10 22.5V9.5l12 13v-13"
          fill="none"
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className="text-lg font-semibold tracking-tight whitespace-nowrap max-[26rem]:sr-only">
        Nexus <span className="font-normal text-text-soft">{app}</span>
      </span>
    </span>
  );
}
