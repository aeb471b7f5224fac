export { Announcer, announce } from "./Announcer";
export { Button } from "./Button";
export { LiveLamp } from "./LiveLamp";
export { Notice } from "./Notice";
export { Skeleton } from "./Skeleton";
