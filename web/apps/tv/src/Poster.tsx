import type { Stream } from "@nexus/api";
import type { CSSProperties } from "react";

/** The picture of a stream that has none yet: its own slow gradient, the same on every screen. */
export function Poster({ stream }: { stream: Stream }) {
  const hue = hueOf(stream.slug);
  const style = { "--poster-a": hue, "--poster-b": (hue + 50) % 360 } as CSSProperties;
  return (
    <div className="poster absolute inset-0" style={style}>
      <span aria-hidden className="poster-letter">
        {[...stream.title][0]?.toUpperCase()}
      </span>
    </div>
  );
}

function hueOf(slug: string): number {
  let hash = 0;
  for (const char of slug) {
    hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  }
  return hash;
}
