import {
  type LoaderCallbacks,
  type LoaderConfiguration,
  type LoaderContext,
  type PlaylistLoaderContext,
  XhrLoader,
} from "hls.js";

const DISCONTINUITY_SEQUENCE = /^(#EXT-X-DISCONTINUITY-SEQUENCE:)(\d+)/m;
/** Far more discontinuities than any playlist lists at once. */
const MODULUS = 10_000;

/**
 * Loads playlists for hls.js with small discontinuity numbers. It copies an array indexed by that number at every
 * discontinuity (`initPTS.slice` in its stream controller): with a number counted from the wall clock the page would
 * stand still for a minute. Only equality between renditions matters, which the remainder keeps.
 */
export class PlaylistLoader extends XhrLoader {
  declare context: PlaylistLoaderContext | null;

  override load(
    context: LoaderContext,
    config: LoaderConfiguration,
    callbacks: LoaderCallbacks<LoaderContext>,
  ): void {
    super.load(context, config, {
      ...callbacks,
      onSuccess: (response, ...rest) => {
        const { data } = response;
        callbacks.onSuccess(
          typeof data === "string" ? { ...response, data: withSmallDiscontinuities(data) } : response,
          ...rest,
        );
      },
    });
  }
}

export function withSmallDiscontinuities(playlist: string): string {
  return playlist.replace(
    DISCONTINUITY_SEQUENCE,
    (_line, tag: string, number: string) => tag + (Number(number) % MODULUS),
  );
}
