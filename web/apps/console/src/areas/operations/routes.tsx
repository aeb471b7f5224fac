import { createRoute } from "@tanstack/react-router";
import { signedIn } from "../../shell/routes";
import { Checks } from "./checks/Checks";
import { Overview } from "./overview/Overview";
import { StreamPage } from "./streams/StreamPage";
import { Streams } from "./streams/Streams";

const overview = createRoute({ getParentRoute: () => signedIn, path: "/overview", component: Overview });
const streams = createRoute({ getParentRoute: () => signedIn, path: "/streams", component: Streams });
const checks = createRoute({ getParentRoute: () => signedIn, path: "/checks", component: Checks });

const stream = createRoute({
  getParentRoute: () => signedIn,
  path: "/streams/$slug",
  component: function Show() {
    const { slug } = stream.useParams();
    return <StreamPage key={slug} slug={slug} />;
  },
});

export const operationsRoutes = [overview, streams, stream, checks];
