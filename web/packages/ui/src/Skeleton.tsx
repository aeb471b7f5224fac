/** The place of something that is being fetched. */
export function Skeleton({ className = "" }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={`animate-shimmer rounded-control bg-[linear-gradient(100deg,var(--skeleton-from)_40%,var(--skeleton-to)_50%,var(--skeleton-from)_60%)] bg-[length:200%_100%] ${className}`}
    />
  );
}
