/** How far behind the broadcaster the picture is. */
export function LatencyBadge({ seconds }: { seconds: number | null }) {
  if (seconds === null) {
    return null;
  }
  return (
    <span className="nx-latency" data-testid="latency" title="Time from the broadcaster's encoder to your screen">
      <span className="sr-only">Latency </span>
      {seconds.toFixed(1)}
      <span className="sr-only"> seconds</span>
      <span aria-hidden> s</span>
    </span>
  );
}
