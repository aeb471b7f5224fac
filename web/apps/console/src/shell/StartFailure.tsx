import { Button, Notice } from "@nexus/ui";
import { CloudOff } from "lucide-react";
import { failureText } from "../data/failure";

interface StartFailureProps {
  error: unknown;
  onRetry: () => void;
}

/** The console could not find out who is signed in. */
export function StartFailure({ error, onRetry }: StartFailureProps) {
  const { title, detail } = failureText(error);
  return (
    <main>
      <title>Not available · Nexus</title>
      <h1 className="sr-only">The console cannot start</h1>
      <Notice
        icon={CloudOff}
        title={title}
        actions={
          <Button kind="strong" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        <p>{detail}</p>
      </Notice>
    </main>
  );
}
