import { ApiError } from "@nexus/api";
import { Button, Dialog, Field, FormError } from "@nexus/ui";
import { useState } from "react";
import { failureOf, sentence } from "../../data/failure";
import { useAction } from "../../data/useAction";

interface NameDialogProps {
  title: string;
  description?: string;
  verb: string;
  /** The name so far. */
  name?: string;
  onSave: (name: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks what an organisation or a team is called. */
export function NameDialog({ title, description, verb, name: before = "", onSave, onClose }: NameDialogProps) {
  const [name, setName] = useState(before);
  const save = useAction(() => onSave(name.trim()), onClose);
  const wrong = save.error instanceof ApiError ? save.error.field("name") : undefined;
  const failure = wrong === undefined ? failureOf(save) : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      onSubmit={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="strong" type="submit" busy={save.isPending}>
            {verb}
          </Button>
        </>
      }
    >
      {failure !== undefined && <FormError>{failure}</FormError>}
      <Field
        label="Name"
        autoComplete="off"
        required
        error={wrong === undefined ? undefined : sentence(wrong)}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
    </Dialog>
  );
}
