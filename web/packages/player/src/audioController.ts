// The declarations have the class as default export only.
// oxlint-disable-next-line import/no-named-as-default
import Hls, { type Fragment, type LevelDetails } from "hls.js";

const Base = Hls.DefaultConfig.audioStreamController;
if (Base === undefined) {
  throw new Error("this build of hls.js plays no separate audio");
}

/** Playlist and media may differ by this much at a segment's end, in seconds. */
const JITTER_S = 0.05;

/**
 * Audio loading for hls.js that gets over the end of a segment. Where media and playlist disagree by some 10 ms, as with
 * a film that an encoder loops, the original takes the segment's last part for one it has loaded before, or the
 * segment for one that is not complete yet, and loads nothing more.
 */
export class AudioController extends Base {
  protected override isLoopLoading(frag: Fragment, position: number): boolean {
    return super.isLoopLoading(frag, position + JITTER_S);
  }

  protected override getNextFragment(position: number, details: LevelDetails): Fragment | null {
    const found = super.getNextFragment(position, details);
    return found !== null && isWhollyLoaded(found, details)
      ? super.getNextFragment(Math.max(position, found.end) + JITTER_S, details)
      : found;
  }
}

function isWhollyLoaded(frag: Fragment, { partList }: LevelDetails): boolean {
  const parts = partList?.filter((part) => part.fragment.sn === frag.sn) ?? [];
  return parts.length > 0 && parts.every((part) => part.loaded);
}
