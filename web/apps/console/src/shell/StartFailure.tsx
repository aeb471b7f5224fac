import { Button, Notice } from "@nexus/ui";
import { useRouter } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import { failureText } from "../data/failure";

/** The console could not find out who is signed in. */
export function StartFailure({ error }: { error: unknown }) {
  const router = useRouter();
  const { title, detail } = failureText(error);
  return (
    <main>
      <title>Not available · Nexus</title>
      <h1 className="sr-only">The console cannot start</h1>
      <Notice
        icon={CloudOff}
        title={title}
        actions={
          <Button kind="strong" onClick={() => void router.invalidate()}>
            Try again
          </Button>
        }
      >
        <p>{detail}</p>
      </Notice>
    </main>
  );
}
