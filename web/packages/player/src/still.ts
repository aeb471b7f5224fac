/** How long a still may take before the viewer is better off without. */
const DEADLINE_MS = 8_000;
const STILL_WIDTH = 960;

/** Where the newest keyframe of a media playlist lies. */
export interface Keyframe {
  /** Initialisation section. */
  init: string;
  /** A part or segment that starts with a keyframe. */
  media: string;
}

/**
 * A picture of a live stream as a data URL, or null where none can be had. It fetches two playlists, an initialisation section and
 * one part, decodes the keyframe in a video element of its own, and keeps nothing open.
 */
export async function takeStill(playlistUrl: string, signal: AbortSignal): Promise<string | null> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const base = new URL(playlistUrl, window.location.href);
  const variant = firstVariant(await fetchText(base, deadline));
  if (variant === null) {
    return null;
  }
  const mediaUrl = new URL(variant.uri, base);
  const keyframe = newestKeyframe(await fetchText(mediaUrl, deadline));
  const mime = `video/mp4; codecs="${variant.videoCodec}"`;
  if (keyframe === null || !("MediaSource" in window) || !MediaSource.isTypeSupported(mime)) {
    return null;
  }
  const [init, media] = await Promise.all([
    fetchBytes(new URL(keyframe.init, mediaUrl), deadline),
    fetchBytes(new URL(keyframe.media, mediaUrl), deadline),
  ]);
  return decode(mime, init, media, deadline);
}

/** The first video rendition of a multivariant playlist. */
export function firstVariant(playlist: string): { uri: string; videoCodec: string } | null {
  const match = /#EXT-X-STREAM-INF:([^\n]*)\r?\n([^#\s][^\r\n]*)/.exec(playlist);
  const codecs = /CODECS="([^"]*)"/.exec(match?.[1] ?? "")?.[1]?.split(",") ?? [];
  const videoCodec = codecs.find((codec) => /^(?:avc|hvc|hev|av01|vp09)/.test(codec.trim()));
  return match?.[2] === undefined || videoCodec === undefined
    ? null
    : { uri: match[2], videoCodec: videoCodec.trim() };
}

/** The newest independent part; the newest whole segment where the playlist lists no parts. */
export function newestKeyframe(playlist: string): Keyframe | null {
  let init: string | null = null;
  let part: Keyframe | null = null;
  let segment: Keyframe | null = null;
  for (const line of playlist.split(/\r?\n/)) {
    const uri = /URI="([^"]*)"/.exec(line)?.[1];
    if (line.startsWith("#EXT-X-MAP:") && uri !== undefined) {
      init = uri;
    } else if (init !== null && line.startsWith("#EXT-X-PART:") && uri !== undefined) {
      part = line.includes("INDEPENDENT=YES") ? { init, media: uri } : part;
    } else if (init !== null && line !== "" && !line.startsWith("#")) {
      segment = { init, media: line };
    }
  }
  return part ?? segment;
}

async function fetchText(url: URL, signal: AbortSignal): Promise<string> {
  return (await fetchOk(url, signal)).text();
}

async function fetchBytes(url: URL, signal: AbortSignal): Promise<ArrayBuffer> {
  return (await fetchOk(url, signal)).arrayBuffer();
}

async function fetchOk(url: URL, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    throw new Error(`no still: ${url.pathname} answered with status ${response.status}`);
  }
  return response;
}

async function decode(
  mime: string,
  init: ArrayBuffer,
  media: ArrayBuffer,
  signal: AbortSignal,
): Promise<string | null> {
  const video = document.createElement("video");
  video.muted = true;
  const source = new MediaSource();
  const address = URL.createObjectURL(source);
  try {
    video.src = address;
    await once(source, "sourceopen", signal);
    const buffer = source.addSourceBuffer(mime);
    await append(buffer, init, signal);
    await append(buffer, media, signal);
    if (buffer.buffered.length === 0) {
      return null;
    }
    video.currentTime = buffer.buffered.start(0);
    source.endOfStream();
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.seeking) {
      await once(video, "seeked", signal);
    }
    return draw(video);
  } finally {
    URL.revokeObjectURL(address);
    video.removeAttribute("src");
    video.load();
  }
}

function append(buffer: SourceBuffer, bytes: ArrayBuffer, signal: AbortSignal): Promise<void> {
  buffer.appendBuffer(bytes);
  return once(buffer, "updateend", signal);
}

function draw(video: HTMLVideoElement): string {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(STILL_WIDTH, video.videoWidth);
  canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", 0.85);
}

function once(target: EventTarget, type: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`no still: waited in vain for ${type}`));
    signal.addEventListener("abort", fail, { once: true });
    target.addEventListener("error", fail, { once: true });
    target.addEventListener(type, () => resolve(), { once: true });
  });
}
