export function Wordmark() {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" aria-hidden className="size-8 rounded-[0.4375rem] bg-raised">
        <path
          d="M10 22.5V9.5l12 13v-13"
          fill="none"
          stroke="currentColor"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className="text-lg font-semibold tracking-tight">
        Nexus <span className="font-normal text-text-soft">TV</span>
      </span>
    </span>
  );
}
