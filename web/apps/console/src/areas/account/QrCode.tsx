import qrCode from "qrcode-generator";
import { useMemo } from "react";

/** Light around the code: four modules (ISO/IEC 18004). */
const QUIET = 4;

/** A QR code, dark on light as scanners want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const picture = useMemo(() => drawn(text), [text]);
  return <img src={picture} alt={label} className="mx-auto size-56 rounded-control bg-white" />;
}

function drawn(text: string): string {
  const code = qrCode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const cells = Array.from({ length: count * count }, (_, cell) => [Math.floor(cell / count), cell % count] as const);
  const path = cells
    .filter(([row, column]) => code.isDark(row, column))
    .map(([row, column]) => `M${column + QUIET} ${row + QUIET}h1v1h-1z`)
    .join("");
  const size = count + 2 * QUIET;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
