import "media-chrome/dist/media-airplay-button.js";
import "media-chrome/dist/media-controller.js";
import "media-chrome/dist/media-fullscreen-button.js";
import "media-chrome/dist/media-gesture-receiver.js";
import "media-chrome/dist/media-mute-button.js";
import "media-chrome/dist/media-pip-button.js";
import "media-chrome/dist/media-play-button.js";
import "media-chrome/dist/media-volume-range.js";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

type MediaElement<Extra = object> = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
  class?: string;
} & Extra;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "media-controller": MediaElement<{
        nohotkeys?: boolean;
        autohide?: string;
        defaultstreamtype?: string;
        defaultsubtitles?: boolean;
        nodefaultstore?: boolean;
        novolumepref?: boolean;
        nomutedpref?: boolean;
      }>;
      "media-airplay-button": MediaElement;
      "media-fullscreen-button": MediaElement;
      "media-mute-button": MediaElement;
      "media-pip-button": MediaElement;
      "media-play-button": MediaElement;
      "media-volume-range": MediaElement;
    }
  }
}
