interface LiveLampProps {
  /** `starting`: the picture is on its way; `interrupted`: the broadcaster dropped out and may be back. */
  state: "live" | "starting" | "interrupted";
}

/** The on-air sign: the word and the dot say it as well as the colour. */
export function LiveLamp({ state }: LiveLampProps) {
  return state === "live" ? (
    <span className="inline-flex items-center gap-1.5 rounded-[0.3125rem] bg-(--lamp-bg) px-2 py-1 text-xs leading-none font-semibold tracking-wider text-(--lamp-text) uppercase">
      <span aria-hidden className="size-1.5 animate-lamp rounded-full bg-current" />
      Live
    </span>
  ) : (
    <span className="inline-flex items-center gap-1.5 rounded-[0.3125rem] border border-dashed border-caution bg-ground/85 px-2 py-1 text-xs leading-none font-semibold tracking-wider text-caution uppercase">
      {state}
    </span>
  );
}
