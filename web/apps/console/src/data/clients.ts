import { gateway as gatewayClient, streamcore as streamcoreClient } from "@nexus/api";
import { auth } from "./auth";

/** gateway-api as the signed-in person. */
export const gateway = gatewayClient(auth.accessToken);
/** gateway-api as the browser: for the entrance, before anybody is signed in. */
export const publicGateway = gatewayClient();
/** StreamCore as the signed-in person. */
export const streamcore = streamcoreClient(auth.accessToken);
