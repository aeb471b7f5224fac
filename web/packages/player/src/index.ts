export { Player, type PlayerProps } from "./Player";
export type { Broadcast, Phase } from "./machine";
export type { Snapshot } from "./snapshot";
