import { useNow } from "./useNow";

const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** The time of day, for people who work by it. */
export function Clock() {
  const now = useNow();
  return (
    <span className="px-1 text-[0.9375rem] font-medium max-md:hidden">
      <span className="sr-only">Time </span>
      <time>{format.format(now)}</time>
    </span>
  );
}
