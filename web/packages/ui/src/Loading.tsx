import { Skeleton } from "./Skeleton";

interface LoadingProps {
  /** What is being fetched: `Loading people`. */
  label: string;
  rows?: number;
}

/** The shape of a list that is on its way. */
export function Loading({ label, rows = 4 }: LoadingProps) {
  return (
    <output className="block space-y-3 px-5 py-5 sm:px-6">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-4">
          <Skeleton className="h-5 flex-1" />
          <Skeleton className="h-5 w-1/5" />
          <Skeleton className="h-5 w-1/6 max-sm:hidden" />
        </div>
      ))}
    </output>
  );
}
