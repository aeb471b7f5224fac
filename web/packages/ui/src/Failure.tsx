import { CloudOff, type LucideIcon, TriangleAlert } from "lucide-react";
import { Button } from "./Button";
import { Empty } from "./Empty";

interface FailureProps {
  title: string;
  /** Why, and what to do. */
  detail: string;
  /** True when the server was not reached at all. */
  offline?: boolean;
  busy?: boolean;
  onRetry?: () => void;
}

/** Something could not be fetched. */
export function Failure({ title, detail, offline = false, busy = false, onRetry }: FailureProps) {
  const icon: LucideIcon = offline ? CloudOff : TriangleAlert;
  return (
    <div role="alert">
      <Empty
        icon={icon}
        title={title}
        actions={
          onRetry === undefined ? undefined : (
            <Button busy={busy} onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        <p>{detail}</p>
      </Empty>
    </div>
  );
}
