import type { Stream } from "@nexus/api";

/** Time on air: `4:07`, `1:02:33`, from a second after the start on. */
export function uptime(startedAt: string, now: number): string {
  const total = Math.max(0, Math.floor((now - Date.parse(startedAt)) / 1000));
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** `1080p30`, as broadcasters say it; null before the picture is known. */
export function pictureFormat(video: Stream["video"]): string | null {
  if (!video) {
    return null;
  }
  const lines = Math.min(video.width, video.height);
  return `${lines}p${formatRate(video.frame_rate)}`;
}

function formatRate(rate: number): string {
  const rounded = Math.round(rate);
  return Math.abs(rate - rounded) < 0.005 ? String(rounded) : rate.toFixed(2);
}

const CODEC_NAMES: ReadonlyArray<readonly [prefix: string, name: string]> = [
  ["avc1", "H.264"],
  ["avc3", "H.264"],
  ["hvc1", "HEVC"],
  ["hev1", "HEVC"],
  ["av01", "AV1"],
  ["vp09", "VP9"],
  ["mp4a.40", "AAC"],
  ["opus", "Opus"],
];

/** The name that people know for an RFC 6381 codec string. */
export function codecName(codec: string): string {
  return CODEC_NAMES.find(([prefix]) => codec.toLowerCase().startsWith(prefix))?.[1] ?? codec;
}

export function bitrate(bitsPerSecond: number): string {
  return bitsPerSecond >= 1e6
    ? `${(bitsPerSecond / 1e6).toFixed(1)} Mb/s`
    : `${Math.round(bitsPerSecond / 1e3)} kb/s`;
}

/** What there is to say of the stream's technique, most important first. */
export function facts(stream: Stream): string[] {
  const { video, audio } = stream;
  return [
    pictureFormat(video),
    video ? codecName(video.codec) : null,
    audio ? codecName(audio.codec) : video ? "No audio" : null,
  ].filter((fact) => fact !== null);
}
